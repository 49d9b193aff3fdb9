package dev.athanor.engine.table;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Count, mean, variance and range of a stream of finite numbers, mergeable (Chan, Golub and LeVeque, 1979). */
final class Moments {
    private long count;
    private double mean;
    private double squares;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;

    void add(double value) {
        count++;
        double delta = value - mean;
        mean += delta / count;
        squares += delta * (value - mean);
        min = Math.min(min, value);
        max = Math.max(max, value);
    }

    void merge(Moments other) {
        if (other.count == 0) {
            return;
        }
        long total = count + other.count;
        double delta = other.mean - mean;
        mean += delta * other.count / total;
        squares += other.squares + delta * delta * ((double) count * other.count / total);
        count = total;
        min = Math.min(min, other.min);
        max = Math.max(max, other.max);
    }

    long count() {
        return count;
    }

    double mean() {
        return mean;
    }

    /** Square root of the population variance; 0 without values. */
    double deviation() {
        return count == 0 ? 0 : Math.sqrt(Math.max(0, squares / count));
    }

    double min() {
        return min;
    }

    double max() {
        return max;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(count);
        out.writeDouble(mean);
        out.writeDouble(squares);
        out.writeDouble(min);
        out.writeDouble(max);
    }

    static Moments read(DataInput in) throws IOException {
        Moments m = new Moments();
        m.count = in.readLong();
        m.mean = in.readDouble();
        m.squares = in.readDouble();
        m.min = in.readDouble();
        m.max = in.readDouble();
        return m;
    }
}
