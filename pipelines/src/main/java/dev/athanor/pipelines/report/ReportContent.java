package dev.athanor.pipelines.report;

import dev.athanor.engine.metrics.Evaluation;
import dev.athanor.engine.metrics.Evaluation.ClassQuality;
import dev.athanor.engine.metrics.Evaluation.ReliabilityBin;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.train.EpochMetrics;
import java.time.Instant;
import java.util.ArrayList;
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
    private static final double INTERVAL = 0.9;

    public ReportContent {
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        history = List.copyOf(history);
        mistakes = List.copyOf(mistakes);
    }

    /**
     * The content for an evaluated model.
     *
     * @param model name and version: {@code digits@1}
     * @param digest sha256 of the package, or null
     * @param kernels the engine's kernels and why these
     * @param source table or path of the measured rows
     * @param measuredAt when
     * @param history the epochs of its training; empty when unknown
     * @param exhibits what was collected beside the evaluation
     */
    public static ReportContent of(
            Manifest manifest,
            String model,
            String digest,
            String kernels,
            String source,
            Instant measuredAt,
            Evaluation evaluation,
            List<EpochMetrics> history,
            Exhibits exhibits) {
        Subject subject = new Subject(
                model,
                manifest.task(),
                manifest.network(),
                manifest.networkReason(),
                kernels,
                source,
                evaluation.rows(),
                evaluation.errors(),
                manifest.features().stream().map(ColumnSpec::name).toList(),
                manifest.label(),
                digest,
                measuredAt.toString());
        Outcome outcome = manifest.task() == Task.CLASSIFICATION
                ? new Classification(evaluation.classes(), evaluation.confusion(), evaluation.reliability())
                : new Regression(
                        exhibits.points(),
                        Bar.histogram(exhibits.points()),
                        evaluation.metric("interval_coverage"),
                        INTERVAL);
        return new ReportContent(
                subject, evaluation.metrics(), history, outcome, exhibits.mistakes(), manifest.lineage());
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
     * @param errors number of rows that could not be decoded and so not be measured
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
            long errors,
            List<String> features,
            String label,
            String digest,
            String createdAt) {}

    /** What the measured rows say. */
    public sealed interface Outcome {}

    /**
     * Classification.
     *
     * @param classes quality per class, in index order
     * @param confusion rows by actual class (outer) and predicted class (inner), in index order; empty when there are
     *     too many classes to keep
     * @param reliability bins of confidence, ascending; empty bins may be left out
     */
    public record Classification(
            List<ClassQuality> classes, List<List<Long>> confusion, List<ReliabilityBin> reliability)
            implements Outcome {
        public Classification {
            int n = classes.size();
            if (!confusion.isEmpty()
                    && (confusion.size() != n || confusion.stream().anyMatch(row -> row.size() != n))) {
                throw new IllegalArgumentException("Cannot draw a confusion matrix: " + n
                        + " classes need as many rows and columns, not " + confusion.size() + " rows");
            }
        }
    }

    /**
     * Regression.
     *
     * @param points a sample of the measured rows
     * @param residuals histogram of predicted minus actual over the sample
     * @param coverage share of all rows whose actual value lies in the predicted interval
     * @param target the share that the interval promises: 0.9
     */
    public record Regression(List<Point> points, List<Bar> residuals, double coverage, double target)
            implements Outcome {}

    /** One row's actual and predicted value, in the label's unit. */
    public record Point(double actual, double predicted) {}

    /** One bar of a histogram: rows with a value in [low, high). */
    public record Bar(double low, double high, long rows) {
        private static final int BARS = 24;

        /** The residuals of the points in bars of one width that start and end at round numbers. */
        static List<Bar> histogram(List<Point> points) {
            double[] residuals = points.stream()
                    .mapToDouble(p -> p.predicted() - p.actual())
                    .filter(Double::isFinite)
                    .sorted()
                    .toArray();
            if (residuals.length == 0) {
                return List.of();
            }
            Scale scale = Scale.round(residuals[0], residuals[residuals.length - 1], 0, 1, BARS);
            long[] rows = new long[scale.ticks().size() - 1];
            for (double r : residuals) {
                int bar = (int) Math.floor((r - scale.low()) / scale.step());
                rows[Math.max(0, Math.min(rows.length - 1, bar))]++;
            }
            List<Bar> bars = new ArrayList<>();
            for (int i = 0; i < rows.length; i++) {
                bars.add(new Bar(scale.ticks().get(i), scale.ticks().get(i + 1), rows[i]));
            }
            return bars;
        }
    }

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
            String actual, String predicted, double confidence, Picture picture, Map<String, String> values) {}
}
