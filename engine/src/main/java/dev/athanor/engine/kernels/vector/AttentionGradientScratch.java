package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.MR;
import static dev.athanor.engine.kernels.vector.Lanes.NR;
import static dev.athanor.engine.kernels.vector.Lanes.STRIDE;

/** What the backward pass of attention keeps per thread: the packed keys of one head, and one block of queries. */
final class AttentionGradientScratch {
    private static final int QUERIES = VectorAttentionBackward.QUERIES;

    /** Keys in panels. */
    float[] keys = new float[0];

    /** Queries and the result's gradients, transposed into panels. */
    float[] turnedQueries = new float[0];

    float[] turnedGradients = new float[0];

    /** Queries and the result's gradients in panels. */
    float[] queries = new float[0];

    float[] gradients = new float[0];

    /** Gradients of the block's queries, and of a panel's keys and values. */
    float[] dq = new float[0];

    float[] dk = new float[0];
    float[] dv = new float[0];

    /** Of each query. */
    final float[] logSumExp = new float[QUERIES];

    /** Σ y·dy of each query. */
    final float[] delta = new float[QUERIES];

    /** A panel of scaled keys, and its values, {@link Lanes#STRIDE} apart. */
    final float[] keyRows = new float[MR * STRIDE];

    final float[] valueRows = new float[MR * STRIDE];

    /** Weights and slopes, keys down and queries across, {@link Lanes#STRIDE} apart. */
    final float[] scores = new float[MR * STRIDE];

    final float[] slopes = new float[MR * STRIDE];

    /** Slopes of a block of keys, turned: groups of queries, of each all keys, of each the queries. */
    final float[] turned = new float[QUERIES / MR * VectorAttentionBackward.TURNED];

    /** First query of the block that sees a key of the panel, and the query after the last. */
    final int[] from = new int[MR];

    final int[] to = new int[MR];

    void reserve(int packedKeys, int width, int padded) {
        if (keys.length < packedKeys + NR) {
            keys = new float[packedKeys + NR];
        }
        if (turnedQueries.length < QUERIES * width + NR) {
            turnedQueries = new float[QUERIES * width + NR];
            turnedGradients = new float[QUERIES * width + NR];
        }
        if (queries.length < QUERIES * padded + NR) {
            queries = new float[QUERIES * padded + NR];
            gradients = new float[QUERIES * padded + NR];
            dq = new float[QUERIES * padded];
            dk = new float[MR * padded];
            dv = new float[MR * padded];
        }
    }
}
