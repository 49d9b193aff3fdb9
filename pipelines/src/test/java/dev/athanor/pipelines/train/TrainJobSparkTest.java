package dev.athanor.pipelines.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.ModelPackage;
import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.spark.conf.AthanorConf;
import dev.athanor.spark.job.JobRunner;
import dev.athanor.spark.job.Progress;
import dev.athanor.spark.registry.DeltaModelRegistry;
import dev.athanor.spark.registry.HadoopPackageFiles;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainJobSparkTest extends JobSparkTest {
    @Test
    void trainsAClassifierAndRegistersIt() throws Exception {
        String table = "train_kinds";
        learnable("train_kinds_view", 3000);
        spark().sql("CREATE TABLE " + table + " USING delta AS SELECT * FROM train_kinds_view");
        TrainReport report = run(
                new TrainJob(),
                "table",
                table,
                "features",
                List.of("x", "y", "colour"),
                "label",
                "kind",
                "model",
                "kinds",
                "epochs",
                15,
                "seed",
                7);
        assertThat(report.ref()).isEqualTo("kinds@1");
        assertThat(report.task()).isEqualTo("CLASSIFICATION");
        assertThat(report.accuracy()).isGreaterThan(0.9);
        assertThat(report.rmse()).isNull();
        assertThat(report.classes()).isEqualTo(3);
        assertThat(report.rows()).isEqualTo(3000);
        assertThat(report.rowsDropped()).isZero();
        assertThat(report.epochsRun()).isBetween(1, 15);
        assertThat(report.bestEpoch()).isBetween(1, report.epochsRun());
        assertThat(report.history()).hasSize(report.epochsRun());
        assertThat(report.lineage().source()).isEqualTo(table);
        assertThat(report.lineage().sourceVersion()).isZero();
        assertThat(report.lineage().query()).isEqualTo("SELECT x, y, colour, kind FROM train_kinds");
        assertThat(report.lineage().seed()).isEqualTo(7);
        assertThat(report.lineage().runId()).isEqualTo(runId);

        ModelVersion version = DeltaModelRegistry.of(spark()).resolve(ModelRef.parse("kinds"));
        assertThat(version.runId()).isEqualTo(runId);
        assertThat(TrainReport.Lineage.of(manifest(version).lineage())).isEqualTo(report.lineage());
        assertThat(version.metrics().get("accuracy")).isEqualTo(report.accuracy());
        assertThat(runRow().getString(0)).isEqualToIgnoringCase("finished");
        List<Row> losses = platform("run_metrics")
                .where("run_id = '" + runId + "' AND name = 'train_loss'")
                .orderBy("step")
                .collectAsList();
        assertThat(losses).hasSize(report.epochsRun());
    }

    @Test
    void aColumnThatIsTextForTheSakeOfFewCellsIsNamed(@TempDir Path folder) throws IOException {
        StringBuilder csv = new StringBuilder("x,y,code,kind\n");
        for (int i = 1; i <= 400; i++) {
            csv.append(i == 17 ? "n/a" : Integer.toString(i * 37 % 101)).append(',');
            csv.append(i == 3 || i == 300 ? "?" : i == 5 ? "" : "0." + i).append(',');
            csv.append(i % 2 == 0 ? "A7" : "12").append(',').append(i * 37 % 101 > 50 ? "big" : "small");
            csv.append('\n');
        }
        String file = Files.writeString(folder.resolve("cells.csv"), csv).toString();
        Object[] params = {"input", file, "label", "kind", "model", "cells", "epochs", 1};
        assertThat(run(new TrainJob(), params).notes())
                .contains(
                        "column x is read as text, because 1 of its 400 cells is no number: 'n/a' in row 17; correct it,"
                                + " or read such cells as empty with --option nullValue=n/a",
                        "column y is read as text, because 2 of its 399 cells are no numbers, as the first: '?' in row 3;"
                                + " correct them, or read such cells as empty with --option nullValue=?")
                .noneMatch(note -> note.contains("column code") || note.contains("column kind"));
    }

    @Test
    void aFinishedRunWhoseModelWasDeletedSaysSo() {
        Map<String, Object> params =
                Map.of("table", learnable("train_deleted", 300), "label", "kind", "model", "deleted", "epochs", 1);
        TrainReport report = JobRunner.run(new TrainJob(), params, "train-deleted", spark(), Progress.NONE)
                .report();
        assertThat(JobRunner.run(new TrainJob(), params, "train-deleted", spark(), Progress.NONE)
                        .repeated())
                .isTrue();
        DeltaModelRegistry.of(spark()).delete(ModelRef.parse(report.ref()));
        assertThatThrownBy(() -> JobRunner.run(new TrainJob(), params, "train-deleted", spark(), Progress.NONE))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot give the result of run train-deleted: the model deleted@1 that it made was deleted"
                        + " since. Train again with another --run-id.");
    }

    @Test
    void theSameRowsAndSeedGiveTheSameModel() {
        String view = learnable("train_again", 500);
        TrainReport[] reports = Stream.of(1, 2)
                .map(i -> run(
                        new TrainJob(),
                        "table",
                        view,
                        "features",
                        List.of("x", "y", "colour"),
                        "label",
                        "kind",
                        "model",
                        "again",
                        "epochs",
                        3))
                .toArray(TrainReport[]::new);
        assertThat(reports[1].version()).isEqualTo(2);
        assertThat(reports[1].logLoss()).isEqualTo(reports[0].logLoss());
        assertThat(reports[1].history().stream().mapToDouble(e -> e.trainLoss()))
                .containsExactly(reports[0].history().stream()
                        .mapToDouble(e -> e.trainLoss())
                        .boxed()
                        .toArray(Double[]::new));
    }

    @Test
    void gradientDescentIsAnOption() {
        String view = learnable("train_descent", 1500);
        Map<String, Object> params = Map.of("table", view, "features", List.of("x", "y", "colour"), "label", "kind");
        TrainReport[] reports = Stream.of("adamw", "sgd")
                .map(optimizer -> {
                    Map<String, Object> all = new HashMap<>(params);
                    all.put("model", "descent");
                    all.put("optimizer", optimizer);
                    return JobRunner.run(new TrainJob(), all, "descent-" + optimizer, spark(), Progress.NONE)
                            .report();
                })
                .toArray(TrainReport[]::new);
        assertThat(reports).extracting(TrainReport::optimizer).containsExactly("adamw", "sgd");
        assertThat(reports[1].accuracy()).isGreaterThan(reports[0].accuracy() - 0.03);
        assertThat(reports[1].logLoss()).isNotEqualTo(reports[0].logLoss());
        Map<String, Object> other = new HashMap<>(params);
        other.put("model", "descent");
        assertThatThrownBy(() -> JobRunner.run(new TrainJob(), other, "descent-sgd", spark(), Progress.NONE))
                .hasMessageContaining("that run has other parameters");
        assertThatThrownBy(() -> run(new TrainJob(), "table", view, "label", "kind", "model", "x", "optimizer", "adam"))
                .hasMessageContaining("adamw");
    }

    @Test
    void trainsARegressionOnRowsWithoutALabelToo() {
        String view = learnable("train_amounts_all", 3000);
        spark().sql("SELECT x, y, colour, IF(id % 10 = 0, null, amount) AS amount FROM " + view)
                .createOrReplaceTempView("train_amounts");
        TrainReport report =
                run(new TrainJob(), "table", "train_amounts", "label", "amount", "model", "amounts", "epochs", 30);
        assertThat(report.task()).isEqualTo("REGRESSION");
        assertThat(report.features()).containsExactly("x", "y", "colour");
        assertThat(report.rows()).isEqualTo(2700);
        assertThat(report.rowsDropped()).isEqualTo(300);
        assertThat(report.accuracy()).isNull();
        assertThat(report.r2()).isGreaterThan(0.9);
        assertThat(report.intervalCoverage()).isCloseTo(0.9, within(0.05));
    }

    @Test
    void theLineageOfAViewHasItsSql() throws Exception {
        learnable("train_view_all", 300);
        spark().sql("CREATE TEMPORARY VIEW train_view AS SELECT x, colour, kind\nFROM train_view_all WHERE id % 2 = 0");
        run(new TrainJob(), "table", "train_view", "label", "kind", "model", "viewed", "epochs", 1);
        String query = manifest(DeltaModelRegistry.of(spark()).resolve(ModelRef.parse("viewed")))
                .lineage()
                .query();
        assertThat(query)
                .isEqualTo("SELECT x, colour, kind FROM train_view\n"
                        + "/* view train_view: SELECT x, colour, kind\nFROM train_view_all WHERE id % 2 = 0 */");
        assertThat(spark().sql(query).count()).isEqualTo(150);
    }

    private static Manifest manifest(ModelVersion version) throws IOException {
        return ModelPackage.verify(new HadoopPackageFiles(
                version.location(), spark().sparkContext().hadoopConfiguration()));
    }

    @Test
    void rowsBeyondTheMemoryBudgetGoToDiskAndComeBack() {
        // 2,000 rows of 400 floats, three megabytes encoded, with room for a tenth of them.
        spark().range(0, 2000, 1, 3)
                .selectExpr(
                        "transform(sequence(0, 399), i -> float(sin(i * (id % 2 + 1)) + (id * 7919 % 13) / 26)) AS v",
                        "id % 2 = 0 AS even")
                .createOrReplaceTempView("train_spill");
        Object[] params = {"table", "train_spill", "label", "even", "model", "spilled", "epochs", 2, "network", "linear"
        };
        TrainReport held = run(new TrainJob(), params);
        String key = AthanorConf.TRAIN_MEMORY.name();
        TrainReport spilled;
        spark().conf().set(key, "300KiB");
        try {
            spilled = run(new TrainJob(), params);
        } finally {
            spark().conf().unset(key);
        }
        assertThat(held.spilledBytes()).isZero();
        assertThat(spilled.spilledBytes()).isGreaterThan(2_500_000);
        assertThat(spilled.logLoss()).isEqualTo(held.logLoss());
    }

    @Test
    void theFirstStepComesSoonAndLongBeforeTheLastRow() {
        // About a gigabyte of rows, most of which are still to be read when the first step is done.
        long rows = 300_000;
        spark().sql("SELECT int(id) AS k, id % 2 = 0 AS even,"
                        + " transform(sequence(0, 783), i -> float(sin(i * (id % 2 + 1)) + hash(id, i) % 100 / 50)) AS v"
                        + " FROM range(100)")
                .cache()
                .createOrReplaceTempView("train_patterns");
        spark().sql("SELECT v, even FROM range(0, " + rows + ", 1, 4) r JOIN train_patterns p ON p.k = r.id % 100")
                .createOrReplaceTempView("train_soon");
        long[] began = new long[1];
        double[] first = {0, Double.NaN};
        Progress watch = new Progress() {
            private String phase = "";

            @Override
            public void phase(String name) {
                phase = name;
                if (name.equals("training")) {
                    began[0] = System.nanoTime();
                }
            }

            @Override
            public void update(double share, String detail) {
                if (phase.equals("training") && first[0] == 0) {
                    first[0] = (System.nanoTime() - began[0]) / 1e9;
                    first[1] = share;
                }
            }

            @Override
            public void message(String line) {}
        };
        JobRunner.run(
                new TrainJob(),
                Map.of("table", "train_soon", "label", "even", "model", "soon", "network", "linear", "epochs", 1),
                null,
                spark(),
                watch);
        assertThat(first[0]).as("seconds to the first report of steps").isBetween(0.0, 5.0);
        assertThat(first[1]).as("share of the rows learnt from by then").isBetween(0.0, 0.5);
    }

    @Test
    void columnNamesMayHoldAnything() {
        spark().sql("SELECT x AS `the x`, struct(y AS `y.z`) AS s, colour AS `a``b`, kind AS `the.kind` FROM "
                        + learnable("train_names_all", 300))
                .createOrReplaceTempView("train_names");
        TrainReport report = run(
                new TrainJob(),
                "table",
                "train_names",
                "features",
                List.of("the x", "s.y.z", "a`b"),
                "label",
                "the.kind",
                "model",
                "names",
                "epochs",
                2);
        assertThat(report.features()).containsExactly("the x", "s.y.z", "a`b");
        assertThat(report.label()).isEqualTo("the.kind");
    }

    @Test
    void learnsNewsTopics() {
        Path file = sharedData("ag_news/train.csv.gz");
        assumeTrue(file != null, "shared/data/ag_news is absent");
        TrainReport report = run(
                new TrainJob(),
                "input",
                file.toString(),
                "columns",
                List.of("class", "title", "description"),
                "features",
                List.of("title", "description"),
                "label",
                "class",
                "model",
                "news");
        assertThat(report.network()).isEqualTo("linear");
        assertThat(report.accuracy()).isGreaterThan(0.84);
    }
}
