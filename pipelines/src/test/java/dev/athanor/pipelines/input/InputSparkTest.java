package dev.athanor.pipelines.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.connectors.source.SourceSpec;
import dev.athanor.engine.AthanorException;
import dev.athanor.spark.SparkTestSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputSparkTest extends SparkTestSession {
    private static Input input(String select) {
        spark().sql(select).createOrReplaceTempView("an_input");
        return Input.open(spark(), SourceSpec.table("an_input"));
    }

    @Test
    void findsColumnsWhateverTheirNames() {
        Input input = input("SELECT 1 AS `a.b`, 2 AS `with space`, 3 AS `tick``ed`, 4 AS Plain");
        Row row = input.select(List.of("a.b", "with space", "`tick``ed`", "plain"))
                .first();
        assertThat(List.of(row.getInt(0), row.getInt(1), row.getInt(2), row.getInt(3)))
                .containsExactly(1, 2, 3, 4);
        assertThat(row.schema().fieldNames()).containsExactly("a.b", "with space", "tick`ed", "plain");
    }

    @Test
    void findsFieldsOfStructsUnlessAColumnHasThatName() {
        Input input = input("SELECT named_struct('b', 1, 'c', named_struct('d.e', 2)) AS a, 3 AS `x.y`,"
                + " named_struct('y', 4) AS x");
        Row row = input.select(List.of("a.b", "a.c.d.e", "x.y")).first();
        assertThat(List.of(row.getInt(0), row.getInt(1), row.getInt(2))).containsExactly(1, 2, 3);
        assertThat(input.select(List.of("a.c.d.e")).columns()).containsExactly("a.c.d.e");
        assertThatThrownBy(() -> input.column("a.bb"))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot read column 'a.bb' of an_input: there is no such column. Did you mean 'a.b'?"
                        + " Its columns are a, a.b, a.c, a.c.d.e, x.y, x, x.y.");
    }

    @Test
    void theQueryReadsWhatIsSelected() {
        Input input = input("SELECT named_struct('d.e', 1, 'f', 2) AS a, 3 AS `tick``ed`, 4 AS Plain");
        List<String> names = List.of("a.d.e", "a.f", "`tick``ed`", "plain");
        String query = input.query(names);
        assertThat(query)
                .isEqualTo("SELECT a.`d.e` AS `a.d.e`, a.f AS `a.f`, `tick``ed`, Plain AS plain FROM an_input\n"
                        + "/* view an_input: made of a Dataset, it has no SQL text */");
        assertThat(sql(query)).isEqualTo(input.select(names).collectAsList());
    }

    @Test
    void theQueryOfAStoredViewHasItsSql() {
        sql("CREATE TABLE an_input_table USING delta AS SELECT 1 AS a");
        sql("CREATE VIEW an_input_view AS SELECT a + 1 AS b FROM an_input_table");
        assertThat(Input.open(spark(), SourceSpec.table("default.an_input_view"))
                        .query(List.of("b")))
                .isEqualTo("SELECT b FROM default.an_input_view\n"
                        + "/* view default.an_input_view: SELECT a + 1 AS b FROM an_input_table */");
        assertThat(Input.open(spark(), SourceSpec.table("spark_catalog.default.an_input_table"))
                        .query(List.of("a")))
                .isEqualTo("SELECT a FROM spark_catalog.default.an_input_table");
    }

    @Test
    void theQueryOfFilesHasFormatAndOptions(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("it's.csv"), "1;x\n2;y\n");
        SourceSpec spec = new SourceSpec(file.toString(), null, null, Map.of("sep", ";"), List.of("n", "of"));
        Input input = Input.open(spark(), spec);
        String query = input.query(List.of("of"));
        assertThat(query)
                .isEqualTo("SELECT of FROM csv.`" + file + "` WITH ('escape' = '\"', 'header' = 'false',"
                        + " 'inferSchema' = 'true', 'multiLine' = 'true', 'sep' = ';') AS t(`n`, `of`)");
        assertThat(sql(query)).isEqualTo(input.select(List.of("of")).collectAsList());
    }

    @Test
    void theQueryOfFilesReadsWhatWasRead(@TempDir Path folder) throws Exception {
        Path csv = Files.writeString(folder.resolve("a b.csv"), "n,of\n1,x\n2,\"y\nz\"\n");
        Path json = Files.writeString(folder.resolve("a.json"), "[{\"n\": 1, \"of\": \"x\"}]");
        Path pictures = Files.createDirectories(folder.resolve("pictures/cat"));
        Files.write(pictures.resolve("a.png"), new byte[] {1, 2, 3});
        Files.write(pictures.resolve("b.txt"), new byte[] {1, 2, 3});
        for (Path path : List.of(csv, json)) {
            assertReadsTheSame(SourceSpec.input(path.toString()), List.of("of", "n"));
        }
        assertReadsTheSame(
                new SourceSpec(pictures.getParent().toString(), null, "image", Map.of(), List.of()),
                List.of("path", "label"));
    }

    private static void assertReadsTheSame(SourceSpec spec, List<String> names) {
        Input input = Input.open(spark(), spec);
        List<Row> rows = input.select(names).collectAsList();
        assertThat(rows).isNotEmpty();
        assertThat(sql(input.query(names)).toString()).isEqualTo(rows.toString());
    }

    @Test
    void refusesWhatIsNotOneColumn() {
        Input input = input("SELECT 1 AS title, 2 AS text");
        assertThatThrownBy(() -> input.select(List.of("titel")))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot read column 'titel' of an_input: there is no such column. Did you mean 'title'?"
                        + " Its columns are title, text.");
        assertThatThrownBy(() -> input.select(List.of("title", "text", "title")))
                .hasMessage("Cannot use column 'title' of an_input: it is given twice. Give each column once.");
        assertThatThrownBy(() -> input.select(List.of("title", "Title")))
                .hasMessageContaining("'title' differs from it in case only, and Spark compares names without case");
        assertThatThrownBy(() -> input("SELECT 1 AS a, 2 AS A").column("a"))
                .hasMessageContaining("2 of its columns are called so: Spark compares names without case");
    }
}
