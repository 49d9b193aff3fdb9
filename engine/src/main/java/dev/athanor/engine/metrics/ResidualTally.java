package dev.athanor.engine.metrics;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sums over regressed rows from which every measure of a regression follows. */
final class ResidualTally {
    private long rows;
    private double mean;
    private double squares;
    private double squaredErrors;
    private double absoluteErrors;
    private double widths;
    private long covered;

    long rows() {
        return rows;
    }

    void add(double actual, double predicted, double low, double high) {
        rows++;
        double delta = actual - mean;
        mean += delta / rows;
        squares += delta * (actual - mean);
        double error = predicted - actual;
        squaredErrors += error * error;
        absoluteErrors += Math.abs(error);
        widths += high - low;
        if (low <= actual && actual <= high) {
            covered++;
        }
    }

    void merge(ResidualTally other) {
        if (other.rows == 0) {
            return;
        }
        long total = rows + other.rows;
        double delta = other.mean - mean;
        squares += other.squares + delta * delta * ((double) rows * other.rows / total);
        mean += delta * other.rows / total;
        rows = total;
        squaredErrors += other.squaredErrors;
        absoluteErrors += other.absoluteErrors;
        widths += other.widths;
        covered += other.covered;
    }

    Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("rmse", Math.sqrt(squaredErrors / rows));
        metrics.put("mae", absoluteErrors / rows);
        metrics.put("r2", squares == 0 ? 0 : 1 - squaredErrors / squares);
        metrics.put("interval_coverage", (double) covered / rows);
        metrics.put("interval_width", widths / rows);
        return metrics;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(rows);
        out.writeDouble(mean);
        out.writeDouble(squares);
        out.writeDouble(squaredErrors);
        out.writeDouble(absoluteErrors);
        out.writeDouble(widths);
        out.writeLong(covered);
    }

    void read(DataInput in) throws IOException {
        ResidualTally other = new ResidualTally();
        other.rows = in.readLong();
        other.mean = in.readDouble();
        other.squares = in.readDouble();
        other.squaredErrors = in.readDouble();
        other.absoluteErrors = in.readDouble();
        other.widths = in.readDouble();
        other.covered = in.readLong();
        merge(other);
    }
}
