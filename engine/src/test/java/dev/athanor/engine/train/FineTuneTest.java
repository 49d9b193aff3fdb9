package dev.athanor.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.finetune.PretrainedEncoder;
import dev.athanor.engine.model.LocalPackageFiles;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictions;
import dev.athanor.engine.model.Predictor;
import dev.athanor.engine.model.TransformerPackage;
import dev.athanor.engine.optim.OptimizerKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.Rows;
import dev.athanor.engine.transformer.TransformerFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tiny encoder learns from texts, is written, served as it was measured, and goes on from a checkpoint. */
class FineTuneTest {
    private static final List<ColumnSpec> TEXT = List.of(Rows.string("text"));
    private static final ColumnSpec KIND = Rows.string("kind");

    @TempDir
    private Path directory;

    private PretrainedEncoder encoder;

    @BeforeEach
    void importTiny() throws Exception {
        Path folder = TinyEncoder.write(directory.resolve("tiny"));
        LocalPackageFiles files = new LocalPackageFiles(directory.resolve("package"));
        TransformerPackage.writeEmbedding(
                files,
                TransformerFolder.open(folder),
                new Manifest.Lineage("tiny", -1, null, 0, "test", "run", "2026-11-24T10:00:00Z", 0));
        encoder = TransformerPackage.pretrained(files, "tiny@1");
    }

    private TrainOptions options(int epochs, int rank, int threads) {
        return new TrainOptions(
                "transformer",
                epochs,
                16,
                rank > 0 ? 2e-2 : 5e-3,
                OptimizerKind.ADAMW,
                0.1,
                7,
                false,
                threads,
                directory.resolve("spill"),
                64 << 20,
                encoder,
                rank);
    }

    /** Letters at random; the kind is "yes" where 'q' comes more often than 'z'. */
    private static List<Object[]> letters(int rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Object[]> made = new ArrayList<>();
        while (made.size() < rows) {
            StringBuilder text = new StringBuilder();
            int balance = 0;
            for (int i = random.nextInt(4, 12); i > 0; i--) {
                char c = "abcqzqz".charAt(random.nextInt(7));
                balance += c == 'q' ? 1 : c == 'z' ? -1 : 0;
                text.append(c).append(' ');
            }
            if (balance != 0) {
                made.add(Rows.row(text.toString(), balance > 0 ? "yes" : "no"));
            }
        }
        return made;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8})
    void learnsClassesAndServesThem(int rank) throws IOException {
        List<Object[]> rows = letters(600, 1);
        TrainedModel trained = Training.train(TEXT, KIND, rows, options(8, rank, 2));
        assertThat(trained.network()).isEqualTo("transformer");
        assertThat(trained.networkReason()).isEqualTo("asked for, from tiny@1");
        Model model = Training.reload(trained, directory.resolve("model"), rows.size());
        assertThat(model.classes()).containsExactly("no", "yes");
        assertThat(Training.evaluate(model, KIND, letters(300, 2)).metric("accuracy"))
                .isGreaterThan(0.9);
    }

    @Test
    void learnsNumbersOfPairs() throws IOException {
        List<ColumnSpec> pair = List.of(Rows.string("a"), Rows.string("b"));
        ColumnSpec score = Rows.number("score");
        SplittableRandom random = new SplittableRandom(3);
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            int a = random.nextInt(1, 6);
            int b = random.nextInt(1, 6);
            rows.add(Rows.row("q ".repeat(a), "z ".repeat(b), a - b + 10.25));
        }
        TrainedModel trained = Training.train(pair, score, rows, options(8, 0, 1));
        assertThat(trained.metrics().get("r2")).isGreaterThan(0.9);
        assertThat(trained.notes())
                .contains("the two columns are read as the pair of texts that the tokenizer makes of them");
        Model model = Training.reload(trained, directory.resolve("model"), rows.size());
        RowBatch batch = Rows.batch(pair, null, Rows.row("q q q q", "z"), Rows.row("q", "z z z z"));
        try (Predictor predictor = model.predictor(2)) {
            Predictions p = predictor.predict(batch);
            assertThat(p.value(0)).isCloseTo(13.25, within(1.0));
            assertThat(p.value(1)).isCloseTo(7.25, within(1.0));
            assertThat(p.low(0)).isLessThan(p.high(0));
        }
    }

    /** What a run interrupted after an epoch and resumed learns is, to the bit, what it would have learnt. */
    @Test
    void goesOnFromACheckpoint() throws IOException {
        List<Object[]> rows = letters(200, 4);
        TrainedModel whole = train(rows, null, new Training.Silent());
        TrainerTest.Memory store = new TrainerTest.Memory();
        assertThatThrownBy(() -> train(rows, store, new Training.Silent() {
                    private boolean stop;

                    @Override
                    public void onEpoch(EpochMetrics epoch) {
                        stop = epoch.epoch() == 2;
                    }

                    @Override
                    public boolean cancelled() {
                        return stop;
                    }
                }))
                .isInstanceOf(CancellationException.class);
        TrainedModel resumed = train(rows, store, new Training.Silent());
        assertThat(resumed.history()).hasSize(3);
        assertThat(resumed.history().get(2).trainLoss())
                .isEqualTo(whole.history().get(2).trainLoss());
        assertThat(resumed.metrics()).isEqualTo(whole.metrics());
    }

    private TrainedModel train(List<Object[]> rows, CheckpointStore store, TrainListener listener) throws IOException {
        return TableTrainer.train(
                Training.profile(TEXT, KIND, rows),
                Training.source(rows),
                options(3, 0, 1),
                Training.KERNELS,
                store,
                listener);
    }

    /** Null is an empty text, a long one is cut and said to be, and neither fails a row. */
    @Test
    void readsNullAndLongTexts() throws IOException {
        List<Object[]> rows = letters(200, 5);
        rows.add(Rows.row(null, "no"));
        rows.add(Rows.row("q ".repeat(500), "yes"));
        TrainedModel trained = Training.train(TEXT, KIND, rows, options(1, 0, 1));
        assertThat(trained.notes()).contains("1 row has more text than the model takes, and its end was left out");
        Model model = Training.reload(trained, directory.resolve("model"), rows.size());
        RowBatch batch = Rows.batch(TEXT, null, Rows.row((Object) null), Rows.row("q ".repeat(500)), Rows.row("q"));
        try (Predictor predictor = model.predictor(3)) {
            Predictions p = predictor.predict(batch);
            for (int row = 0; row < 3; row++) {
                assertThat(p.error(row)).isNull();
                assertThat(p.isTruncated(row)).isEqualTo(row == 1);
            }
        }
    }

    @Test
    void refusesWhatItCannotRead() {
        List<ColumnSpec> numbers = List.of(Rows.string("text"), Rows.number("x"));
        List<Object[]> rows = List.of(Rows.row("q", 1, "yes"), Rows.row("z", 2, "no"));
        assertThatThrownBy(() -> Training.train(numbers, KIND, rows, options(1, 0, 1)))
                .isInstanceOf(AthanorException.class)
                .hasMessage(
                        "Cannot train network transformer: it reads texts, and column x is of type double. Name text"
                                + " columns only with --features, or cast the column to a string.");
        assertThatThrownBy(() ->
                        Training.train(TEXT, KIND, letters(20, 6), Training.options("transformer", 1, 1, directory)))
                .isInstanceOf(AthanorException.class)
                .hasMessage(
                        "Cannot train network transformer: there is no model to begin from. Name an imported model with"
                                + " --from.");
    }
}
