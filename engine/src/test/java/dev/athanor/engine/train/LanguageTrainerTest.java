package dev.athanor.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.generation.GenerationOptions;
import dev.athanor.engine.language.TextScore;
import dev.athanor.engine.language.TextScorer;
import dev.athanor.engine.model.LocalPackageFiles;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.ModelPackage;
import dev.athanor.engine.model.Predictor;
import dev.athanor.engine.optim.OptimizerKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.Rows;
import dev.athanor.engine.table.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tiny language models learn from texts, are written, continue them as they read, and go on from a checkpoint. */
class LanguageTrainerTest {
    private static final List<ColumnSpec> TEXT = List.of(Rows.string("text"));

    @TempDir
    private Path directory;

    private LanguageOptions options(boolean characters, int vocabulary, boolean lines, int epochs, long memory) {
        return new LanguageOptions(
                2,
                32,
                2,
                32,
                characters,
                vocabulary,
                lines,
                new TrainOptions(
                        "gpt",
                        epochs,
                        16,
                        5e-3,
                        OptimizerKind.ADAMW,
                        0.1,
                        7,
                        false,
                        2,
                        directory.resolve("spill"),
                        memory));
    }

    private static TrainedLanguageModel train(
            List<Object[]> rows, LanguageOptions options, CheckpointStore store, TrainListener listener)
            throws IOException {
        return LanguageTrainer.train(
                Training.source(rows), new RowBatch(TEXT, 64), options, Training.KERNELS, store, listener);
    }

    /** Lines that count: each is followed by the next one, in words. */
    private static List<Object[]> lines(int rows, long seed) {
        List<String> words = List.of("one", "two", "three", "four", "five", "six", "seven");
        SplittableRandom random = new SplittableRandom(seed);
        List<Object[]> lines = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            StringBuilder line = new StringBuilder();
            int first = random.nextInt(7);
            for (int k = 0; k < 5; k++) {
                line.append(k == 0 ? "" : " ").append(words.get((first + k) % 7));
            }
            lines.add(Rows.row(line.toString()));
        }
        return lines;
    }

    private Model reload(TrainedLanguageModel trained) {
        LocalPackageFiles files = new LocalPackageFiles(directory.resolve("model"));
        trained.write(files, new Manifest.Lineage("memory", -1, null, 1, "test", "run", "2026-11-23T10:00:00Z", 1));
        return ModelPackage.load(files, Training.KERNELS);
    }

    private static String continued(Model model, String prompt, int tokens) {
        GenerationOptions options = new GenerationOptions(tokens, 0, 0, 1, 0, 1, List.of(), 0, false);
        try (Predictor predictor = model.generator(1, options)) {
            return predictor.predict(Rows.batch(TEXT, null, Rows.row(prompt))).text(0);
        }
    }

    @Test
    void learnsTheCharactersOfOneText() throws IOException {
        TrainedLanguageModel trained =
                train(lines(800, 1), options(true, 0, true, 12, 64 << 20), null, new Training.Silent());
        assertThat(trained.texts()).isEqualTo(1);
        assertThat(trained.network().spec().vocabulary()).isEqualTo(17);
        assertThat(trained.metrics().get("loss")).isLessThan(0.5);
        assertThat(trained.metrics().get("loss_per_character"))
                .isCloseTo(trained.metrics().get("loss"), within(0.01));
        assertThat(trained.notes()).contains("the end of the text was kept aside to measure on");
        Model model = reload(trained);
        assertThat(model.task()).isEqualTo(Task.GENERATION);
        assertThat(model.manifest().network()).isEqualTo("gpt2");
        assertThat(continued(model, "\ntwo three", 10)).isEqualTo(" four five");
        try (TextScorer scorer = model.scorer()) {
            for (Object[] line : lines(80, 2)) {
                scorer.add(line[0] + "\n", false);
            }
            TextScore score = scorer.finish();
            assertThat(score.metrics().get("loss")).isCloseTo(trained.metrics().get("loss"), within(0.1));
            assertThat(score.metrics().get("perplexity"))
                    .isCloseTo(Math.exp(score.metrics().get("loss")), within(1e-9));
            assertThat(score.bytes()).isEqualTo(score.characters());
        }
    }

    @Test
    void learnsBytePairsOfTextsWhollyKeptAside() throws IOException {
        List<Object[]> rows = lines(600, 3);
        rows.add(Rows.row((Object) null));
        TrainedLanguageModel trained =
                train(rows, options(false, 280, false, 10, 64 << 20), null, new Training.Silent());
        assertThat(trained.texts()).isEqualTo(600);
        assertThat(trained.rowsDropped()).isEqualTo(1);
        assertThat(trained.network().spec().vocabulary()).isEqualTo(280);
        assertThat(trained.notes()).contains("whole texts, drawn by the seed, were kept aside to measure on");
        Model model = reload(trained);
        assertThat(continued(model, "two three", 20)).startsWith(" four five");
        assertThat(trained.metrics().get("bits_per_byte")).isLessThan(1);
    }

    /** What lies on disk for want of memory is trained on as what does not. */
    @Test
    void spilledWindowsChangeNothing() throws IOException {
        TrainedLanguageModel held =
                train(lines(300, 4), options(true, 0, true, 2, 64 << 20), null, new Training.Silent());
        TrainedLanguageModel spilled = train(lines(300, 4), options(true, 0, true, 2, 1), null, new Training.Silent());
        assertThat(spilled.metrics()).isEqualTo(held.metrics());
        assertThat(spilled.spilledBytes()).isGreaterThan(held.spilledBytes());
    }

    /** What a run interrupted after an epoch and resumed learns is, to the bit, what it would have learnt. */
    @Test
    void goesOnFromACheckpoint() throws IOException {
        List<Object[]> rows = lines(200, 5);
        LanguageOptions options = options(true, 0, true, 3, 64 << 20);
        TrainedLanguageModel whole = train(rows, options, null, new Training.Silent());
        TrainerTest.Memory store = new TrainerTest.Memory();
        assertThatThrownBy(() -> train(rows, options, store, new Training.Silent() {
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
        TrainedLanguageModel resumed = train(rows, options, store, new Training.Silent());
        assertThat(resumed.result().history()).hasSize(3);
        assertThat(resumed.result().history().get(2).trainLoss())
                .isEqualTo(whole.result().history().get(2).trainLoss());
        assertThat(resumed.metrics()).isEqualTo(whole.metrics());
    }

    @Test
    void saysWhatCannotBeLearnt() {
        assertThatThrownBy(() -> train(
                        List.of(Rows.row((Object) null), Rows.row("")),
                        options(true, 0, false, 1, 64 << 20),
                        null,
                        new Training.Silent()))
                .isInstanceOf(AthanorException.class)
                .hasMessage(
                        "Cannot train network gpt: there is too little text: 0 tokens to learn from and 0 to measure"
                                + " on. Give it more text; a few hundred thousand characters are little.");
        assertThatThrownBy(() -> new LanguageOptions(2, 100, 3, 8, true, 0, true, null))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot train network gpt: a width of 100 cannot be divided among 3 heads. Give --width a"
                        + " multiple of --heads, such as 99.");
        assertThatThrownBy(
                        () -> train(lines(50, 1), options(false, 100, true, 1, 64 << 20), null, new Training.Silent()))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Cannot train a tokenizer of 100 tokens");
    }
}
