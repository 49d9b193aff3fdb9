package dev.athanor.engine.tokenizer;

import java.util.Arrays;

/** Rank and result of each pair of tokens that merges. */
final class MergeTable {
    /** No such merge: after every rank. */
    static final long NONE = Long.MAX_VALUE;

    private final long[] pairs;
    private final long[] merges;

    /** @param expected how many merges will be put */
    MergeTable(int expected) {
        int capacity = Integer.highestOneBit(Math.max(8, expected)) << 2;
        pairs = new long[capacity];
        merges = new long[capacity];
        Arrays.fill(pairs, -1);
    }

    void put(int left, int right, int rank, int result) {
        long pair = ((long) left << 32) | right;
        int slot = slot(pair);
        pairs[slot] = pair;
        merges[slot] = ((long) rank << 32) | result;
    }

    /** Rank in the high half and result in the low half, or {@link #NONE}. */
    long get(int left, int right) {
        long pair = ((long) left << 32) | right;
        int slot = slot(pair);
        return pairs[slot] == pair ? merges[slot] : NONE;
    }

    private int slot(long pair) {
        int mask = pairs.length - 1;
        int slot = (int) ((pair * 0x9E3779B97F4A7C15L) >>> 32) & mask;
        while (pairs[slot] != pair && pairs[slot] != -1) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
