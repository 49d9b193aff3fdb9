package dev.athanor.engine.table;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Byte strings numbered in order of arrival; finding one allocates nothing.
 *
 * <p>Reading from many threads is safe once no more strings are added.
 */
final class ByteStringIndex {
    private int[] table = new int[64];
    private int[] hashes = new int[32];
    private byte[][] values = new byte[32][];
    private int size;

    /** Number of strings held. */
    int size() {
        return size;
    }

    /** The string with this number. */
    String get(int index) {
        return new String(values[index], StandardCharsets.UTF_8);
    }

    byte[] bytes(int index) {
        return values[index];
    }

    /** The number of a string, or -1 when it is not held. */
    int find(byte[] data, int from, int to) {
        int slot = slot(hash(data, from, to), data, from, to);
        return table[slot] - 1;
    }

    /** The number of a string, which is added when it is new. */
    int add(byte[] data, int from, int to) {
        int hash = hash(data, from, to);
        int slot = slot(hash, data, from, to);
        if (table[slot] != 0) {
            return table[slot] - 1;
        }
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
            hashes = Arrays.copyOf(hashes, size * 2);
        }
        values[size] = Arrays.copyOfRange(data, from, to);
        hashes[size] = hash;
        table[slot] = ++size;
        if (size * 2 > table.length) {
            grow();
        }
        return size - 1;
    }

    int add(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return add(bytes, 0, bytes.length);
    }

    private int slot(int hash, byte[] data, int from, int to) {
        int mask = table.length - 1;
        int slot = hash & mask;
        while (table[slot] != 0) {
            int candidate = table[slot] - 1;
            if (hashes[candidate] == hash
                    && Arrays.equals(values[candidate], 0, values[candidate].length, data, from, to)) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        int[] larger = new int[table.length * 2];
        int mask = larger.length - 1;
        for (int i = 0; i < size; i++) {
            int slot = hashes[i] & mask;
            while (larger[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            larger[slot] = i + 1;
        }
        table = larger;
    }

    /** FNV-1a with a final mix, so that the low bits depend on every byte. */
    static int hash(byte[] data, int from, int to) {
        int h = 0x811C9DC5;
        for (int i = from; i < to; i++) {
            h = (h ^ data[i]) * 0x01000193;
        }
        h ^= h >>> 15;
        h *= 0x2C1B3C6D;
        return h ^ (h >>> 12);
    }
}
