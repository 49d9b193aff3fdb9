package dev.athanor.pipelines.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.pipelines.admin.ModelsShowJob;
import dev.athanor.pipelines.infer.InferJob;
import dev.athanor.pipelines.train.TrainJob;
import dev.athanor.pipelines.train.TrainReport;
import dev.athanor.spark.job.JobJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels of every type: their own values come back, and are what a person is shown. */
class LabelTypesSparkTest extends JobSparkTest {
    @TempDir
    Path folder;

    private static String view(String name, String even, String odd) {
        spark().sql("SELECT IF(id % 2 = 0, 1, -1) * (1 + id % 5) AS x, IF(id % 2 = 0, " + even + ", " + odd
                        + ") AS label FROM range(400)")
                .createOrReplaceTempView(name);
        return name;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "string     | 'nine'                                  | '09'                            | nine | 09",
                "boolean    | true                                    | false                           | true | false",
                "tinyint    | tinyint(9)                              | tinyint(-1)                     | 9 | -1",
                "smallint   | smallint(9)                             | smallint(10)                    | 9 | 10",
                "int        | 9                                       | 10                              | 9 | 10",
                "bigint     | 9000000000L                             | 9L                              | 9000000000 | 9",
                "decimal(5,0) | CAST(9 AS decimal(5,0))               | CAST(100 AS decimal(5,0))       | 9 | 100",
                "date       | date'2024-02-29'                        | date'1969-12-31'                | 2024-02-29 | 1969-12-31",
                "timestamp  | timestamp'2024-02-29 10:00:00.000001 UTC' | timestamp'1969-12-31 23:00:00 UTC'"
                        + "| 2024-02-29T10:00:00.000001Z | 1969-12-31T23:00:00Z",
                "timestamp_ntz | timestamp_ntz'2024-02-29 10:00:00'   | timestamp_ntz'1969-12-31 23:00:00.5'"
                        + "| 2024-02-29T10:00:00 | 1969-12-31T23:00:00.5"
            })
    void classesOfAnyType(String type, String even, String odd, String evenText, String oddText) {
        String model = "label_" + type.replaceAll("\\W", "");
        String view = view(model + "_rows", even, odd);
        TrainReport trained =
                run(new TrainJob(), "table", view, "label", "label", "model", model, "epochs", 20, "network", "linear");
        assertThat(trained.task()).isEqualTo("CLASSIFICATION");
        EvaluateReport report = run(new EvaluateJob(), "table", view, "model", model, "report", folder + "/" + model);
        assertThat(report.accuracy()).isEqualTo(1.0);
        assertThat(report.perClass()).extracting(c -> c.name()).containsExactlyInAnyOrder(evenText, oddText);
        run(new InferJob(), "table", view, "model", model, "into", model + "_out");
        Dataset<Row> out = spark().table(model + "_out");
        assertThat(out.select("prediction").schema().fields()[0].dataType().catalogString())
                .isEqualTo(type);
        assertThat(out.where("prediction = label AND probabilities['" + evenText + "'] IS NOT NULL")
                        .count())
                .isEqualTo(400);
    }

    @Test
    void aNumberAsLabelIsShownAsTheUserWritesIt() throws IOException {
        String view = view("label_numbers", "9", "10");
        run(new TrainJob(), "table", view, "label", "label", "model", "numbers", "epochs", 1, "network", "linear");
        Path file = Files.writeString(folder.resolve("nine.csv"), "x,label\n1,10\n2,9\n-2,10\n-1,9\n");
        EvaluateReport report =
                run(new EvaluateJob(), "input", file.toString(), "model", "numbers", "report", folder + "/page");
        assertThat(report.perClass()).extracting(c -> c.name()).containsExactly("9", "10");
        // Not within a longer number or a time of day.
        String asDouble = "(?<![0-9.:])(9|10)\\.0(?![0-9])";
        assertThat(JobJson.toTree(report).toString()).doesNotContainPattern(asDouble);
        assertThat(folder.resolve("page/report.html")).content().doesNotContainPattern(asDouble);
        assertThat(folder.resolve("page/evaluation.json")).content().doesNotContain("\"9.0\"");
        Files.writeString(file, "x,label\n1,10\n2,8\n-2,10\n-1,9\n");
        assertThatThrownBy(() -> run(new EvaluateJob(), "input", file.toString(), "model", "numbers"))
                .hasMessageContaining("label '8' was not seen in training");
        // A file has no version, and says nothing of it.
        assertThat(report.sourceVersion()).isNull();
        TrainReport trained =
                run(new TrainJob(), "input", file.toString(), "label", "label", "model", "filed", "epochs", 1);
        assertThat(trained.lineage().sourceVersion()).isNull();
        assertThat(run(new ModelsShowJob(), "model", "filed").manifest())
                .extracting(ModelsShowJob.Entry::key)
                .contains("lineage.source", "lineage.query")
                .doesNotContain("lineage.sourceVersion");
    }

    @Test
    void textsThatLookLikeNumbersStayTexts() throws IOException {
        String view = view("label_codes", "'007'", "'x'");
        run(new TrainJob(), "table", view, "label", "label", "model", "codes", "epochs", 20, "network", "linear");
        Path file = Files.writeString(folder.resolve("codes.csv"), "x,label\n1,007\n2,007\n3,007\n");
        assertThat(run(new EvaluateJob(), "input", file.toString(), "model", "codes")
                        .accuracy())
                .isEqualTo(1.0);
    }

    @Test
    void whatCannotWorkIsSaid() {
        String days = view("label_days", "date'2024-02-29'", "date'1969-12-31'");
        run(new TrainJob(), "table", days, "label", "label", "model", "days", "epochs", 1, "network", "linear");
        String times = view("label_times", "timestamp'2024-02-29 00:00:00'", "timestamp'1969-12-31 00:00:00'");
        assertThatThrownBy(() -> run(new EvaluateJob(), "table", times, "model", "days"))
                .hasMessageContaining("its type is timestamp and the model predicts date");
        String lengths = view("label_lengths", "id + 0.5D", "id - 0.5D");
        run(new TrainJob(), "table", lengths, "label", "label", "model", "lengths", "epochs", 1, "network", "linear");
        assertThatThrownBy(() -> run(new EvaluateJob(), "table", view("label_texts", "'a'", "'b'"), "model", "lengths"))
                .hasMessageContaining("its type is string and the model predicts double");
        spark().sql("SELECT id AS x, date_add(date'2024-01-01', int(id)) AS label FROM range(300)")
                .createOrReplaceTempView("label_many");
        assertThatThrownBy(() -> run(new TrainJob(), "table", "label_many", "label", "label", "model", "many"))
                .hasMessageContaining("label column label holds 300 different values of type date in 300 rows");
        spark().sql("SELECT id AS x, encode(string(id % 2), 'utf-8') AS label FROM range(300)")
                .createOrReplaceTempView("label_bytes");
        assertThatThrownBy(() -> run(new TrainJob(), "table", "label_bytes", "label", "label", "model", "many"))
                .hasMessageContaining("Cannot train on label 'label': its type is binary");
        spark().sql("SELECT id AS x, double(id % 2) AS label FROM range(300)").createOrReplaceTempView("label_double");
        TrainReport doubles =
                run(new TrainJob(), "table", "label_double", "label", "label", "model", "doubles", "epochs", 1);
        assertThat(doubles.task()).isEqualTo("REGRESSION");
        assertThat(doubles.notes()).anyMatch(note -> note.contains("CAST(label AS INT) would make classes of them"));
    }

    @Test
    void featuresOfDatesAndTimestampsTrain() {
        spark().sql("SELECT date_add(date'2024-01-01', int(id % 100)) AS day,"
                        + " timestampadd(MINUTE, int(id % 100), timestamp'2024-01-01 00:00:00') AS at, id % 100 < 50 AS label"
                        + " FROM range(1000)")
                .createOrReplaceTempView("label_features");
        run(new TrainJob(), "table", "label_features", "label", "label", "model", "early", "epochs", 20);
        EvaluateReport report =
                run(new EvaluateJob(), "table", "label_features", "model", "early", "report", folder + "/early");
        assertThat(report.accuracy()).isGreaterThan(0.95);
        assertThat(List.of(
                        report.perClass().get(0).name(),
                        report.perClass().get(1).name()))
                .containsExactly("false", "true");
    }
}
