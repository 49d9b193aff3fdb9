package dev.athanor.spark.train;

import dev.athanor.spark.job.JobContext;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Turns a training task's messages into progress for people and measurements for the {@code run_metrics} table. */
final class TrainingWatch implements Consumer<Serializable> {
    private final JobContext context;
    private String validation = "";
    private int epochs;

    TrainingWatch(JobContext context) {
        this.context = context;
    }

    @Override
    public synchronized void accept(Serializable message) {
        if (message instanceof TrainingMessage.Step step) {
            epochs = step.epochs();
            context.progress().update(share(step), line(step));
        } else if (message instanceof TrainingMessage.Epoch epoch) {
            validation = String.format(Locale.ROOT, " %s %.4f", epoch.metricName(), epoch.metric());
            // the line that stays when the training ends
            context.progress()
                    .update(
                            epochs == 0 ? Double.NaN : epoch.epoch() / (double) epochs,
                            standing(epoch.epoch(), epoch.trainLoss(), epoch.rowsPerSecond()));
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("train_loss", epoch.trainLoss());
            values.put("validation_loss", epoch.validationLoss());
            values.put("validation_" + epoch.metricName(), epoch.metric());
            values.put("learning_rate", epoch.learningRate());
            values.put("seconds", epoch.seconds());
            values.put("rows_per_second", epoch.rowsPerSecond());
            values.put("best", epoch.best() ? 1.0 : 0.0);
            context.metrics(epoch.epoch(), values);
        }
    }

    private static double share(TrainingMessage.Step step) {
        return step.rowsPlanned() <= 0 ? Double.NaN : Math.min(1, step.rowsSeen() / (double) step.rowsPlanned());
    }

    private String line(TrainingMessage.Step step) {
        String left = Double.isFinite(step.secondsLeft())
                ? String.format(Locale.ROOT, " %.0f s left", Math.ceil(step.secondsLeft()))
                : "";
        return standing(step.epoch(), step.loss(), step.rowsPerSecond()) + left;
    }

    private String standing(int epoch, double loss, double rowsPerSecond) {
        return String.format(
                Locale.ROOT,
                "epoch %d%s loss %.4f%s %,.0f rows/s",
                epoch,
                epochs == 0 ? "" : "/" + epochs,
                loss,
                validation,
                rowsPerSecond);
    }
}
