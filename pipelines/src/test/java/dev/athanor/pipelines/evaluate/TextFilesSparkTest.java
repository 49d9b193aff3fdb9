package dev.athanor.pipelines.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.pipelines.infer.InferJob;
import dev.athanor.pipelines.infer.InferReport;
import dev.athanor.pipelines.train.TrainJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CSV and JSON say no types: a model reads them with those it was trained with. */
class TextFilesSparkTest extends JobSparkTest {
    private static final String HEADER = "x,n,day,at,flag,code,kind\n";

    @TempDir
    Path folder;

    @BeforeAll
    static void train() {
        spark().sql("SELECT sin(id) * 10 AS x, int(id % 7) AS n, date_add(date'2024-01-01', int(id % 50)) AS day,"
                        + " timestampadd(HOUR, int(id % 90), timestamp'2024-01-01 00:00:00') AS at, id % 2 = 0 AS flag,"
                        + " IF(id % 3 = 0, '007', IF(id % 3 = 1, '7', 'seven')) AS code,"
                        + " transform(sequence(0, 2), i -> float(sin(id + i))) AS v,"
                        + " IF(id % 3 = 0, 'agent', 'other') AS kind FROM range(600)")
                .createOrReplaceTempView("text_rows");
        new TextFilesSparkTest()
                .run(
                        new TrainJob(),
                        "table",
                        "text_rows",
                        "features",
                        List.of("x", "n", "day", "at", "flag", "code"),
                        "label",
                        "kind",
                        "model",
                        "texts",
                        "epochs",
                        20);
        new TextFilesSparkTest()
                .run(
                        new TrainJob(),
                        "table",
                        "text_rows",
                        "features",
                        List.of("v", "x"),
                        "label",
                        "kind",
                        "model",
                        "arrays",
                        "epochs",
                        2);
    }

    @Test
    void aLineWithAWrongNumberOfCellsIsAnErrorOfItsRow() throws IOException {
        String bad = "1.5,1\n1.5,1,2024-01-02,2024-01-01 03:00:00,true,007,agent, comma\n   \n";
        String file = Files.writeString(
                        folder.resolve("cells.csv"),
                        HEADER + "1.5,1,2024-01-02,2024-01-01 03:00:00,true,007,agent,\n" + bad)
                .toString();
        InferReport report = run(new InferJob(), "model", "texts", "input", file, "output", folder + "/cells");
        assertThat(report.columns()).doesNotContain("athanor_wrong_line");
        assertThat(report.rows()).isEqualTo(3);
        assertThat(report.errors()).isEqualTo(2);
        assertThat(errors(spark().read().parquet(folder + "/cells")))
                .containsExactlyInAnyOrder(
                        "the line has 2 cells and the file 7 columns", "the line has 8 cells and the file 7 columns");
        String message = "2 of its 3 lines have another number of cells than the 7 of its columns: the first, line 3 of"
                + " cells.csv has 2, '1.5,1'";
        assertThatThrownBy(() -> run(new EvaluateJob(), "model", "texts", "input", file, "label", "kind"))
                .hasMessageContaining(message)
                .hasMessageContaining("mode=DROPMALFORMED");
        assertThatThrownBy(() ->
                        run(new TrainJob(), "input", file, "features", List.of("x"), "label", "kind", "model", "never"))
                .hasMessageContaining(message);
    }

    @Test
    void aCellOfAnotherTypeIsAnErrorOfItsRow() throws IOException {
        List<String> bad = List.of(
                "abc,1,2024-01-02,2024-01-01 03:00:00,true,007,agent",
                "1.5,two,2024-01-02,2024-01-01 03:00:00,true,007,agent",
                "1.5,1,soon,2024-01-01 03:00:00,true,007,agent",
                "1.5,1,2024-01-02,noon,true,007,agent",
                "1.5,1,2024-01-02,2024-01-01 03:00:00,perhaps,007,agent");
        String file = csv("bad.csv", good(40), bad);
        InferReport report = run(new InferJob(), "model", "texts", "input", file, "output", folder + "/out");
        Dataset<Row> out = spark().read().parquet(folder + "/out");
        assertThat(errors(out))
                .containsExactlyInAnyOrder(
                        "column x is 'abc', which is no double",
                        "column n is 'two', which is no int",
                        "column day is 'soon', which is no date",
                        "column at is 'noon', which is no timestamp",
                        "column flag is 'perhaps', which is no boolean");
        assertThat(report.rows()).isEqualTo(45);
        assertThat(report.errors()).isEqualTo(5);
        assertThat(out.where("error IS NOT NULL AND coalesce(prediction, string(confidence)) IS NOT NULL")
                        .count())
                .isZero();
        assertThat(out.where("error IS NULL AND prediction = kind").count()).isEqualTo(40);
        assertThat(out.selectExpr("x", "n", "day", "at", "flag", "code")
                        .schema()
                        .toDDL())
                .isEqualTo("x DOUBLE,n INT,day DATE,at TIMESTAMP,flag BOOLEAN,code STRING");

        EvaluateReport measured = run(new EvaluateJob(), "model", "texts", "input", file);
        assertThat(measured.rows()).isEqualTo(40);
        assertThat(measured.errors()).isEqualTo(5);
        assertThat(measured.accuracy()).isEqualTo(1.0);
    }

    @Test
    void aTextStaysAsItIsWrittenThoughAllItsCellsAreNumbers() throws IOException {
        List<String> rows = good(60).stream().filter(r -> !r.contains("seven")).toList();
        String file = csv("codes.csv", rows, List.of());
        EvaluateReport report = run(new EvaluateJob(), "model", "texts", "input", file);
        assertThat(report.rows()).isEqualTo(40);
        assertThat(report.accuracy()).as("007 is not 7").isEqualTo(1.0);
    }

    @Test
    void anotherNumberIsFineAndSoIsNone() throws IOException {
        List<String> rows = List.of(
                "1,1.5,2024-01-02,2024-01-02,true,007,agent",
                "x,2,2024-01-02,2024-01-02,true,007,agent",
                "2,oops,2024-01-02,2024-01-02,true,007,agent",
                "3,,,,,,agent");
        InferReport report = run(
                new InferJob(),
                "model",
                "texts",
                "input",
                csv("wide.csv", rows, List.of()),
                "output",
                folder + "/wide");
        Dataset<Row> out = spark().read().parquet(folder + "/wide");
        assertThat(errors(out))
                .containsExactlyInAnyOrder(
                        "column x is 'x', which is no double", "column n is 'oops', which is no int");
        assertThat(report.errors()).isEqualTo(2);
        assertThat(out.where("n = 1.5").count()).isEqualTo(1);

        String empty = csv("empty.csv", List.of("1,,,,,007,agent", "2,,,,,7,other"), List.of());
        assertThat(run(new EvaluateJob(), "model", "texts", "input", empty).rows())
                .isEqualTo(2);
    }

    @Test
    void aTypeThatTrulyChangedIsSaid() throws IOException {
        String words = csv("words.csv", List.of("a,1,2024-01-02,2024-01-02 00:00:00,true,007,agent"), List.of());
        String dates =
                csv("dates.csv", List.of("2024-01-02,1,2024-01-02,2024-01-02 00:00:00,true,007,agent"), List.of());
        for (String[] changed : new String[][] {{words, "string"}, {dates, "date"}}) {
            String message = "feature 'x' was trained as double and is given as " + changed[1];
            assertThatThrownBy(() -> run(new EvaluateJob(), "model", "texts", "input", changed[0]))
                    .hasMessageContaining(message);
            assertThatThrownBy(() ->
                            run(new InferJob(), "model", "texts", "input", changed[0], "output", folder + "/never"))
                    .hasMessageContaining(message);
        }
    }

    @Test
    void jsonTooIsReadAsTrained() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            lines.add("{\"x\": " + i + ", \"v\": [0.5, 1, 2], \"kind\": \"agent\"}");
        }
        lines.add("{\"x\": \"low\", \"v\": [0.5, 1, 2], \"kind\": \"agent\"}");
        lines.add("{\"x\": 1, \"v\": \"none\", \"kind\": \"agent\"}");
        lines.add("{\"x\": 1, \"v\": [0.5, \"one\", 2], \"kind\": \"agent\"}");
        lines.add("{\"x\": 1, \"v\": ");
        Path file = Files.write(folder.resolve("rows.json"), lines);
        InferReport report =
                run(new InferJob(), "model", "arrays", "input", file.toString(), "output", folder + "/json");
        assertThat(report.rows()).isEqualTo(24);
        assertThat(errors(spark().read().parquet(folder + "/json")))
                .hasSize(4)
                .contains(
                        "column x is 'low', which is no double",
                        "column v is 'none', which is no array<float>",
                        "the line is not a JSON object");
        EvaluateReport measured = run(new EvaluateJob(), "model", "arrays", "input", file.toString());
        assertThat(measured.rows()).isEqualTo(20);
        assertThat(measured.errors()).isEqualTo(3);
        assertThat(measured.unlabelled()).isEqualTo(1);
    }

    private static List<String> errors(Dataset<Row> out) {
        return out.where("error IS NOT NULL").select("error").collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private static List<String> good(int rows) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%.3f,%d,2024-01-%02d,2024-01-01 %02d:00:00,%b,%s,%s",
                    Math.sin(i) * 10,
                    i % 7,
                    1 + i % 28,
                    i % 24,
                    i % 2 == 0,
                    List.of("007", "7", "seven").get(i % 3),
                    i % 3 == 0 ? "agent" : "other"));
        }
        return lines;
    }

    private String csv(String name, List<String> rows, List<String> more) throws IOException {
        String text = HEADER + String.join("\n", rows) + "\n" + String.join("\n", more);
        return Files.writeString(folder.resolve(name), text).toString();
    }
}
