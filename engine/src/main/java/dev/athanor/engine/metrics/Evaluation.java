package dev.athanor.engine.metrics;

import dev.athanor.engine.table.Task;
import java.util.List;
import java.util.Map;

/**
 * Quality of a model on labelled rows.
 *
 * @param task what the model predicts
 * @param rows rows measured
 * @param unlabelled rows left out because their label is null
 * @param errors rows left out because they could not be predicted (a bad image, a ragged array)
 * @param metrics by name. Classification: {@code accuracy}, {@code macro_f1} (over classes that occur or are predicted),
 *     {@code ece} (15 equal-width bins of confidence, Guo et al., arXiv:1706.04599), {@code brier} (mean over rows of the
 *     sum of squared differences over classes), {@code log_loss} (nats). Regression, in the label's unit:
 *     {@code rmse}, {@code mae}, {@code r2}, {@code interval_coverage} (share of labels within the 90 % interval),
 *     {@code interval_width} (mean)
 * @param classes quality per class, in index order; empty for regression
 * @param confusion rows by actual (outer) and predicted (inner) class; empty for regression and beyond 200 classes
 * @param reliability confidence against accuracy; empty for regression
 */
public record Evaluation(
        Task task,
        long rows,
        long unlabelled,
        long errors,
        Map<String, Double> metrics,
        List<ClassQuality> classes,
        List<List<Long>> confusion,
        List<ReliabilityBin> reliability) {

    /**
     * One class against the rest; 0 where a ratio has no rows.
     *
     * @param name of the class
     * @param precision share of rows predicted as this class that are of it
     * @param recall share of rows of this class that were predicted as it
     * @param f1 harmonic mean of the two
     * @param support rows of this class
     */
    public record ClassQuality(String name, double precision, double recall, double f1, long support) {}

    /**
     * Rows whose confidence lies in {@code (from, to]}.
     *
     * @param rows how many
     * @param confidence their mean confidence
     * @param accuracy share of them predicted right
     */
    public record ReliabilityBin(double from, double to, long rows, double confidence, double accuracy) {}

    /** A metric by name, or NaN when this evaluation has none of that name. */
    public double metric(String name) {
        return metrics.getOrDefault(name, Double.NaN);
    }
}
