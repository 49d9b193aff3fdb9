package dev.athanor.spark.train;

import dev.athanor.engine.train.EpochMetrics;
import dev.athanor.engine.train.TrainListener;
import dev.athanor.engine.train.TrainProgress;
import dev.athanor.spark.plugin.ExecutorMessages;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a training's progress to the driver, and stops it when its task is stopped. */
final class TaskListener implements TrainListener {
    private static final Logger LOG = LoggerFactory.getLogger(TaskListener.class);

    private final String topic;
    private final AtomicBoolean stop;
    private final long start = System.nanoTime();
    private double firstStepSeconds = Double.NaN;
    private boolean silent;

    TaskListener(String topic, AtomicBoolean stop) {
        this.topic = topic;
        this.stop = stop;
    }

    @Override
    public void onProgress(TrainProgress progress) {
        if (Double.isNaN(firstStepSeconds) && progress.rowsSeen() > 0) {
            firstStepSeconds = (System.nanoTime() - start) / 1e9;
        }
        send(TrainingMessage.Step.of(progress));
    }

    @Override
    public void onEpoch(EpochMetrics epoch) {
        send(TrainingMessage.Epoch.of(epoch));
    }

    @Override
    public boolean cancelled() {
        return stop.get();
    }

    /** From the listener's making to the first progress with rows, in seconds; NaN before. */
    double firstStepSeconds() {
        return firstStepSeconds;
    }

    private void send(TrainingMessage message) {
        if (silent) {
            return;
        }
        try {
            silent = !ExecutorMessages.send(topic, message);
        } catch (UncheckedIOException | IllegalStateException e) {
            // Progress is for people; a training does not end because no one could be told.
            LOG.warn("Progress of {} could not be sent", topic, e);
            silent = true;
        }
    }
}
