package dev.athanor.pipelines.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.spark.registry.DeltaModelRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every bad input is an error a user can act on; its run says failed, and no package or model is left. */
class TrainBadInputSparkTest extends JobSparkTest {
    private static final String MODEL = "never";

    @TempDir
    Path folder;

    @Test
    void missingFile() {
        refused("there is no such file or folder", "input", folder + "/x.csv", "label", "a");
    }

    @Test
    void neitherInputNorTable() {
        refusedBeforeItStarts("neither --input nor --table is given", "label", "a");
    }

    @Test
    void emptyTable() {
        view("SELECT 1.0D AS x, 'a' AS label WHERE false");
        refused("the table has no rows", "table", "bad", "label", "label");
    }

    @Test
    void noSuchColumn() {
        view("SELECT id AS number, 'a' AS label FROM range(10)");
        refused(
                "Cannot read column 'numbre' of bad: there is no such column. Did you mean 'number'?",
                "table",
                "bad",
                "features",
                List.of("numbre"),
                "label",
                "label");
        refused("Cannot read column 'lable' of bad", "table", "bad", "features", List.of("number"), "label", "lable");
    }

    @Test
    void featuresThatMakeNoSense() {
        view("SELECT id AS x, 'a' AS label FROM range(10)");
        refused("'x' of bad: it is given twice", "table", "bad", "features", List.of("x", "x"), "label", "label");
        refused(
                "the label 'label' is also among the features",
                "table",
                "bad",
                "features",
                List.of("x", "Label"),
                "label",
                "label");
        view("SELECT 'a' AS label FROM range(10)");
        refused("bad has no column but the label", "table", "bad", "label", "label");
        view("SELECT map('a', id) AS x, 'a' AS label FROM range(10)");
        refused("bad has no column but the label that a model can read", "table", "bad", "label", "label");
        refused(
                "Cannot use column 'x': its type is map<string,bigint>",
                "table",
                "bad",
                "features",
                List.of("x"),
                "label",
                "label");
        view("SELECT id AS x, array(id) AS label FROM range(10)");
        refused("Cannot train on label 'label': its type is array<bigint>", "table", "bad", "label", "label");
    }

    @Test
    void columnsThatAreNullThroughout() {
        view("SELECT id AS x, CAST(null AS double) AS gone, id % 2 AS label FROM range(100)");
        refused(
                "feature column gone is null in all rows. Leave it out of --features",
                "table",
                "bad",
                "features",
                List.of("x", "gone"),
                "label",
                "label");
        view("SELECT CAST(null AS double) AS gone, id % 2 AS label FROM range(100)");
        refused("every column but the label is null in all rows", "table", "bad", "label", "label");
        view(
                "SELECT NULL AS nothing, map('a', id) AS odd, CAST(null AS double) AS gone, id AS x, string(null) AS also, id % 2 AS label"
                        + " FROM range(100)");
        TrainReport report = run(new TrainJob(), "table", "bad", "label", "label", "model", "nulls", "epochs", 1);
        assertThat(report.features()).containsExactly("x");
        assertThat(report.lineage().query()).startsWith("SELECT x, label FROM bad");
        assertThat(report.notes())
                .contains(
                        "column nothing is null in all rows and was left out",
                        "column gone is null in all rows and was left out",
                        "column also is null in all rows and was left out",
                        "column odd is of type map<string,bigint>, which no model can read, and was left out");
        assertThat(spark().sql("SELECT predict('nulls', id).error FROM range(3)")
                        .first()
                        .isNullAt(0))
                .isTrue();
    }

    @Test
    void labelsThatTeachNothing() {
        view("SELECT id AS x, 'only' AS label FROM range(10)");
        refused("label column label has one class, 'only', in all 10 rows", "table", "bad", "label", "label");
        view("SELECT id AS x, CAST(null AS string) AS label FROM range(10)");
        refused("label column label is null in all 10 rows", "table", "bad", "label", "label");
        view("SELECT id AS x, CAST('NaN' AS double) AS label FROM range(10)");
        refused("label column label holds 10 NaN or infinite values", "table", "bad", "label", "label");
    }

    @Test
    void featureValuesThatCannotBeUsed() {
        view("SELECT IF(id = 3, double('NaN'), IF(id = 4, double('Infinity'), id)) AS x, id % 2 AS label"
                + " FROM range(100)");
        refused("feature column x holds 1 NaN and 1 infinite values", "table", "bad", "label", "label");
        view("SELECT transform(sequence(0, int(id % 3)), v -> float(v)) AS x, id % 2 AS label FROM range(100)");
        refused("feature column x holds arrays of different lengths", "table", "bad", "label", "label");
        view("SELECT CAST('no image' AS binary) AS x, id % 2 AS label FROM range(100)");
        refused("values that are not PNG or JPEG images", "table", "bad", "label", "label");
    }

    @Test
    void aLearningRateThatDiverges() {
        learnable("diverging", 1000);
        AthanorException error = refused(
                "Cannot train network: the loss is ",
                "table",
                "diverging",
                "features",
                List.of("x", "y"),
                "label",
                "amount",
                "network",
                "mlp",
                "learning_rate",
                1e30);
        assertThat(error.getMessage()).contains(" at step ").contains("Try --learning-rate 0.001");
    }

    @Test
    void aLabelOfNearlyUniqueStringsIsToldFromWhatTheModelWouldNeed() {
        view("SELECT concat('question number ', id) AS text, concat('answer ', id % 7000) AS answer FROM range(7473)");
        AthanorException error = refused(
                "answer has 7,000 classes in 7,473 rows, the model would need ", "table", "bad", "label", "answer");
        assertThat(error.getMessage()).contains(" GiB of memory, and the heap has ");
        assertThat(error.remedy())
                .contains("a label with fewer distinct values")
                .contains("ATHANOR_JAVA_OPTS=-Xmx");
        assertThat(spark().range(3).count()).as("the session lives").isEqualTo(3);
    }

    @Test
    void aBatchLargerThanTheTableTakesNoMemoryForRowsThatAreNotThere() {
        // The buffers of 65,536 rows of 2,000 numbers each would not fit.
        view("SELECT transform(sequence(1, 2000), i -> float(sin(id * i))) AS x, concat('c', id % 2) AS label"
                + " FROM range(105)");
        TrainReport report = run(
                new TrainJob(),
                "table",
                "bad",
                "label",
                "label",
                "model",
                "largebatch",
                "network",
                "mlp",
                "epochs",
                1,
                "batch_size",
                65536);
        assertThat(report.rows()).isEqualTo(105);
    }

    @Test
    void parametersOutOfRange() {
        refusedBeforeItStarts("Cannot train with --epochs 0: it must be 1 or more", "epochs", 0);
        refusedBeforeItStarts("--validation 0.7: it must be above 0 and at most 0.5", "validation", 0.7);
        refusedBeforeItStarts("--learning-rate -1.0: it must be above 0", "learning_rate", -1.0);
        refusedBeforeItStarts("--batch-size 0", "batch_size", 0);
        refusedBeforeItStarts("--batch-size 65537: it must be from 1 to 65536", "batch_size", 65537);
        assertThatThrownBy(() ->
                        spark().sql("CALL athanor.train(table => 't', label => 'l', model => 'never', epochs => 0)"))
                .hasMessageContaining("Cannot train with --epochs 0: it must be 1 or more");
    }

    @Test
    void emptyName() {
        refusedBeforeItStarts("--model (in SQL: model) is empty", "model", "");
    }

    @Test
    void modelNamesThatLeaveTheWarehouse() {
        List<String> before = packages();
        for (String name : List.of("../x", "a/b", "x@1")) {
            assertThatThrownBy(() -> run(new TrainJob(), "table", "t", "label", "l", "model", name))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("'" + name + "'");
        }
        assertThat(packages()).isEqualTo(before);
    }

    @Test
    void aCellOfThreeMegabytesTrains() {
        view("SELECT IF(id = 5, repeat('long words ', 300000), concat('word', id % 2)) AS text, id % 2 AS label"
                + " FROM range(200)");
        TrainReport report = run(
                new TrainJob(), "table", "bad", "label", "label", "model", "longcell", "network", "text", "epochs", 2);
        assertThat(report.rows()).isEqualTo(200);
    }

    private static void view(String select) {
        spark().sql(select).createOrReplaceTempView("bad");
    }

    /** What the parameters' record refuses is wrong usage, of which no run is recorded. */
    private void refusedBeforeItStarts(String message, String name, Object value) {
        Map<String, Object> params = new HashMap<>(Map.of("model", MODEL));
        params.put(name, value);
        if (!name.equals("label")) {
            params.putAll(Map.of("table", "t", "label", "l"));
        }
        List<Object> given = new ArrayList<>();
        params.forEach((n, v) -> given.addAll(List.of(n, v)));
        assertThatThrownBy(() -> run(new TrainJob(), given.toArray()))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining(message);
        if (spark().catalog().tableExists("athanor.runs")) {
            assertThat(platform("runs").where("run_id = '" + runId + "'").count())
                    .isZero();
        }
    }

    private AthanorException refused(String message, Object... namesAndValues) {
        List<String> packages = packages();
        List<Object> params = new ArrayList<>(List.of(namesAndValues));
        params.add("model");
        params.add(MODEL);
        AthanorException[] thrown = new AthanorException[1];
        assertThatThrownBy(() -> run(new TrainJob(), params.toArray()))
                .isInstanceOfSatisfying(AthanorException.class, e -> thrown[0] = e)
                .hasMessageContaining(message);
        Row run = runRow();
        assertThat(run.getString(0)).isEqualToIgnoringCase("failed");
        assertThat(run.getString(1) + ": " + run.getString(2) + ". " + run.getString(3) + ".")
                .isEqualTo(thrown[0].getMessage());
        assertThat(packages()).as("packages left").isEqualTo(packages);
        assertThat(DeltaModelRegistry.of(spark()).list())
                .noneMatch(v -> v.name().equals(MODEL));
        return thrown[0];
    }
}
