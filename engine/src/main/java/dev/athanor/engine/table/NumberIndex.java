package dev.athanor.engine.table;

import java.util.Arrays;

/** Numbers numbered in order of arrival; NaN equals itself and -0 equals 0; finding one allocates nothing. */
final class NumberIndex {
    private int[] table = new int[64];
    private double[] values = new double[32];
    private int size;

    /** Number of numbers held. */
    int size() {
        return size;
    }

    double get(int index) {
        return values[index];
    }

    /** The place of a number, or -1 when it is not held. */
    int find(double value) {
        return table[slot(value + 0.0)] - 1;
    }

    /** The place of a number, which is added when it is new. */
    int add(double raw) {
        double value = raw + 0.0; // -0 becomes 0
        int slot = slot(value);
        if (table[slot] != 0) {
            return table[slot] - 1;
        }
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size] = value;
        table[slot] = ++size;
        if (size * 2 > table.length) {
            int[] larger = new int[table.length * 2];
            table = larger;
            for (int i = 0; i < size; i++) {
                table[slot(values[i])] = i + 1;
            }
        }
        return size - 1;
    }

    private int slot(double value) {
        int mask = table.length - 1;
        long bits = Double.doubleToLongBits(value) * 0x9E3779B97F4A7C15L;
        int slot = (int) (bits >>> 32) & mask;
        while (table[slot] != 0 && Double.compare(values[table[slot] - 1], value) != 0) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
