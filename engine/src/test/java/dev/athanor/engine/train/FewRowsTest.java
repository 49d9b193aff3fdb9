package dev.athanor.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.metrics.Evaluation;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What default options promise on a hundred rows or a few hundred: enough steps to learn what is there. */
class FewRowsTest {
    private static final List<ColumnSpec> FEATURES =
            List.of(Rows.number("a"), Rows.number("b"), Rows.number("c"), Rows.number("d"));

    @TempDir
    private Path directory;

    private Evaluation quality(ColumnSpec label, List<Object[]> train, List<Object[]> test) throws IOException {
        TrainedModel trained = Training.train(FEATURES, label, train, Training.options("auto", 0, 42, directory));
        return Training.evaluate(Training.reload(trained, directory.resolve("m"), train.size()), label, test);
    }

    /** Three classes along a line, the middle one between the others, as iris flowers are: the best accuracy is 0.96. */
    private static List<Object[]> flowers(int n, long seed) {
        Random random = new Random(seed);
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            int kind = i % 3;
            double size = 2.2 * kind + 0.5 * random.nextGaussian();
            rows.add(Rows.row(
                    5 + size / 2 + 0.3 * random.nextGaussian(),
                    3 + random.nextGaussian(),
                    2 + size,
                    size / 3 + 0.2 * random.nextGaussian(),
                    "kind " + kind));
        }
        return rows;
    }

    @Test
    void aHundredRowsOfThreeClasses() throws IOException {
        Evaluation quality = quality(Rows.string("y"), flowers(105, 1), flowers(900, 2));
        assertThat(quality.metric("accuracy")).isGreaterThan(0.93);
        assertThat(quality.metric("ece")).isLessThan(0.1);
    }

    /** A circle, which no line tells apart, with two columns that mean nothing. */
    private static List<Object[]> circle(int n, long seed) {
        Random random = new Random(seed);
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            double a = random.nextGaussian();
            double b = random.nextGaussian();
            rows.add(Rows.row(a, b, random.nextGaussian(), random.nextGaussian(), 100 + 10 * (a * a + b * b)));
        }
        return rows;
    }

    @Test
    void someHundredRowsOfACurvedNumber() throws IOException {
        Evaluation quality = quality(Rows.number("y"), circle(300, 1), circle(1000, 2));
        assertThat(quality.metric("r2")).isGreaterThan(0.8);
    }

    /** A sum of twenty columns, half of it noise: hidden layers learn the noise, and a line does not. */
    private static List<Object[]> noisySum(List<ColumnSpec> features, int n, long seed) {
        Random random = new Random(seed);
        double[] weights = random.doubles(features.size(), -1.7, 1.7).toArray();
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            Object[] row = new Object[weights.length + 1];
            double sum = Math.sqrt(weights.length) * random.nextGaussian();
            for (int c = 0; c < weights.length; c++) {
                double x = random.nextGaussian();
                row[c] = x;
                sum += weights[c] * x;
            }
            row[weights.length] = sum;
            rows.add(row);
        }
        return rows;
    }

    @Test
    void someHundredRowsOfANoisySumAreLearntAboutAsWellAsByALine() throws IOException {
        List<ColumnSpec> features =
                IntStream.range(0, 20).mapToObj(i -> Rows.number("f" + i)).toList();
        double auto = 0;
        double linear = 0;
        for (int seed = 0; seed < 3; seed++) {
            List<Object[]> rows = noisySum(features, 1300, seed);
            auto += noisySumR2(features, "auto", rows) / 3;
            linear += noisySumR2(features, "linear", rows) / 3;
        }
        assertThat(linear).isGreaterThan(0.35);
        assertThat(auto).isGreaterThan(linear - 0.07);
    }

    private double noisySumR2(List<ColumnSpec> features, String network, List<Object[]> rows) throws IOException {
        ColumnSpec label = Rows.number("y");
        List<Object[]> train = rows.subList(1000, 1300);
        TrainedModel trained = Training.train(features, label, train, Training.options(network, 0, 42, directory));
        Model model = Training.reload(trained, Files.createTempDirectory(directory, network), train.size());
        return Training.evaluate(model, label, rows.subList(0, 1000)).metric("r2");
    }
}
