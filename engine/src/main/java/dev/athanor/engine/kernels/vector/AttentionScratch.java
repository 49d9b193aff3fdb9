package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.KC;
import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.MR;
import static dev.athanor.engine.kernels.vector.Lanes.NR;
import static dev.athanor.engine.kernels.vector.Lanes.STRIDE;

/** What attention keeps per thread: packed keys and values, which grow with the longest sequence, and one block of rows. */
final class AttentionScratch {
    /** Rows of queries that pass over the keys together: some panels. */
    static final int ROWS = 8 * MR;

    /** Keys, transposed into panels. */
    float[] keys = new float[0];

    /** Values in panels. */
    float[] values = new float[0];

    /** Scaled queries, {@link Lanes#STRIDE} apart. */
    final float[] queries = new float[ROWS * STRIDE];

    /** Scores of a panel's rows against a block of keys, {@link Lanes#STRIDE} apart; then their exponentials. */
    final float[] scores = new float[MR * STRIDE];

    /** Weighted sums of values before they are divided by the sum of weights. */
    float[] outputs = new float[0];

    /** Greatest score of each row so far. */
    final float[] max = new float[ROWS];

    /** Sums of each row's exponentials so far, a vector per row. */
    final float[] sums = new float[ROWS * LANES];

    /** First key that each row sees, and the key after the last. */
    final int[] from = new int[ROWS];

    final int[] to = new int[ROWS];

    /** Which query and head each row is. */
    final int[] query = new int[ROWS];

    final int[] head = new int[ROWS];

    /** Greatest score of each row of a panel in a block. */
    final float[] tops = new float[MR];

    void reserve(int packedKeys, int packedValues, int width) {
        if (keys.length < packedKeys + NR) {
            keys = new float[packedKeys + NR];
        }
        if (values.length < packedValues + NR) {
            values = new float[packedValues + NR];
        }
        if (outputs.length < ROWS * width) {
            outputs = new float[ROWS * width];
        }
    }

    /** Whether heads of this width fit. */
    static boolean fits(int headWidth) {
        return headWidth <= KC;
    }
}
