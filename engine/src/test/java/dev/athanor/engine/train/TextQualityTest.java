package dev.athanor.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.metrics.Evaluation;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Rows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Default options on news texts: the promise is an accuracy of 0.866 and an ECE of 0.03 on rows not seen; the mean of three
 * splits must hold it with a margin.
 */
class TextQualityTest {
    private static final List<ColumnSpec> FEATURES = List.of(Rows.string("title"), Rows.string("description"));
    private static final ColumnSpec LABEL = Rows.whole("class");
    private static final int TEST_ROWS = Integer.getInteger("testRows", 1200);

    @Test
    void newsTopics(@TempDir Path directory) throws IOException {
        List<Object[]> rows = new ArrayList<>();
        for (String[] cells : SharedTables.csv("ag_news/train.csv.gz")) {
            rows.add(Rows.row(cells[1], cells[2], Integer.parseInt(cells[0])));
        }
        int folds = Integer.getInteger("folds", 3);
        double accuracy = 0;
        double ece = 0;
        for (int fold = 0; fold < folds; fold++) {
            Collections.shuffle(rows, new Random(fold));
            List<Object[]> test = rows.subList(0, TEST_ROWS);
            List<Object[]> train = rows.subList(TEST_ROWS, rows.size());
            long start = System.nanoTime();
            TrainedModel trained =
                    Training.train(FEATURES, LABEL, train, Training.options("auto", 0, 42 + fold, directory));
            double seconds = (System.nanoTime() - start) / 1e9;
            Model model = Training.reload(trained, directory.resolve("model" + fold), train.size());
            Evaluation quality = Training.evaluate(model, LABEL, test);
            System.err.printf(
                    "fold %d: %.1f s, epoch %d of %d, T %.3f, validation %.4f, test %s%n",
                    fold,
                    seconds,
                    trained.bestEpoch(),
                    trained.history().size(),
                    trained.temperature(),
                    trained.metrics().get("accuracy"),
                    quality.metrics());
            assertThat(trained.network()).isEqualTo("linear");
            accuracy += quality.metric("accuracy") / folds;
            ece += quality.metric("ece") / folds;
        }
        System.err.printf("mean accuracy %.4f, ece %.4f%n", accuracy, ece);
        assertThat(accuracy).isGreaterThanOrEqualTo(0.87);
        assertThat(ece).isLessThanOrEqualTo(0.025);
    }
}
