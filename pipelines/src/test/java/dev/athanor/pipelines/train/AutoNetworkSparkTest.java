package dev.athanor.pipelines.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.pipelines.evaluate.EvaluateJob;
import dev.athanor.pipelines.evaluate.EvaluateReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training makes of a file when the user says no more than which column is the label; measured on new rows. */
class AutoNetworkSparkTest extends JobSparkTest {
    private static final String[] WORDS =
            "alpha beta gamma delta kappa omega sigma lorem ipsum dolor sit amet".split(" ");

    @TempDir
    private Path folder;

    private String flowers(String name, int rows, long seed) throws IOException {
        Random random = new Random(seed);
        StringBuilder csv = new StringBuilder("length,width,petal,stem,kind\n");
        for (int i = 0; i < rows; i++) {
            int kind = i % 3;
            double size = 2.2 * kind + 0.5 * random.nextGaussian();
            csv.append(String.format(
                    Locale.ROOT,
                    "%.2f,%.2f,%.2f,%.2f,%d%n",
                    5 + size / 2 + 0.3 * random.nextGaussian(),
                    3 + random.nextGaussian(),
                    2 + size,
                    size / 3 + 0.2 * random.nextGaussian(),
                    kind));
        }
        return Files.writeString(folder.resolve(name), csv).toString();
    }

    @Test
    void aHundredRowsAreLearnt() throws IOException {
        TrainReport report =
                run(new TrainJob(), "input", flowers("train.csv", 105, 1), "label", "kind", "model", "flowers");
        EvaluateReport quality =
                run(new EvaluateJob(), "model", "flowers", "input", flowers("test.csv", 600, 2), "label", "kind");
        assertThat(report.network()).isEqualTo("linear");
        assertThat(quality.accuracy()).isGreaterThan(0.93);
        assertThat(quality.ece()).isLessThan(0.1);
        assertThat(report.trainingSeconds()).isLessThan(30);
    }

    /** Whether two numbers have one sign, which neither says alone, beside a name that says nothing. */
    private String signs(String name, int rows, long seed) throws IOException {
        Random random = new Random(seed);
        StringBuilder csv = new StringBuilder("name,x,y,sign\n");
        for (int i = 0; i < rows; i++) {
            double x = random.nextGaussian();
            double y = random.nextGaussian();
            for (int w = 0; w < 4; w++) {
                csv.append(WORDS[random.nextInt(WORDS.length)]).append(w < 3 ? " " : "");
            }
            csv.append(String.format(Locale.ROOT, ",%.4f,%.4f,%s%n", x, y, x * y > 0 ? "same" : "other"));
        }
        return Files.writeString(folder.resolve(name), csv).toString();
    }

    @Test
    void aTextColumnTakesNothingFromTheOthers() throws IOException {
        TrainReport report =
                run(new TrainJob(), "input", signs("train.csv", 1500, 1), "label", "sign", "model", "signs");
        EvaluateReport quality =
                run(new EvaluateJob(), "model", "signs", "input", signs("test.csv", 600, 2), "label", "sign");
        assertThat(report.network()).isEqualTo("mlp");
        assertThat(report.networkReason())
                .isEqualTo("2 columns (x, y) through hidden layers, which learn what they say together, beside 1 text"
                        + " column (name) as weighted n-grams");
        assertThat(quality.accuracy()).isGreaterThan(0.9);
    }
}
