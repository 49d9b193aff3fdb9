package dev.athanor.engine.train;

import java.util.Arrays;

/**
 * Which rows are kept aside: those whose seeded hash of their ordinal is lowest, so that the split depends on the order of
 * the rows and the seed, and on nothing else. Immutable.
 */
final class RowSplit {
    private static final long EXACT_ROWS = 1_000_000;

    private final long seed;
    private final long threshold;

    private RowSplit(long seed, long threshold) {
        this.seed = seed;
        this.threshold = threshold;
    }

    /**
     * @param rows how many there will be; up to a million the share is met exactly, with one row at least on each side
     * @param share of rows kept aside, in (0, 0.5]
     */
    static RowSplit of(long rows, double share, long seed) {
        if (rows > EXACT_ROWS || rows < 2) {
            return new RowSplit(seed, (long) (share * Long.MAX_VALUE));
        }
        long[] hashes = new long[(int) rows];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = hash(seed, i);
        }
        Arrays.sort(hashes);
        int aside = (int) Math.max(1, Math.min(rows - 1, Math.round(rows * share)));
        return new RowSplit(seed, hashes[aside]);
    }

    /** Whether the row with this ordinal, from 0, is kept aside. */
    boolean isValidation(long ordinal) {
        return hash(seed, ordinal) < threshold;
    }

    private static long hash(long seed, long ordinal) {
        return EpochReader.mix(seed ^ 0x5DEECE66DL, ordinal) >>> 1;
    }
}
