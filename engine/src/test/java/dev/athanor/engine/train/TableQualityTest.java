package dev.athanor.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.metrics.Evaluation;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.optim.OptimizerKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Rows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What default options promise on numbers and categories: honest confidence, rare classes on request, intervals. */
class TableQualityTest {
    private static final List<ColumnSpec> FEATURES =
            List.of(Rows.number("a"), Rows.number("b"), Rows.number("c"), Rows.string("kind"));
    private static final ColumnSpec CLASS = Rows.string("y");
    private static final ColumnSpec VALUE = Rows.number("y");

    @TempDir
    private Path directory;

    private Evaluation quality(ColumnSpec label, List<Object[]> train, List<Object[]> test, boolean balanced)
            throws IOException {
        TrainedModel trained = Training.train(
                FEATURES,
                label,
                train,
                new TrainOptions("auto", 0, 0, 0, OptimizerKind.ADAMW, 0.1, 42, balanced, 1, directory, 64 << 20));
        Model model = Training.reload(trained, directory.resolve("balanced-" + balanced), train.size());
        return Training.evaluate(model, label, test);
    }

    /**
     * Two classes by the logistic function of a sum with an interaction and a wave; a share of the labels is any class.
     *
     * @param rarity 2 makes about a fifth of the rows "yes", 4.5 about a twentieth
     */
    private static List<Object[]> classes(int n, long seed, double rarity, double noise) {
        Random random = new Random(seed);
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            double a = random.nextGaussian();
            double b = random.nextGaussian();
            double c = 10 * random.nextDouble();
            int kind = random.nextInt(6);
            double z = 1.5 * a - (kind % 2 == 0 ? b : -0.5 * b) + Math.sin(c) + (kind == 3 ? 1 : 0) - rarity;
            boolean yes = random.nextDouble() < noise
                    ? random.nextBoolean()
                    : random.nextDouble() < 1 / (1 + Math.exp(-2 * z));
            rows.add(Rows.row(a, random.nextInt(20) == 0 ? null : b, c, "k" + kind, yes ? "yes" : "no"));
        }
        return rows;
    }

    @Test
    void confidenceIsHonestThoughLabelsAreNoisyAndUneven() throws IOException {
        Evaluation quality = quality(CLASS, classes(4000, 1, 2, 0.05), classes(4000, 1001, 2, 0.05), false);
        assertThat(quality.metric("accuracy")).isGreaterThan(0.84);
        assertThat(quality.metric("ece")).isLessThanOrEqualTo(0.025);
    }

    /** What equal weights maximise is the mean recall of the classes; macro-F1, which false alarms lower, need not rise. */
    @Test
    void balancedWeightsFindMoreOfARareClass() throws IOException {
        List<Object[]> train = classes(4000, 1, 4.5, 0);
        List<Object[]> test = classes(4000, 1001, 4.5, 0);
        Evaluation plain = quality(CLASS, train, test, false);
        Evaluation balanced = quality(CLASS, train, test, true);
        assertThat(balanced.classes().get(1).recall())
                .isGreaterThan(plain.classes().get(1).recall() + 0.2);
        assertThat(meanRecall(balanced)).isGreaterThan(meanRecall(plain) + 0.05);
    }

    private static double meanRecall(Evaluation quality) {
        return quality.classes().stream()
                .mapToDouble(Evaluation.ClassQuality::recall)
                .average()
                .orElseThrow();
    }

    @Test
    void intervalsCoverNineRowsInTenThoughTheirSpreadVaries() throws IOException {
        Evaluation quality = quality(VALUE, values(4000, 1), values(4000, 1001), false);
        assertThat(quality.metric("r2")).isGreaterThan(0.85);
        assertThat(quality.metric("interval_coverage")).isBetween(0.86, 0.94);
    }

    private static List<Object[]> values(int n, long seed) {
        Random random = new Random(seed);
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            double a = random.nextGaussian();
            double b = 3 * random.nextDouble();
            int kind = random.nextInt(3);
            double y = 50 + 10 * a + 5 * Math.sin(2 * b) + 3 * kind + (0.5 + 2 * b) * random.nextGaussian();
            rows.add(Rows.row(a, b, random.nextDouble(), "k" + kind, y));
        }
        return rows;
    }
}
