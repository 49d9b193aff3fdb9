package dev.athanor.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.metrics.Evaluation;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Rows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Default options of the network for images: the promise is 98.3 % for 8,000 images of MNIST, of which some are aside. */
class ImageQualityTest {
    private static final List<ColumnSpec> FEATURES = List.of(Rows.vector("pixels"));
    private static final ColumnSpec LABEL = Rows.whole("digit");
    private static final int TEST_ROWS = 1600;
    private static final int ROWS = 8000;

    @Test
    void handwrittenDigits(@TempDir Path directory) throws IOException {
        List<Object[]> rows = SharedData.mnist(ROWS);
        Collections.shuffle(rows, new Random(Integer.getInteger("fold", 0)));
        List<Object[]> test = rows.subList(0, TEST_ROWS);
        List<Object[]> train = rows.subList(TEST_ROWS, rows.size());
        TrainedModel trained = Training.train(FEATURES, LABEL, train, Training.options("cnn", 0, 42, directory));
        Model model = Training.reload(trained, directory.resolve("model"), train.size());
        Evaluation quality = Training.evaluate(model, LABEL, test);
        System.err.printf(
                "MNIST: epoch %d of %d, validation %.4f, test %s%n",
                trained.bestEpoch(), trained.history().size(), trained.metrics().get("accuracy"), quality.metrics());
        assertThat(quality.metric("accuracy")).isGreaterThanOrEqualTo(0.983);
    }
}
