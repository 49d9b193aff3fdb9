package dev.athanor.pipelines.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictions;
import dev.athanor.engine.table.FeatureColumn;
import dev.athanor.engine.table.LabelEncoder;
import dev.athanor.engine.table.LabelPlan;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.Task;
import dev.athanor.pipelines.report.ReportContent.Mistake;
import dev.athanor.pipelines.report.ReportContent.Point;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Collects what a report shows of single rows while a model is evaluated: the worst mistakes with the rows themselves,
 * and for regression a sample of predictions. Bounded, whatever the size of the table; parts merge, so that each Spark
 * task has one of its own, beside its {@link dev.athanor.engine.metrics.Evaluator}. One thread.
 *
 * <pre>{@code
 * Exhibits exhibits = new Exhibits(model);
 * while (rows.next(batch)) {
 *     exhibits.add(predictor.predict(batch), batch);
 * }
 * }</pre>
 */
public final class Exhibits {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MISTAKES = 24;
    private static final int POINTS = 2_000;

    /** A mistake and how bad it is: confidence, or distance in the label's unit. */
    record Ranked(double badness, Mistake mistake) {}

    /** A point and the place that its values give it in the sample. */
    record Drawn(long place, double actual, double predicted) {}

    record State(List<Ranked> mistakes, List<Drawn> points) {}

    private static final Comparator<Ranked> MILDEST_FIRST = Comparator.comparingDouble(Ranked::badness)
            .thenComparing(r -> r.mistake().actual())
            .thenComparing(r -> r.mistake().predicted())
            .thenComparing(r -> r.mistake().values().toString());
    private static final Comparator<Drawn> LAST_FIRST =
            Comparator.comparingLong(Drawn::place).reversed();

    private final Manifest manifest;
    private final LabelEncoder labels;
    private final PriorityQueue<Ranked> mistakes = new PriorityQueue<>(MILDEST_FIRST);
    private final PriorityQueue<Drawn> points = new PriorityQueue<>(LAST_FIRST);

    public Exhibits(Model model) {
        this(model.manifest());
    }

    Exhibits(Manifest manifest) {
        this.manifest = manifest;
        this.labels = new LabelEncoder(
                LabelPlan.ofClasses(manifest.label(), manifest.labelType(), manifest.task(), manifest.classes()));
    }

    /** Takes in predictions and the rows they are of, which carry their label. */
    public void add(Predictions predictions, RowBatch rows) {
        FeatureColumn label = rows.label();
        for (int row = 0; row < predictions.rows(); row++) {
            if (label.isNull(row) || predictions.error(row) != null) {
                continue;
            }
            if (manifest.task() == Task.CLASSIFICATION) {
                int actual = labels.classOf(label, row);
                int predicted = predictions.classIndex(row);
                if (actual >= 0 && actual != predicted) {
                    float confidence = predictions.probability(row, predicted);
                    if (wanted(confidence)) {
                        String name = manifest.classes().get(actual);
                        keep(
                                confidence,
                                RowView.of(rows, row)
                                        .mistake(name, manifest.classes().get(predicted), confidence));
                    }
                }
            } else if (label instanceof FeatureColumn.Numbers numbers && Double.isFinite(numbers.value(row))) {
                addValue(predictions, rows, row, numbers.value(row));
            }
        }
    }

    private void addValue(Predictions predictions, RowBatch rows, int row, double actual) {
        double predicted = predictions.value(row);
        double distance = Math.abs(predicted - actual);
        if (wanted(distance)) {
            keep(
                    distance,
                    RowView.of(rows, row).mistake(Figures.number(actual), Figures.number(predicted), Double.NaN));
        }
        draw(new Drawn(place(actual, predicted), actual, predicted));
    }

    private boolean wanted(double badness) {
        return mistakes.size() < MISTAKES || badness >= mistakes.peek().badness();
    }

    private void keep(double badness, Mistake mistake) {
        mistakes.add(new Ranked(badness, mistake));
        if (mistakes.size() > MISTAKES) {
            mistakes.poll();
        }
    }

    private void draw(Drawn point) {
        if (points.size() < POINTS || point.place() < points.peek().place()) {
            points.add(point);
            if (points.size() > POINTS) {
                points.poll();
            }
        }
    }

    /** A place that looks random and is the same in every run: the finaliser of SplitMix64 over both values. */
    private static long place(double actual, double predicted) {
        long z = Double.doubleToLongBits(actual) * 0x9E3779B97F4A7C15L + Double.doubleToLongBits(predicted);
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Adds what another collector of the same model has. */
    public void merge(Exhibits other) {
        other.mistakes.forEach(m -> keep(m.badness(), m.mistake()));
        other.points.forEach(this::draw);
    }

    /** The worst mistakes, at most 24, worst first. */
    public List<Mistake> mistakes() {
        return mistakes.stream()
                .sorted(MILDEST_FIRST.reversed())
                .map(Ranked::mistake)
                .toList();
    }

    /** A sample of at most 2,000 predictions of a regression, by actual value. */
    public List<Point> points() {
        return points.stream()
                .map(d -> new Point(d.actual(), d.predicted()))
                .sorted(Comparator.comparingDouble(Point::actual).thenComparingDouble(Point::predicted))
                .toList();
    }

    /** The state as JSON, for another process. */
    public byte[] toBytes() {
        try {
            return JSON.writeValueAsBytes(new State(new ArrayList<>(mistakes), new ArrayList<>(points)));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write exhibits", e);
        }
    }

    /** The collector of {@code model} whose {@link #toBytes()} these are. */
    public static Exhibits fromBytes(Model model, byte[] bytes) {
        Exhibits exhibits = new Exhibits(model);
        try {
            State state = JSON.readValue(bytes, State.class);
            state.mistakes().forEach(m -> exhibits.keep(m.badness(), m.mistake()));
            state.points().forEach(exhibits::draw);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read exhibits", e);
        }
        return exhibits;
    }
}
