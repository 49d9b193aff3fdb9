package dev.athanor.spark.train;

import dev.athanor.engine.train.EpochMetrics;
import dev.athanor.engine.train.TrainProgress;
import java.io.Serializable;

/** What a training task tells the driver while it runs, in plain values. */
sealed interface TrainingMessage extends Serializable {
    /** The fields of {@link TrainProgress}. */
    record Step(
            int epoch,
            int epochs,
            long rowsSeen,
            long rowsPlanned,
            double loss,
            double rowsPerSecond,
            double secondsLeft)
            implements TrainingMessage {
        static Step of(TrainProgress p) {
            return new Step(
                    p.epoch(), p.epochs(), p.rowsSeen(), p.rowsPlanned(), p.loss(), p.rowsPerSecond(), p.secondsLeft());
        }
    }

    /** The fields of {@link EpochMetrics}. */
    record Epoch(
            int epoch,
            double trainLoss,
            double validationLoss,
            String metricName,
            double metric,
            double learningRate,
            double seconds,
            double rowsPerSecond,
            boolean best)
            implements TrainingMessage {
        static Epoch of(EpochMetrics e) {
            return new Epoch(
                    e.epoch(),
                    e.trainLoss(),
                    e.validationLoss(),
                    e.metricName(),
                    e.metric(),
                    e.learningRate(),
                    e.seconds(),
                    e.rowsPerSecond(),
                    e.best());
        }
    }
}
