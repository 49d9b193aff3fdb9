package dev.athanor.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plain text: a file is its lines, a folder its files, and nothing of them is lost. */
class TextSourceSparkTest {
    private final SparkSession spark = LocalSession.spark();

    @TempDir
    Path folder;

    private static SourceSpec text(Object path) {
        return new SourceSpec(path.toString(), null, "text", null, null);
    }

    private static List<String> strings(List<Row> rows) {
        return rows.stream().map(r -> r.getString(0)).toList();
    }

    @Test
    void aFileIsItsLinesInOrder() throws IOException {
        String written = IntStream.range(0, 20_000)
                .mapToObj(i -> i % 7 == 0 ? "" : "line, " + i + (i % 5 == 0 ? "\r" : "") + "\t ü")
                .collect(Collectors.joining("\n", "", "\n"));
        Path plain = Files.writeString(folder.resolve("a.txt"), written);
        Path packed = folder.resolve("a.txt.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(written.getBytes(StandardCharsets.UTF_8));
        }
        Map<String, String> cut =
                Map.of("spark.sql.files.maxPartitionBytes", "65536", "spark.sql.files.openCostInBytes", "1");
        cut.forEach(spark.conf()::set);
        try {
            for (Path file : List.of(plain, packed)) {
                Source source = DataSource.open(spark, text(file));
                assertThat(source.rows().columns()).containsExactly("line");
                List<Row> rows = source.rows().coalesce(1).collectAsList();
                assertThat(String.join("\n", strings(rows)) + "\n").isEqualTo(written);
            }
            assertThat(DataSource.read(spark, text(plain)).javaRDD().getNumPartitions())
                    .isGreaterThan(2);
        } finally {
            cut.keySet().forEach(spark.conf()::unset);
        }
        Source source = DataSource.open(spark, text(plain));
        assertThat(spark.sql("SELECT line FROM " + source.sql()).count()).isEqualTo(20_000);
    }

    @Test
    void aFolderIsItsFiles() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "one\ntwo\n");
        Files.writeString(folder.resolve("b.md"), "three\n");
        Source source = DataSource.open(spark, text(folder));
        assertThat(source.rows().columns()).containsExactly("text");
        assertThat(strings(source.rows().orderBy("text").collectAsList())).containsExactly("one\ntwo\n", "three\n");
        assertThat(strings(spark.sql("SELECT text FROM " + source.sql() + " ORDER BY text")
                        .collectAsList()))
                .containsExactly("one\ntwo\n", "three\n");
    }

    @Test
    void namesTellPlainTextWhereItIsAskedFor() throws IOException {
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        Path text = Files.writeString(folder.resolve("a.TXT"), "one, two\n");
        Path table = Files.writeString(folder.resolve("a.csv"), "one,two\n1,2\n");
        assertThat(TextReader.isCalledText(text.toString(), configuration)).isTrue();
        assertThat(TextReader.isCalledText(table.toString(), configuration)).isFalse();
        assertThat(TextReader.isCalledText(folder.toString(), configuration)).isFalse();
        // A name alone makes no table of cells a text: that only who wants a text may take it to be.
        assertThat(DataSource.open(spark, SourceSpec.input(text.toString())).format())
                .isEqualTo(SourceFormat.CSV);
        assertThatThrownBy(() ->
                        DataSource.open(spark, new SourceSpec(text.toString(), null, "text", Map.of("sep", ";"), null)))
                .isInstanceOf(AthanorException.class)
                .hasMessageStartingWith("Cannot use option 'sep': the text reader has no such option.");
    }
}
