package dev.athanor.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.athanor.engine.AthanorException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxSourceSparkTest {
    private final SparkSession spark = LocalSession.spark();

    @TempDir
    Path folder;

    @Test
    void readsAPairFoundByNameOptionOrFolder() throws IOException {
        Path images = write("toy-images-idx3-ubyte", images(5, 2, 3));
        Path labels = write("toy-labels-idx1-ubyte", labels(5));
        List<SourceSpec> ways = List.of(
                SourceSpec.input(images.toString()),
                SourceSpec.input(folder.toString()),
                new SourceSpec(images.toString(), null, "idx", Map.of("labels", labels.toString()), null));
        for (SourceSpec way : ways) {
            Dataset<Row> rows = DataSource.read(spark, way);
            assertThat(rows.schema().toDDL()).isEqualTo("image ARRAY<FLOAT>,label INT NOT NULL");
            List<Row> all = rows.collectAsList();
            assertThat(all).hasSize(5);
            assertThat(all.get(4).<Float>getList(0)).containsExactly(24f, 25f, 26f, 27f, 28f, 255f);
            assertThat(all).extracting(r -> r.getInt(1)).containsExactly(0, 1, 2, 3, 4);
        }
        assertThat(DataSource.read(spark, new SourceSpec(images.toString(), null, null, Map.of("labels", ""), null))
                        .columns())
                .containsExactly("image");
    }

    @Test
    void saysWhichFilesItReads() throws IOException {
        Path images = write("named #1-images-idx3-ubyte", images(5, 2, 3));
        Path labels = write("named #1-labels-idx1-ubyte", labels(5));
        assertThat(DataSource.open(spark, SourceSpec.input(images.toString())).readBesideSpark())
                .containsExactly("file:" + images, "file:" + labels);
        SourceSpec alone = new SourceSpec(images.toString(), null, "idx", Map.of("labels", ""), null);
        assertThat(DataSource.open(spark, alone).readBesideSpark()).containsExactly("file:" + images);
    }

    @Test
    void theQueryOfALineageSaysThatItIsNoSql() throws IOException {
        Path images = write("asked-images-idx3-ubyte", images(5, 2, 3));
        assertThat(DataSource.open(spark, SourceSpec.input(images.toString())).sql())
                .startsWith("idx.`" + images + "`")
                .endsWith("/* for people: no SQL reads idx files, only Athanor's jobs do, with --format idx */");
    }

    @Test
    void readsManySlicesOfCompressedFilesInOrder() throws IOException {
        gzip("big-images-idx3-ubyte.gz", images(9000, 32, 32));
        gzip("big-labels-idx1-ubyte.gz", labels(9000));
        Dataset<Row> rows = DataSource.read(spark, SourceSpec.input(folder.toString()));
        assertThat(rows.javaRDD().getNumPartitions()).isEqualTo(2);
        List<Row> labels = rows.select("label").collectAsList();
        for (int i = 0; i < 9000; i++) {
            assertThat(labels.get(i).getInt(0)).isEqualTo(i % 10);
        }
    }

    @Test
    void refusesWhatIsNotIdx() throws IOException {
        Path wrong = write("wrong-idx3-ubyte", new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(wrong.toString())))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot read " + wrong
                        + ": it is not an IDX file: its first four bytes are 0x01020304. Check --input and --format.");
        byte[] huge = images(2, 2, 2);
        huge[4] = 0x7f;
        Path claims = write("huge-idx3-ubyte", huge);
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(claims.toString())))
                .hasMessageContaining(
                        "its header claims 2130706434 rows of 4 values, more than the file's 24 bytes can hold");
        Path cut = gzip("cut-idx3-ubyte.gz", java.util.Arrays.copyOf(images(500, 4, 4), 4000));
        assertThatThrownBy(() ->
                        DataSource.read(spark, SourceSpec.input(cut.toString())).count())
                .hasStackTraceContaining("it ends before the 500 rows its header announces");
        Path longer = write("longer-idx3-ubyte", java.util.Arrays.copyOf(images(2, 2, 2), 40));
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(longer.toString())))
                .hasMessageContaining("its header says 24 bytes and the file has 40");
    }

    @Test
    void refusesPairsThatDoNotMatch() throws IOException {
        Path images = write("a-images-idx3-ubyte", images(5, 2, 2));
        write("a-labels-idx1-ubyte", labels(4));
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(images.toString())))
                .hasMessageContaining("there are 5 images and 4 labels");
        write("b-images-idx3-ubyte", images(5, 2, 2));
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(folder.toString())))
                .hasMessageContaining("it holds several image files: a-images-idx3-ubyte, b-images-idx3-ubyte");
        assertThatThrownBy(() -> DataSource.read(
                        spark, new SourceSpec(images.toString(), null, null, Map.of("label", "x"), null)))
                .hasMessageContaining("Did you mean --option labels=x");
    }

    @Test
    void readsRealDigits() {
        Path file = SharedData.file("mnist/train-images-idx3-ubyte.gz");
        assumeTrue(file != null, "shared/data/mnist is absent");
        Dataset<Row> rows = DataSource.read(
                spark,
                new SourceSpec(
                        file.toString(),
                        null,
                        null,
                        Map.of(
                                "labels",
                                file.resolveSibling("train-labels-idx1-ubyte.gz")
                                        .toString()),
                        null));
        Row sums = rows.selectExpr(
                        "count(*)", "sum(label)", "max(array_max(image))", "min(array_min(image))", "min(size(image))")
                .first();
        assertThat(sums.getLong(0)).isEqualTo(8000);
        assertThat(sums.getLong(1)).isBetween(34_000L, 38_000L);
        assertThat(sums.getFloat(2)).isEqualTo(255f);
        assertThat(sums.getFloat(3)).isEqualTo(0f);
        assertThat(sums.getInt(4)).isEqualTo(784);
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private Path gzip(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(content);
        }
        return file;
    }

    private static byte[] images(int rows, int height, int width) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0x803);
        out.writeInt(rows);
        out.writeInt(height);
        out.writeInt(width);
        for (int i = 0; i < rows * height * width; i++) {
            out.writeByte(i == rows * height * width - 1 ? 255 : i);
        }
        return bytes.toByteArray();
    }

    private static byte[] labels(int rows) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0x801);
        out.writeInt(rows);
        for (int i = 0; i < rows; i++) {
            out.writeByte(i % 10);
        }
        return bytes.toByteArray();
    }
}
