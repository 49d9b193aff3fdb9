package dev.athanor.engine.table;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Counts of distinct values: exact up to a limit, then only the knowledge that there were more. */
abstract sealed class Tally {
    private final int limit;
    private long[] counts = new long[32];
    private boolean overflown;

    private Tally(int limit) {
        this.limit = limit;
    }

    /** Number of distinct values held. */
    abstract int size();

    /** Whether there were more values than the limit; then the counts are gone. */
    final boolean overflown() {
        return overflown;
    }

    final void overflow() {
        overflown = true;
        counts = new long[0];
        forget();
    }

    abstract void forget();

    final long count(int index) {
        return counts[index];
    }

    final void count(int index, long n) {
        if (index >= limit) {
            overflow();
            return;
        }
        if (index >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(index + 1, counts.length * 2));
        }
        counts[index] += n;
    }

    /** Distinct numbers. */
    static final class OfNumbers extends Tally {
        private NumberIndex index = new NumberIndex();

        OfNumbers(int limit) {
            super(limit);
        }

        void add(double value, long n) {
            if (!overflown()) {
                count(index.add(value), n);
            }
        }

        @Override
        int size() {
            return index.size();
        }

        @Override
        void forget() {
            index = new NumberIndex();
        }

        void merge(OfNumbers other) {
            if (other.overflown()) {
                overflow();
            }
            for (int i = 0; i < other.size(); i++) {
                add(other.index.get(i), other.count(i));
            }
        }

        /** Values with their counts, ascending. */
        Map<Double, Long> ascending() {
            Map<Double, Long> result = new TreeMap<>();
            for (int i = 0; i < size(); i++) {
                result.put(index.get(i), count(i));
            }
            return result;
        }

        void write(DataOutput out) throws IOException {
            out.writeInt(overflown() ? -1 : size());
            for (int i = 0; i < size(); i++) {
                out.writeDouble(index.get(i));
                out.writeLong(count(i));
            }
        }

        void read(DataInput in) throws IOException {
            int n = in.readInt();
            if (n < 0) {
                overflow();
            }
            for (int i = 0; i < n; i++) {
                add(in.readDouble(), in.readLong());
            }
        }
    }

    /** Distinct strings. */
    static final class OfStrings extends Tally {
        private ByteStringIndex index = new ByteStringIndex();

        OfStrings(int limit) {
            super(limit);
        }

        void add(byte[] data, int from, int to, long n) {
            if (!overflown()) {
                count(index.add(data, from, to), n);
            }
        }

        @Override
        int size() {
            return index.size();
        }

        @Override
        void forget() {
            index = new ByteStringIndex();
        }

        void merge(OfStrings other) {
            if (other.overflown()) {
                overflow();
            }
            for (int i = 0; i < other.size(); i++) {
                byte[] value = other.index.bytes(i);
                add(value, 0, value.length, other.count(i));
            }
        }

        /** Values with their counts, the commonest first, ties in alphabetical order. */
        Map<String, Long> byCount() {
            Map<String, Long> all = new TreeMap<>();
            for (int i = 0; i < size(); i++) {
                all.put(index.get(i), count(i));
            }
            Map<String, Long> result = new LinkedHashMap<>();
            all.entrySet().stream()
                    .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                    .forEach(e -> result.put(e.getKey(), e.getValue()));
            return result;
        }

        void write(DataOutput out) throws IOException {
            out.writeInt(overflown() ? -1 : size());
            for (int i = 0; i < size(); i++) {
                byte[] value = index.bytes(i);
                out.writeInt(value.length);
                out.write(value);
                out.writeLong(count(i));
            }
        }

        void read(DataInput in) throws IOException {
            int n = in.readInt();
            if (n < 0) {
                overflow();
            }
            for (int i = 0; i < n; i++) {
                byte[] value = new byte[in.readInt()];
                in.readFully(value);
                add(value, 0, value.length, in.readLong());
            }
        }
    }
}
