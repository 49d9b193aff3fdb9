package dev.athanor.engine.train;

/**
 * One finished epoch.
 *
 * @param epoch from 1
 * @param trainLoss mean over the epoch's training rows
 * @param validationLoss mean over the validation rows
 * @param metricName {@code accuracy}, {@code rmse} or {@code perplexity}
 * @param metric its value on the validation rows
 * @param learningRate at the end of the epoch
 * @param seconds wall time of the epoch, validation included
 * @param rowsPerSecond training rows over training time
 * @param best whether this is the best epoch so far, whose weights are kept: by the metric, or by {@code validationLoss}
 *     where there are classes and fewer than 1,000 training rows, too few validation rows for accuracy to tell epochs apart
 */
public record EpochMetrics(
        int epoch,
        double trainLoss,
        double validationLoss,
        String metricName,
        double metric,
        double learningRate,
        double seconds,
        double rowsPerSecond,
        boolean best) {}
