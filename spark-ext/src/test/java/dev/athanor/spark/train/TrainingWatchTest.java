package dev.athanor.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.Progress;
import dev.athanor.spark.registry.ModelRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class TrainingWatchTest {
    private final List<String> lines = new ArrayList<>();
    private final List<Double> shares = new ArrayList<>();
    private final List<Map<String, Double>> metrics = new ArrayList<>();

    @Test
    void theLineThatStaysIsThatOfTheLastEpoch() {
        TrainingWatch watch = new TrainingWatch(new Recorded());

        watch.accept(new TrainingMessage.Step(2, 2, 150, 200, 0.5, 1000, 3));
        watch.accept(new TrainingMessage.Epoch(2, 0.25, 0.3, "accuracy", 0.9, 0.001, 1, 1200, true));

        assertThat(lines)
                .containsExactly(
                        "epoch 2/2 loss 0.5000 1,000 rows/s 3 s left",
                        "epoch 2/2 loss 0.2500 accuracy 0.9000 1,200 rows/s");
        assertThat(shares).containsExactly(0.75, 1.0);
        assertThat(metrics).singleElement().satisfies(m -> assertThat(m)
                .containsEntry("validation_accuracy", 0.9)
                .containsEntry("best", 1.0));
    }

    @Test
    void anEpochBeforeAnyStepWasToldHasNoTotal() {
        new TrainingWatch(new Recorded())
                .accept(new TrainingMessage.Epoch(1, 0.25, 0.3, "accuracy", 0.9, 0.001, 1, 1200, true));
        assertThat(lines).containsExactly("epoch 1 loss 0.2500 accuracy 0.9000 1,200 rows/s");
    }

    private final class Recorded implements JobContext, Progress {
        @Override
        public String runId() {
            return "run";
        }

        @Override
        public SparkSession spark() {
            throw new UnsupportedOperationException("no session here");
        }

        @Override
        public String warehouse() {
            throw new UnsupportedOperationException("no warehouse here");
        }

        @Override
        public ModelRegistry models() {
            throw new UnsupportedOperationException("no registry here");
        }

        @Override
        public String checkpointDirectory() {
            throw new UnsupportedOperationException("no checkpoints here");
        }

        @Override
        public boolean cancelled() {
            return false;
        }

        @Override
        public Progress progress() {
            return this;
        }

        @Override
        public void metrics(long step, Map<String, Double> values) {
            metrics.add(values);
        }

        @Override
        public void phase(String name) {}

        @Override
        public void update(double share, String text) {
            shares.add(share);
            lines.add(text);
        }

        @Override
        public void message(String line) {}
    }
}
