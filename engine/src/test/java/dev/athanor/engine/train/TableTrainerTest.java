package dev.athanor.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.metrics.Evaluation;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.optim.OptimizerKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.RowSource;
import dev.athanor.engine.table.Rows;
import dev.athanor.engine.table.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTrainerTest {
    private static final List<ColumnSpec> FEATURES = List.of(Rows.number("x"), Rows.string("kind"));

    @TempDir
    private Path directory;

    /** A class that follows from the sign of x, unless the kind turns it round. */
    private static List<Object[]> rows(int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            double x = random.nextDouble() * 4 - 2;
            boolean turned = random.nextBoolean();
            Object label = i % 50 == 49 ? null : (x > 0) != turned;
            rows.add(Rows.row(i % 20 == 0 ? null : x, turned ? "turned" : "plain", i % 20 == 0 ? turned : label));
        }
        return rows;
    }

    @Test
    void learnsClassesAndGivesThemBackByName() throws IOException {
        ColumnSpec label = new ColumnSpec("y", dev.athanor.engine.table.ColumnKind.NUMBER, "boolean");
        TrainedModel trained =
                Training.train(FEATURES, label, rows(1500, 1), Training.options("auto", 15, 7, directory));
        assertThat(trained.network()).isEqualTo("mlp");
        assertThat(trained.networkReason()).isEqualTo("columns of numbers and categories only, 1470 rows");
        assertThat(trained.notes())
                .contains("classification, because its labels are booleans", "30 rows without a label left out");
        assertThat(trained.history()).isNotEmpty();
        Model model = Training.reload(trained, directory.resolve("m"), 1500);
        assertThat(model.classes()).containsExactly("false", "true");
        Evaluation quality = Training.evaluate(model, label, rows(500, 2));
        assertThat(quality.metric("accuracy")).isGreaterThan(0.95);
        assertThat(quality.unlabelled()).isEqualTo(10);
    }

    @Test
    void learnsANumberWithAnIntervalThatCovers() throws IOException {
        List<ColumnSpec> features = List.of(Rows.number("x"));
        ColumnSpec label = Rows.number("y");
        TrainedModel trained =
                Training.train(features, label, line(2000, 1), Training.options("auto", 20, 7, directory));
        assertThat(trained.evaluation().task()).isEqualTo(Task.REGRESSION);
        Model model = Training.reload(trained, directory.resolve("m"), 2000);
        Evaluation quality = Training.evaluate(model, label, line(2000, 2));
        assertThat(quality.metric("r2")).isGreaterThan(0.95);
        assertThat(quality.metric("interval_coverage")).isBetween(0.83, 0.97);
    }

    @Test
    void anIntervalOfFewRowsSaysSoAndClaimsNoCoverage() throws IOException {
        TrainedModel trained = Training.train(
                List.of(Rows.number("x")), Rows.number("y"), line(12, 1), Training.options("auto", 3, 7, directory));
        assertThat(trained.notes())
                .contains("quality was measured on 1 row only, too few to trust; the 90 % interval is as wide as their"
                        + " errors and may cover fewer of other rows");
        assertThat(trained.metrics()).containsKey("rmse").doesNotContainKey("interval_coverage");
        Manifest manifest = Training.reload(trained, directory.resolve("m"), 12).manifest();
        assertThat(manifest.intervalLow()).isNegative().isEqualTo(-manifest.intervalHigh());
    }

    /** y = 1000 + 300x with noise of standard deviation 30. */
    private static List<Object[]> line(int n, long seed) {
        java.util.Random random = new java.util.Random(seed);
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            double x = random.nextGaussian();
            rows.add(Rows.row(x, 1000 + 300 * x + 30 * random.nextGaussian()));
        }
        return rows;
    }

    @Test
    void theSameSeedReplaysBitForBitAndAnotherDoesNot() throws IOException {
        ColumnSpec label = new ColumnSpec("y", dev.athanor.engine.table.ColumnKind.NUMBER, "boolean");
        String[] digests = new String[3];
        for (int i = 0; i < 3; i++) {
            TrainedModel trained = Training.train(
                    FEATURES, label, rows(400, 1), Training.options("mlp", 2, i == 2 ? 8 : 7, directory));
            digests[i] = Training.reload(trained, directory.resolve("m" + i), 400)
                    .manifest()
                    .files()
                    .get("model.safetensors");
        }
        assertThat(digests[1]).isEqualTo(digests[0]);
        assertThat(digests[2]).isNotEqualTo(digests[0]);
    }

    @Test
    void fewRowsTrainAndSaySo() throws IOException {
        ColumnSpec label = Rows.string("y");
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            rows.add(Rows.row(i * 1.0, "k" + i % 2, i % 2 == 0 ? "even" : "odd"));
        }
        TrainedModel trained = Training.train(FEATURES, label, rows, Training.options("auto", 3, 1, directory));
        assertThat(trained.network()).isEqualTo("linear");
        assertThat(trained.temperature()).isEqualTo(1);
        assertThat(trained.notes())
                .contains("quality was measured on 1 row only, too few to trust; confidence is not calibrated");
        assertThat(trained.evaluation().rows()).isEqualTo(1);
    }

    @Test
    void labelsOfTheirOwnAreRefusedAndRareOnesAreNoted() throws IOException {
        ColumnSpec label = Rows.string("uid");
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            rows.add(Rows.row(i * 1.0, "k" + i % 2, "u\n" + i));
        }
        assertThatThrownBy(() -> Training.train(FEATURES, label, rows, Training.options("linear", 1, 1, directory)))
                .hasMessage(
                        "Cannot train model: each of the 60 rows has a class of its own in label column uid, as in a"
                                + " column of names or ids. Name a column whose values occur again with --label, or give more"
                                + " rows.");
        rows.add(Rows.row(1.0, "k1", "u\n1"));
        TrainedModel trained = Training.train(FEATURES, label, rows, Training.options("linear", 1, 1, directory));
        assertThat(trained.notes())
                .contains(
                        "59 of the 60 classes in label column uid occur in one row only, as in a column of names or ids:"
                                + " no model can learn them")
                .contains("the best epoch is that of the lowest validation loss, not of the highest accuracy: there are"
                        + " fewer than 1,000 rows to learn from")
                .anySatisfy(
                        n -> assertThat(n).startsWith("no validation row has 5").contains("classes ('u\\n"));
    }

    @Test
    void theSplitIsExactAndFollowsTheSeed() {
        for (long rows : new long[] {2, 3, 10, 97, 6000}) {
            RowSplit split = RowSplit.of(rows, 0.1, 5);
            long aside = 0;
            for (long i = 0; i < rows; i++) {
                aside += split.isValidation(i) ? 1 : 0;
            }
            assertThat(aside).isEqualTo(Math.max(1, Math.round(rows * 0.1)));
        }
        RowSplit large = RowSplit.of(3_000_000, 0.1, 5);
        long aside = 0;
        for (long i = 0; i < 200_000; i++) {
            aside += large.isValidation(i) ? 1 : 0;
        }
        assertThat(aside).isBetween(19_000L, 21_000L);
    }

    @Test
    void aRowThatCannotBeEncodedNamesItself() {
        List<ColumnSpec> features = List.of(Rows.vector("v"));
        ColumnSpec label = Rows.string("y");
        List<Object[]> good = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            good.add(Rows.row(new float[] {i, -i}, "c" + i % 2));
        }
        List<Object[]> bad = new ArrayList<>(good);
        bad.set(120, Rows.row(new float[] {1}, "c0"));
        assertThatThrownBy(() -> TableTrainer.train(
                        Training.profile(features, label, good),
                        Training.source(bad),
                        Training.options("auto", 1, 1, directory),
                        Training.KERNELS,
                        null,
                        new Training.Silent()))
                .isInstanceOf(AthanorException.class)
                .hasMessage(
                        "Cannot train model: row 121 of those with a label cannot be encoded: column v has 1 values, not 2."
                                + " Mend or leave out such rows; at prediction they yield an error value instead.");
    }

    @Test
    void aSourceThatFailsEndsTrainingWithItsError() {
        List<Object[]> rows = rows(300, 1);
        ColumnSpec label = new ColumnSpec("y", dev.athanor.engine.table.ColumnKind.NUMBER, "boolean");
        RowSource broken = new RowSource() {
            private final RowSource inner = Training.source(rows);
            private int batches;

            @Override
            public boolean next(RowBatch into) throws IOException {
                if (batches++ == 1) {
                    throw new IOException("the disk went away");
                }
                return inner.next(into);
            }
        };
        assertThatThrownBy(() -> TableTrainer.train(
                        Training.profile(FEATURES, label, rows),
                        broken,
                        Training.options("auto", 1, 1, directory),
                        Training.KERNELS,
                        null,
                        new Training.Silent()))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("the disk went away");
    }

    /** With four threads that train, two encode. */
    private TrainOptions options(String network, int epochs, int threads) {
        return new TrainOptions(
                network, epochs, 0, 0, OptimizerKind.ADAMW, 0.1, 1, false, threads, directory, 256 << 20);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void theFirstBatchTrainsBeforeTheLastRowIsRead(int threads) throws IOException {
        ColumnSpec label = new ColumnSpec("y", dev.athanor.engine.table.ColumnKind.NUMBER, "boolean");
        List<Object[]> rows = rows(40_000, 1);
        CountDownLatch secondStep = new CountDownLatch(2);
        TrainListener steps = new TrainListener() {
            @Override
            public void onProgress(TrainProgress progress) {}

            @Override
            public void onEpoch(EpochMetrics epoch) {}

            @Override
            public boolean cancelled() {
                secondStep.countDown(); // asked before each step
                return false;
            }
        };
        RowSource heldBack = new RowSource() {
            private final RowSource inner = Training.source(rows);
            private int delivered;

            @Override
            public boolean next(RowBatch into) throws IOException {
                if (delivered > rows.size() / 2) {
                    try {
                        if (!secondStep.await(60, TimeUnit.SECONDS)) {
                            throw new IOException("no step was done on the first " + delivered + " rows");
                        }
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                }
                boolean any = inner.next(into);
                delivered += into.rows();
                return any;
            }
        };
        TrainedModel trained = TableTrainer.train(
                Training.profile(FEATURES, label, rows),
                heldBack,
                options("mlp", 1, threads),
                Training.KERNELS,
                null,
                steps);
        assertThat(trained.history()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void cancellingEndsTheFeederToo(int threads) {
        ColumnSpec label = new ColumnSpec("y", dev.athanor.engine.table.ColumnKind.NUMBER, "boolean");
        List<Object[]> rows = rows(2000, 1);
        TrainListener cancelled = new TrainListener() {
            @Override
            public void onProgress(TrainProgress progress) {}

            @Override
            public void onEpoch(EpochMetrics epoch) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        assertThatThrownBy(() -> TableTrainer.train(
                        Training.profile(FEATURES, label, rows),
                        Training.source(rows),
                        options("auto", 5, threads),
                        Training.KERNELS,
                        null,
                        cancelled))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(
                        t -> t.getName().equals("athanor-feeder") || t.getName().startsWith("athanor-encoder-"));
    }
}
