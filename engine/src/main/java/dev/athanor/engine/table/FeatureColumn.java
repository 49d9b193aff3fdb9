package dev.athanor.engine.table;

import java.util.Arrays;

/**
 * The values of one feature column of a {@link RowBatch}, in buffers that are filled by appending and reused.
 *
 * <p>Storage is public within its type because readers of tables fill it in bulk; the owner of the batch is one thread.
 */
public abstract sealed class FeatureColumn {
    private boolean[] nulls;
    private int rows;

    private FeatureColumn(int capacity) {
        nulls = new boolean[capacity];
    }

    /** Number of values appended since the last {@link #clear}. */
    public final int rows() {
        return rows;
    }

    public final boolean isNull(int row) {
        return nulls[row];
    }

    /** Appends a missing value. */
    public abstract void appendNull();

    /** Forgets all values, keeps the buffers. */
    public void clear() {
        rows = 0;
    }

    final int advance(boolean isNull) {
        if (rows == nulls.length) {
            nulls = Arrays.copyOf(nulls, rows * 2);
        }
        nulls[rows] = isNull;
        return rows++;
    }

    /** One double per row; missing values are NaN and flagged. */
    public static final class Numbers extends FeatureColumn {
        private double[] values;

        public Numbers(int capacity) {
            super(capacity);
            values = new double[capacity];
        }

        public void append(double value) {
            put(value, false);
        }

        @Override
        public void appendNull() {
            put(Double.NaN, true);
        }

        private void put(double value, boolean isNull) {
            int row = advance(isNull);
            if (row >= values.length) {
                values = Arrays.copyOf(values, row * 2);
            }
            values[row] = value;
        }

        public double value(int row) {
            return values[row];
        }
    }

    /** A run of bytes per row: UTF-8 text or an image file. */
    public static final class Bytes extends FeatureColumn {
        private byte[] data = new byte[4096];
        private int[] ends;

        public Bytes(int capacity) {
            super(capacity);
            ends = new int[capacity];
        }

        public void append(byte[] source, int from, int length) {
            int start = reserve(length);
            System.arraycopy(source, from, data, start, length);
            finish(start + length, false);
        }

        /** Makes room for {@code length} bytes and returns where to write them in {@link #data()}; then {@link #finish}. */
        public int reserve(int length) {
            int start = rows() == 0 ? 0 : ends[rows() - 1];
            if (start + length > data.length) {
                data = Arrays.copyOf(data, Math.max(start + length, data.length * 2));
            }
            return start;
        }

        /** Ends the value whose room was taken by {@link #reserve}, at byte {@code end} of {@link #data()}. */
        public void finish(int end) {
            finish(end, false);
        }

        @Override
        public void appendNull() {
            finish(rows() == 0 ? 0 : ends[rows() - 1], true);
        }

        private void finish(int end, boolean isNull) {
            int row = advance(isNull);
            if (row >= ends.length) {
                ends = Arrays.copyOf(ends, row * 2);
            }
            ends[row] = end;
        }

        /** All values back to back. */
        public byte[] data() {
            return data;
        }

        public int start(int row) {
            return row == 0 ? 0 : ends[row - 1];
        }

        public int end(int row) {
            return ends[row];
        }
    }

    /** A run of floats per row, normally all of one length; a ragged row keeps its length and is an error value later. */
    public static final class Vectors extends FeatureColumn {
        private float[] data;
        private int[] ends;

        /** @param width expected length of a row's vector, used to size the buffer */
        public Vectors(int capacity, int width) {
            super(capacity);
            data = new float[Math.max(16, capacity * width)];
            ends = new int[capacity];
        }

        /** Makes room for {@code length} floats and returns where to write them in {@link #data()}; then {@link #finish}. */
        public int reserve(int length) {
            int start = rows() == 0 ? 0 : ends[rows() - 1];
            if (start + length > data.length) {
                data = Arrays.copyOf(data, Math.max(start + length, data.length * 2));
            }
            return start;
        }

        /** Ends the value whose room was taken by {@link #reserve}, at float {@code end} of {@link #data()}. */
        public void finish(int end) {
            finish(end, false);
        }

        public void append(float[] source, int from, int length) {
            int start = reserve(length);
            System.arraycopy(source, from, data, start, length);
            finish(start + length, false);
        }

        @Override
        public void appendNull() {
            finish(rows() == 0 ? 0 : ends[rows() - 1], true);
        }

        private void finish(int end, boolean isNull) {
            int row = advance(isNull);
            if (row >= ends.length) {
                ends = Arrays.copyOf(ends, row * 2);
            }
            ends[row] = end;
        }

        /** All values back to back. */
        public float[] data() {
            return data;
        }

        public int start(int row) {
            return row == 0 ? 0 : ends[row - 1];
        }

        public int end(int row) {
            return ends[row];
        }
    }
}
