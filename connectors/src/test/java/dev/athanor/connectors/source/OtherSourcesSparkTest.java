package dev.athanor.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherSourcesSparkTest {
    private final SparkSession spark = LocalSession.spark();

    @TempDir
    Path folder;

    @Test
    void readsJsonLinesAndJsonArrays() throws IOException {
        Path lines = Files.writeString(
                folder.resolve("a.jsonl"), "{\"a\":1,\"b\":{\"c\":\"x\"}}\n{\"a\":2,\"b\":{\"c\":\"y\"}}\n");
        Path array = Files.writeString(folder.resolve("b.json"), "[\n {\"a\": 1},\n {\"a\": 2}\n]\n");
        Path object = Files.writeString(folder.resolve("c.json"), "{\n \"a\": 7\n}\n");
        assertThat(DataSource.read(spark, SourceSpec.input(lines.toString()))
                        .selectExpr("b.c")
                        .collectAsList())
                .extracting(r -> r.getString(0))
                .containsExactly("x", "y");
        assertThat(DataSource.read(spark, SourceSpec.input(array.toString())).count())
                .isEqualTo(2);
        assertThat(DataSource.read(spark, SourceSpec.input(object.toString()))
                        .first()
                        .getLong(0))
                .isEqualTo(7);
        Path wrong = Files.writeString(folder.resolve("d.json"), "{\"a\":1\n{\"a\":\n");
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(wrong.toString())))
                .hasMessageContaining("it is not JSON");
    }

    @Test
    void noJsonValueIsLeftOutInSilence() throws IOException {
        StringBuilder pretty = new StringBuilder();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            pretty.append("{\n  \"a\": ").append(i).append("\n}\n");
            lines.append("{\"a\": ").append(i).append("}\n");
        }
        Path many = Files.writeString(folder.resolve("many.json"), pretty);
        for (Map<String, String> options : List.of(Map.<String, String>of(), Map.of("multiLine", "true"))) {
            assertThatThrownBy(() ->
                            DataSource.read(spark, new SourceSpec(many.toString(), null, null, options, List.of())))
                    .hasMessage("Cannot read " + many
                            + ": many.json goes on after its first JSON value, and the values are not on lines of their"
                            + " own. Write each value on a line of its own, as with jq -c . many.json, or all of them as"
                            + " one array, as with jq -s . many.json.");
        }
        Path twoInALine = Files.writeString(folder.resolve("two.json"), "{\"a\": 1} {\"a\": 2}\n");
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(twoInALine.toString())))
                .hasMessageContaining("two.json goes on after its first JSON value");

        Path mixed = Files.createDirectory(folder.resolve("mixed"));
        Path array = Files.writeString(mixed.resolve("a.json"), "[\n {\"a\": 1},\n {\"a\": 2}\n]\n");
        Files.writeString(mixed.resolve("b.json"), lines);
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(mixed.toString())))
                .hasMessageContaining("its files are of two kinds: a.json is one JSON array over several lines, and"
                        + " b.json has a JSON value in each line")
                .hasMessageContaining("jq -c '.[]' a.json");
        // One line that holds all of a file is read right in both ways.
        Files.writeString(mixed.resolve("b.json"), "{\"a\": 3}\n");
        Files.writeString(mixed.resolve("c.json"), "[{\"a\": 4}, {\"a\": 5}]");
        assertThat(DataSource.read(spark, SourceSpec.input(mixed.toString())).count())
                .isEqualTo(5);
        Files.delete(array);
        Files.writeString(mixed.resolve("b.json"), "\uFEFF\n" + lines);
        Files.writeString(mixed.resolve("d.json"), "{'a': NaN}\n{'a': 1}\n");
        assertThat(DataSource.read(spark, SourceSpec.input(mixed.toString())).count())
                .isEqualTo(104);
    }

    @Test
    void aBrokenFirstLineIsOneBrokenRecord() throws IOException {
        Path file = Files.writeString(
                folder.resolve("f.json"), "{\"a\": 1, \"b\"\n" + "{\"a\": 2, \"b\": {}}\n".repeat(200));
        Dataset<Row> rows = DataSource.read(spark, SourceSpec.input(file.toString()));
        assertThat(rows.where("a = 2").count()).isEqualTo(200);
        assertThat(rows.selectExpr("a", "_corrupt_record")
                        .where("_corrupt_record IS NOT NULL")
                        .collectAsList())
                .extracting(r -> r.getString(1))
                .containsExactly("{\"a\": 1, \"b\"");
        Path cut = Files.writeString(folder.resolve("cut.json"), "[\n{\"a\": 1},\n{\"a\": 2\n");
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(cut.toString())))
                .hasMessageContaining("it is not JSON: cut.json, line 4: Unexpected end-of-input");
    }

    @Test
    void readsParquetByNameAndByContent() throws IOException {
        String path = folder.resolve("p").toString();
        spark.range(10)
                .selectExpr("id", "id % 2 as part")
                .write()
                .partitionBy("part")
                .parquet(path);
        Source source = DataSource.open(spark, SourceSpec.input(path));
        assertThat(source.format()).isEqualTo(SourceFormat.PARQUET);
        assertThat(source.rows().columns()).containsExactly("id", "part");
        Path file;
        try (var files = Files.walk(folder)) {
            file = files.filter(f -> f.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
        Path unnamed = Files.copy(file, folder.resolve("unnamed"));
        assertThat(DataSource.open(spark, SourceSpec.input(unnamed.toString())).format())
                .isEqualTo(SourceFormat.PARQUET);
        Path not = Files.writeString(folder.resolve("not.parquet"), "this is no parquet file, is it");
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(not.toString())))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("it is not a Parquet file, or was cut off");
    }

    @Test
    void deltaFoldersAndTablesArePinnedToOneVersion() {
        String path = folder.resolve("d").toString();
        spark.range(3).write().format("delta").save(path);
        Source source = DataSource.open(spark, SourceSpec.input(path));
        spark.range(4).write().format("delta").mode("append").save(path);
        assertThat(source.format()).isEqualTo(SourceFormat.DELTA);
        assertThat(source.version()).isZero();
        assertThat(source.rows().count()).isEqualTo(3);
        assertThat(DataSource.read(spark, SourceSpec.input(path)).count()).isEqualTo(7);
        assertThat(DataSource.read(spark, new SourceSpec(path, null, null, Map.of("versionAsOf", "0"), List.of()))
                        .count())
                .isEqualTo(3);
        String written = spark.sql("DESCRIBE HISTORY delta.`" + path + "`")
                .where("version = 0")
                .selectExpr("string(timestamp)")
                .first()
                .getString(0);
        Source then =
                DataSource.open(spark, new SourceSpec(path, null, null, Map.of("timestampAsOf", written), List.of()));
        assertThat(then.version()).isZero();
        assertThat(then.rows().count()).isEqualTo(3);
        assertThatThrownBy(() -> DataSource.open(
                        spark, new SourceSpec(path, null, null, Map.of("timestampAsOf", "2001-01-01"), List.of())))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("2001-01-01");

        spark.sql("CREATE TABLE pinned USING delta AS SELECT 1 AS a");
        Source table = DataSource.open(spark, SourceSpec.table("pinned"));
        spark.sql("INSERT INTO pinned VALUES (2)");
        assertThat(table.version()).isZero();
        assertThat(table.rows().count()).isEqualTo(1);
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.table("pined")))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot read table pined: there is no such table. Did you mean pinned.");
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.table("nowhere.pinned")))
                .hasMessageContaining("there is no database nowhere");
        spark.range(2).createOrReplaceTempView("a_view");
        assertThat(DataSource.open(spark, SourceSpec.table("a_view")).version()).isEqualTo(-1);
    }

    @Test
    void imagesTakeTheirLabelFromTheFolder() throws IOException {
        for (String name : List.of("cat/1.png", "cat/2.JPG", "dog/1.jpeg", "dog/notes.txt", "3.png")) {
            Path file = folder.resolve("images").resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        Source source = DataSource.open(spark, new SourceSpec(folder + "/images", null, "image", null, null));
        assertThat(source.rows().schema().toDDL()).isEqualTo("path STRING,content BINARY,label STRING");
        Dataset<Row> rows = source.rows().orderBy("path");
        assertThat(rows.collectAsList())
                .extracting(r ->
                        r.getString(2) + ":" + new String(r.<byte[]>getAs(1), java.nio.charset.StandardCharsets.UTF_8))
                .containsExactly("null:3.png", "cat:cat/1.png", "cat:cat/2.JPG", "dog:dog/1.jpeg");
        assertThat(DataSource.open(spark, SourceSpec.input(folder + "/images")).format())
                .isEqualTo(SourceFormat.IMAGE);
    }

    @Test
    void aFolderOfSeveralFormatsIsNotReadAsOne() throws IOException {
        Files.writeString(folder.resolve("a.csv"), "a\nx\n");
        Files.writeString(folder.resolve("b.json"), "{\"a\":\"y\"}\n");
        Files.writeString(folder.resolve("notes.txt"), "no data");
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.input(folder.toString())))
                .isInstanceOf(AthanorException.class)
                .hasMessage(
                        "Cannot read " + folder + ": it holds files of several formats: a.csv is csv, b.json is json."
                                + " Name files of one format with a pattern such as '*.csv', or keep each format in a folder of"
                                + " its own.");
        assertThat(DataSource.read(spark, SourceSpec.input(folder + "/*.csv")).count())
                .isEqualTo(1);
    }

    @Test
    void aQueryIsNoTable() {
        assertThatThrownBy(() -> DataSource.read(spark, SourceSpec.table("SELECT 1")))
                .isInstanceOf(AthanorException.class)
                .hasMessage(
                        "Cannot read table SELECT 1: that is not a table's name. Write NAME or DATABASE.NAME; a query"
                                + " becomes a table with CREATE VIEW NAME AS ….");
    }

    @Test
    void columnsAreForCsvOnly() {
        String path = folder.resolve("p.parquet").toString();
        spark.range(3).write().parquet(path);
        assertThatThrownBy(() -> DataSource.read(spark, new SourceSpec(path, null, null, null, List.of("a"))))
                .hasMessageContaining("--columns is for CSV files without a header, and this is parquet");
    }
}
