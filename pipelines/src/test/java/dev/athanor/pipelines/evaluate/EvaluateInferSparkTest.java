package dev.athanor.pipelines.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.engine.AthanorException;
import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.pipelines.infer.InferJob;
import dev.athanor.pipelines.infer.InferReport;
import dev.athanor.pipelines.train.TrainJob;
import dev.athanor.spark.job.Job;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One model, evaluated and run over rows good and bad. */
class EvaluateInferSparkTest extends JobSparkTest {
    private static final String VIEW = "served_rows";
    private static final List<Object> MODEL = List.of("model", "served", "table", VIEW);

    @TempDir
    Path folder;

    @BeforeAll
    static void train() {
        learnable(VIEW, 2000);
        List<Object> params = with(MODEL, "features", List.of("x", "y", "colour"), "label", "kind", "epochs", 15);
        assertThat(new EvaluateInferSparkTest()
                        .run(new TrainJob(), params.toArray())
                        .accuracy())
                .isGreaterThan(0.9);
    }

    @Test
    void evaluationCountsEveryRowAndIsKept() {
        EvaluateReport report =
                run(new EvaluateJob(), with(MODEL, "report", folder + "/page").toArray());
        assertThat(report.rows()).isEqualTo(2000);
        assertThat(report.accuracy()).isGreaterThan(0.9);
        assertThat(report.perClass()).extracting(c -> c.name()).containsExactly("go", "stop", "wait");
        long right = 0;
        for (int i = 0; i < 3; i++) {
            right += report.confusion().get(i).get(i);
        }
        assertThat(report.accuracy()).isCloseTo(right / 2000.0, within(1e-12));
        // The SQL function answers the same.
        assertThat(spark().sql("SELECT * FROM " + VIEW + " WHERE predict('served@1', x, y, colour).prediction = kind")
                        .count())
                .isEqualTo(right);
        assertThat(folder.resolve("page/report.html")).content().contains("served@1");
        assertThat(folder.resolve("page/evaluation.json")).content().contains("\"macro_f1\"");
        Row kept = platform("evaluations").where("run_id = '" + runId + "'").first();
        assertThat(kept.<String>getAs("model")).isEqualTo("served");
        assertThat(kept.getJavaMap(kept.fieldIndex("metrics")).get("accuracy")).isEqualTo(report.accuracy());
    }

    @Test
    void aReportThatCannotBeWrittenIsSaidBeforeTheWork() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        for (String place : List.of("/proc/athanor", file.toString(), file + "/below")) {
            // The model is looked up after it.
            failed(
                    "Cannot write the report to " + place + ": ",
                    new EvaluateJob(),
                    List.of("model", "severd", "table", VIEW, "report", place));
        }
        assertThat(file).content().isEqualTo("mine");
        failed(
                "there is no model 'severd'",
                new EvaluateJob(),
                List.of("model", "severd", "table", VIEW, "report", folder + "/a/b"));
        assertThat(folder.toFile().list()).containsExactly("file");
    }

    @Test
    void theReportIsReadableToOthersAndSaysWhatWasNotDecoded() throws Exception {
        view("served_pictures", "SELECT array(float(x), float(y)) AS v, kind FROM " + VIEW);
        run(
                new TrainJob(),
                "table",
                "served_pictures",
                "label",
                "kind",
                "model",
                "vectors",
                "epochs",
                1,
                "network",
                "mlp");
        view("served_ragged", "SELECT IF(kind = 'stop', array(float(1)), v) AS v, kind FROM served_pictures");
        long ragged =
                spark().sql("SELECT * FROM served_ragged WHERE size(v) = 1").count();
        EvaluateReport report = run(
                new EvaluateJob(),
                "model",
                "vectors",
                "table",
                "served_ragged",
                "report",
                folder.resolve("p").toString());
        assertThat(report.errors()).isEqualTo(ragged).isPositive();
        Path page = folder.resolve("p/report.html");
        assertThat(page).content().contains(ragged + " rows could not be decoded and are not among them.");
        Path plain = Files.writeString(folder.resolve("plain"), "as the umask says");
        assertThat(Files.getPosixFilePermissions(page)).isEqualTo(Files.getPosixFilePermissions(plain));
        assertThat(folder.resolve("p").toFile().list()).containsExactlyInAnyOrder("report.html", "evaluation.json");
    }

    @Test
    void evaluationRefusesLabelsAndTypesItDoesNotKnow() {
        view("served_unseen", "SELECT x, y, colour, IF(id = 5, 'unheard', kind) AS kind FROM " + VIEW);
        failed(
                "label 'unheard' was not seen in training (1 row has such labels)",
                new EvaluateJob(),
                List.of("model", "served", "table", "served_unseen"));
        view("served_changed", "SELECT string(x) AS x, y, colour, kind FROM " + VIEW);
        failed(
                "feature 'x' was trained as double and is given as string",
                new EvaluateJob(),
                List.of("model", "served", "table", "served_changed"));
        failed("there is no model 'severd'", new EvaluateJob(), List.of("model", "severd", "table", VIEW));
        failed("Did you mean 'kind'?", new EvaluateJob(), with(MODEL, "label", "kindd"));
    }

    @Test
    void infersIntoFilesOfEveryFormat() {
        for (String format : List.of("parquet", "csv", "json", "delta")) {
            String output = folder + "/out." + format;
            InferReport report = run(
                    new InferJob(),
                    with(MODEL, "output", output, "keep", List.of("id", "kind")).toArray());
            assertThat(report.rows()).isEqualTo(2000);
            assertThat(report.errors()).isZero();
            assertThat(report.outputFormat()).isEqualTo(format);
            assertThat(report.columns())
                    .containsExactly("id", "kind", "prediction", "confidence", "probabilities", "error");
            Dataset<Row> read = format.equals("csv")
                    ? spark().read()
                            .option("header", "true")
                            .option("escape", "\"")
                            .csv(output)
                    : spark().read().format(format).load(output);
            assertThat(read.count()).isEqualTo(2000);
            assertThat(read.where("prediction = kind").count()).isGreaterThan(1800);
            if (format.equals("csv")) {
                assertThat(read.first().<String>getAs("probabilities")).startsWith("{\"go\":");
            }
        }
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("out.parquet", "out.csv", "out.json", "out.delta");
    }

    @Test
    void infersIntoTablesAndNeverOverwritesUnasked() {
        List<Object> into = with(MODEL, "into", "served_predictions", "keep", List.of("id"));
        run(new InferJob(), into.toArray());
        failed("Cannot write predictions to table served_predictions: it is there already", new InferJob(), into);
        run(new InferJob(), with(into, "mode", "append").toArray());
        assertThat(spark().table("served_predictions").count()).isEqualTo(4000);
        run(new InferJob(), with(into, "mode", "overwrite").toArray());
        assertThat(spark().table("served_predictions").count()).isEqualTo(2000);
    }

    @Test
    void aTableOfOtherColumnsIsLeftAsItIs() {
        List<Object> into =
                with(MODEL, "into", "served_other", "keep", List.of("id"), "mode", "append", "output_format", "delta");
        for (Map.Entry<String, String> table : Map.of(
                        "id BIGINT, prediction INT, confidence DOUBLE, probabilities MAP<STRING, DOUBLE>, error STRING",
                        "its column 'prediction' is INT, and in the predictions it is STRING",
                        "id BIGINT, prediction STRING, confidence INT, probabilities MAP<STRING, DOUBLE>, error STRING",
                        "its column 'confidence' is INT, and in the predictions it is DOUBLE",
                        "id BIGINT, prediction STRING",
                        "it has no column 'confidence', which the predictions have as DOUBLE; its columns are id, prediction")
                .entrySet()) {
            spark().sql("CREATE OR REPLACE TABLE served_other (" + table.getKey() + ")");
            failed(
                    "Cannot append predictions to table served_other: " + table.getValue()
                            + ". Write to another one, choose the columns with --keep, or replace it with --mode overwrite",
                    new InferJob(),
                    into);
            assertThat(spark().table("served_other").count()).isZero();
        }
        spark().sql("CREATE OR REPLACE TABLE served_other (ERROR STRING, prediction STRING, confidence DOUBLE,"
                + " probabilities MAP<STRING, DOUBLE>, id DECIMAL(38,0), note STRING)");
        failed("its column 'id' is DECIMAL(38,0), and in the predictions it is BIGINT", new InferJob(), into);
        spark().sql("CREATE OR REPLACE TABLE served_other (ERROR STRING, prediction STRING, confidence DOUBLE,"
                + " probabilities MAP<STRING, DOUBLE>, id BIGINT)");
        run(new InferJob(), into.toArray());
        assertThat(spark().table("served_other").count()).isEqualTo(2000);
    }

    @Test
    void nothingIsHalfWrittenWhenARowFails() {
        view(
                "served_failing",
                "SELECT id, IF(id = 1999, CAST(raise_error('bad row') AS double), x) AS x, y, colour FROM " + VIEW);
        for (String format : List.of("parquet", "delta")) {
            Path output = folder.resolve("half." + format);
            failed(
                    "bad row",
                    new InferJob(),
                    List.of("model", "served", "table", "served_failing", "output", output.toString()));
        }
        assertThat(folder.toFile().list()).isEmpty();
    }

    @Test
    void refusesOutputsThatAreNotOne() {
        assertThatThrownBy(() -> run(new InferJob(), MODEL.toArray()))
                .hasMessageContaining("neither --output nor --into is given");
        assertThatThrownBy(() -> run(
                        new InferJob(), with(MODEL, "output", "x", "into", "y").toArray()))
                .hasMessageContaining("both --output and --into are given");
        for (String ending : List.of("orc", "xlsx", "tsv")) {
            failed(
                    "no format that can be written has the ending ." + ending
                            + ". Use .parquet, .csv, .json, .jsonl or .delta; for a folder that is to be called so, name the"
                            + " format, as in --output-format parquet",
                    new InferJob(),
                    with(MODEL, "output", folder + "/out." + ending));
        }
        String named = folder + "/out.final";
        run(
                new InferJob(),
                with(MODEL, "output", named, "output_format", "parquet").toArray());
        assertThat(spark().read().parquet(named).count()).isEqualTo(2000);
        view("served_clash", "SELECT *, 1 AS prediction FROM " + VIEW);
        failed(
                "its column 'prediction' has the name of a result",
                new InferJob(),
                List.of("model", "served", "table", "served_clash", "output", folder + "/clash"));
    }

    private static List<Object> with(List<Object> params, Object... more) {
        List<Object> all = new ArrayList<>(params);
        all.addAll(List.of(more));
        return all;
    }

    private static void view(String name, String select) {
        spark().sql(select).createOrReplaceTempView(name);
    }

    private <P extends Record, R extends Record> void failed(String message, Job<P, R> job, List<Object> params) {
        assertThatThrownBy(() -> run(job, params.toArray()))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining(message);
        assertThat(runRow().getString(0)).isEqualToIgnoringCase("failed");
    }
}
