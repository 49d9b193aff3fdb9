package dev.athanor.engine.metrics;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sums over classified rows from which every measure of a classifier follows. */
final class ClassTally {
    static final int BINS = 15;

    private static final int CONFUSION_CLASSES = 200;
    private static final double SMALLEST_PROBABILITY = 1e-15;

    private final int classes;
    /** Rows by {@code actual · classes + predicted}: only pairs that occur, for there may be thousands of classes. */
    private final Map<Long, Long> pairs = new HashMap<>();

    private final long[] binRows = new long[BINS];
    private final long[] binRight = new long[BINS];
    private final double[] binConfidence = new double[BINS];
    private long rows;
    private double brier;
    private double logLoss;

    ClassTally(int classes) {
        this.classes = classes;
    }

    long rows() {
        return rows;
    }

    void add(int actual, int predicted, float[] probability, int at) {
        rows++;
        pairs.merge((long) actual * classes + predicted, 1L, Long::sum);
        double confidence = probability[at + predicted];
        int bin = Math.max(0, Math.min(BINS - 1, (int) Math.ceil(confidence * BINS) - 1));
        binRows[bin]++;
        binConfidence[bin] += confidence;
        if (actual == predicted) {
            binRight[bin]++;
        }
        for (int c = 0; c < classes; c++) {
            double difference = probability[at + c] - (c == actual ? 1.0 : 0.0);
            brier += difference * difference;
        }
        logLoss -= Math.log(Math.max(SMALLEST_PROBABILITY, probability[at + actual]));
    }

    void merge(ClassTally other) {
        other.pairs.forEach((pair, n) -> pairs.merge(pair, n, Long::sum));
        for (int i = 0; i < BINS; i++) {
            binRows[i] += other.binRows[i];
            binRight[i] += other.binRight[i];
            binConfidence[i] += other.binConfidence[i];
        }
        rows += other.rows;
        brier += other.brier;
        logLoss += other.logLoss;
    }

    Map<String, Double> metrics() {
        long right = 0;
        double ece = 0;
        for (int i = 0; i < BINS; i++) {
            right += binRight[i];
            ece += Math.abs(binConfidence[i] - binRight[i]) / rows;
        }
        double f1 = 0;
        int occurring = 0;
        long[][] margins = margins();
        for (int c = 0; c < classes; c++) {
            if (margins[0][c] + margins[1][c] > 0) {
                occurring++;
                f1 += 2.0 * margins[2][c] / (margins[0][c] + margins[1][c]);
            }
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", (double) right / rows);
        metrics.put("macro_f1", f1 / occurring);
        metrics.put("ece", ece);
        metrics.put("brier", brier / rows);
        metrics.put("log_loss", logLoss / rows);
        return metrics;
    }

    /** Rows of each class, rows predicted as it, and rows of it predicted right. */
    private long[][] margins() {
        long[][] margins = new long[3][classes];
        pairs.forEach((pair, n) -> {
            int actual = (int) (pair / classes);
            int predicted = (int) (pair % classes);
            margins[0][actual] += n;
            margins[1][predicted] += n;
            if (actual == predicted) {
                margins[2][actual] += n;
            }
        });
        return margins;
    }

    List<Evaluation.ClassQuality> quality(List<String> names) {
        long[][] margins = margins();
        List<Evaluation.ClassQuality> quality = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            quality.add(new Evaluation.ClassQuality(
                    names.get(c),
                    ratio(margins[2][c], margins[1][c]),
                    ratio(margins[2][c], margins[0][c]),
                    ratio(2 * margins[2][c], margins[0][c] + margins[1][c]),
                    margins[0][c]));
        }
        return quality;
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    List<List<Long>> confusion() {
        if (classes > CONFUSION_CLASSES) {
            return List.of();
        }
        List<List<Long>> matrix = new ArrayList<>();
        for (int actual = 0; actual < classes; actual++) {
            List<Long> row = new ArrayList<>();
            for (int predicted = 0; predicted < classes; predicted++) {
                row.add(pairs.getOrDefault((long) actual * classes + predicted, 0L));
            }
            matrix.add(List.copyOf(row));
        }
        return List.copyOf(matrix);
    }

    List<Evaluation.ReliabilityBin> reliability() {
        List<Evaluation.ReliabilityBin> bins = new ArrayList<>();
        for (int i = 0; i < BINS; i++) {
            double n = Math.max(1, binRows[i]);
            bins.add(new Evaluation.ReliabilityBin(
                    (double) i / BINS, (i + 1.0) / BINS, binRows[i], binConfidence[i] / n, binRight[i] / n));
        }
        return bins;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(pairs.size());
        for (Map.Entry<Long, Long> e : pairs.entrySet()) {
            out.writeLong(e.getKey());
            out.writeLong(e.getValue());
        }
        for (int i = 0; i < BINS; i++) {
            out.writeLong(binRows[i]);
            out.writeLong(binRight[i]);
            out.writeDouble(binConfidence[i]);
        }
        out.writeLong(rows);
        out.writeDouble(brier);
        out.writeDouble(logLoss);
    }

    void read(DataInput in) throws IOException {
        int n = in.readInt();
        for (int i = 0; i < n; i++) {
            pairs.merge(in.readLong(), in.readLong(), Long::sum);
        }
        for (int i = 0; i < BINS; i++) {
            binRows[i] += in.readLong();
            binRight[i] += in.readLong();
            binConfidence[i] += in.readDouble();
        }
        rows += in.readLong();
        brier += in.readDouble();
        logLoss += in.readDouble();
    }
}
