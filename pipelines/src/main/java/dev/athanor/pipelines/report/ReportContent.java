package dev.athanor.pipelines.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.train.EpochMetrics;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that a report page shows; what is missing (no history, no mistakes) leaves its section out.
 *
 * @param subject the model and the rows it was measured on
 * @param metrics figures by report name ({@code accuracy}, {@code ece}, {@code rmse}, …), in the order to show
 * @param history finished epochs, oldest first; empty when unknown
 * @param outcome what the measured rows say, by task
 * @param mistakes the worst mistakes, worst first
 * @param lineage where the model came from, or null
 */
public record ReportContent(
        Subject subject,
        Map<String, Double> metrics,
        List<EpochMetrics> history,
        Outcome outcome,
        List<Mistake> mistakes,
        Manifest.Lineage lineage) {
    public ReportContent {
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        history = List.copyOf(history);
        mistakes = List.copyOf(mistakes);
    }

    /**
     * What was measured, on what, with what.
     *
     * @param model name and version: {@code digits@1}
     * @param task what it predicts
     * @param network kind of network
     * @param networkReason why this network
     * @param kernels the engine's kernels and why these
     * @param source table or path of the measured rows
     * @param rows number of rows measured
     * @param features names of the feature columns
     * @param label name of the label column
     * @param digest sha256 of the model package in hex, or null
     * @param createdAt ISO-8601 instant of the measurement
     */
    public record Subject(
            String model,
            Task task,
            String network,
            String networkReason,
            String kernels,
            String source,
            long rows,
            List<String> features,
            String label,
            String digest,
            String createdAt) {}

    /** What the measured rows say. */
    public sealed interface Outcome {}

    /**
     * Classification.
     *
     * @param classes class names in index order
     * @param confusion rows by actual class (outer) and predicted class (inner), in index order
     * @param reliability bins of confidence, ascending; empty bins may be left out
     */
    public record Classification(List<String> classes, List<List<Long>> confusion, List<ReliabilityBin> reliability)
            implements Outcome {
        public Classification {
            if (confusion.size() != classes.size()
                    || confusion.stream().anyMatch(row -> row.size() != classes.size())) {
                throw new IllegalArgumentException("Cannot draw a confusion matrix: " + classes.size()
                        + " classes need as many rows and columns, not " + confusion.size() + " rows");
            }
        }
    }

    /**
     * Rows whose confidence lies between two bounds.
     *
     * @param low lower bound, in [0,1]
     * @param high upper bound, in [0,1]
     * @param rows how many
     * @param confidence their mean confidence; NaN when there are none
     * @param accuracy share of them predicted right; NaN when there are none
     */
    public record ReliabilityBin(double low, double high, long rows, double confidence, double accuracy) {}

    /**
     * Regression.
     *
     * @param points a sample of the measured rows
     * @param residuals histogram of predicted minus actual over all rows
     * @param coverage share of rows whose actual value lies in the predicted interval
     * @param target the share that the interval promises: 0.9
     */
    public record Regression(List<Point> points, List<Bar> residuals, double coverage, double target)
            implements Outcome {}

    /** One row's actual and predicted value, in the label's unit. */
    public record Point(double actual, double predicted) {}

    /** One bar of a histogram: rows with a value in [low, high). */
    public record Bar(double low, double high, long rows) {}

    /**
     * A row that was predicted wrong.
     *
     * @param actual the label
     * @param predicted what was predicted instead
     * @param confidence calibrated probability of the prediction in [0,1]; NaN for regression
     * @param picture the row's image, or null
     * @param values the row's other columns as text, by name
     */
    public record Mistake(
            String actual,
            String predicted,
            double confidence,
            @JsonIgnore Picture picture,
            Map<String, String> values) {}
}
