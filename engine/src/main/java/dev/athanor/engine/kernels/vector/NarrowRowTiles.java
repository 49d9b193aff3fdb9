package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.S;
import static dev.athanor.engine.kernels.vector.Lanes.STRIDE;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles one vector wide; rows of the left operand lie {@link Lanes#STRIDE} apart, as they were copied.
 *
 * <p>One straight-line method per height, because the compiler keeps vectors in registers only where they are locals of
 * one method; heights under four unroll over k, so that each sum's latency is hidden by others.
 */
final class NarrowRowTiles {
    private NarrowRowTiles() {}

    /** Multiplies {@code rows} (12, 6, 4, 2 or 1) rows of a panel by a panel of columns into a tile. */
    static void run(int rows, int k, float[] a, int ao, float[] b, int bo, float[] tile, int to) {
        switch (rows) {
            case 12 -> twelve(k, a, ao, b, bo, tile, to);
            case 6 -> six(k, a, ao, b, bo, tile, to);
            case 4 -> four(k, a, ao, b, bo, tile, to);
            case 2 -> two(k, a, ao, b, bo, tile, to);
            default -> one(k, a, ao, b, bo, tile, to);
        }
    }

    static void twelve(int k, float[] a, int ao, float[] b, int bo, float[] tile, int to) {
        FloatVector c0 = FloatVector.zero(S);
        FloatVector c1 = FloatVector.zero(S);
        FloatVector c2 = FloatVector.zero(S);
        FloatVector c3 = FloatVector.zero(S);
        FloatVector c4 = FloatVector.zero(S);
        FloatVector c5 = FloatVector.zero(S);
        FloatVector c6 = FloatVector.zero(S);
        FloatVector c7 = FloatVector.zero(S);
        FloatVector c8 = FloatVector.zero(S);
        FloatVector c9 = FloatVector.zero(S);
        FloatVector c10 = FloatVector.zero(S);
        FloatVector c11 = FloatVector.zero(S);
        for (int p = 0, q = bo; p < k; p++, q += LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            c0 = a0.fma(b0, c0);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            c1 = a1.fma(b0, c1);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p + 2 * STRIDE]);
            c2 = a2.fma(b0, c2);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p + 3 * STRIDE]);
            c3 = a3.fma(b0, c3);
            FloatVector a4 = FloatVector.broadcast(S, a[ao + p + 4 * STRIDE]);
            c4 = a4.fma(b0, c4);
            FloatVector a5 = FloatVector.broadcast(S, a[ao + p + 5 * STRIDE]);
            c5 = a5.fma(b0, c5);
            FloatVector a6 = FloatVector.broadcast(S, a[ao + p + 6 * STRIDE]);
            c6 = a6.fma(b0, c6);
            FloatVector a7 = FloatVector.broadcast(S, a[ao + p + 7 * STRIDE]);
            c7 = a7.fma(b0, c7);
            FloatVector a8 = FloatVector.broadcast(S, a[ao + p + 8 * STRIDE]);
            c8 = a8.fma(b0, c8);
            FloatVector a9 = FloatVector.broadcast(S, a[ao + p + 9 * STRIDE]);
            c9 = a9.fma(b0, c9);
            FloatVector a10 = FloatVector.broadcast(S, a[ao + p + 10 * STRIDE]);
            c10 = a10.fma(b0, c10);
            FloatVector a11 = FloatVector.broadcast(S, a[ao + p + 11 * STRIDE]);
            c11 = a11.fma(b0, c11);
        }
        c0.intoArray(tile, to);
        c1.intoArray(tile, to + LANES);
        c2.intoArray(tile, to + 2 * LANES);
        c3.intoArray(tile, to + 3 * LANES);
        c4.intoArray(tile, to + 4 * LANES);
        c5.intoArray(tile, to + 5 * LANES);
        c6.intoArray(tile, to + 6 * LANES);
        c7.intoArray(tile, to + 7 * LANES);
        c8.intoArray(tile, to + 8 * LANES);
        c9.intoArray(tile, to + 9 * LANES);
        c10.intoArray(tile, to + 10 * LANES);
        c11.intoArray(tile, to + 11 * LANES);
    }

    static void six(int k, float[] a, int ao, float[] b, int bo, float[] tile, int to) {
        FloatVector c0 = FloatVector.zero(S);
        FloatVector c1 = FloatVector.zero(S);
        FloatVector c2 = FloatVector.zero(S);
        FloatVector c3 = FloatVector.zero(S);
        FloatVector c4 = FloatVector.zero(S);
        FloatVector c5 = FloatVector.zero(S);
        FloatVector c0_1 = FloatVector.zero(S);
        FloatVector c1_1 = FloatVector.zero(S);
        FloatVector c2_1 = FloatVector.zero(S);
        FloatVector c3_1 = FloatVector.zero(S);
        FloatVector c4_1 = FloatVector.zero(S);
        FloatVector c5_1 = FloatVector.zero(S);
        int p = 0;
        int q = bo;
        for (; p < k - 1; p += 2, q += 2 * LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            c0 = a0.fma(b0, c0);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            c1 = a1.fma(b0, c1);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p + 2 * STRIDE]);
            c2 = a2.fma(b0, c2);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p + 3 * STRIDE]);
            c3 = a3.fma(b0, c3);
            FloatVector a4 = FloatVector.broadcast(S, a[ao + p + 4 * STRIDE]);
            c4 = a4.fma(b0, c4);
            FloatVector a5 = FloatVector.broadcast(S, a[ao + p + 5 * STRIDE]);
            c5 = a5.fma(b0, c5);
            FloatVector b0_1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0_1 = FloatVector.broadcast(S, a[ao + p + 1]);
            c0_1 = a0_1.fma(b0_1, c0_1);
            FloatVector a1_1 = FloatVector.broadcast(S, a[ao + p + 1 + STRIDE]);
            c1_1 = a1_1.fma(b0_1, c1_1);
            FloatVector a2_1 = FloatVector.broadcast(S, a[ao + p + 1 + 2 * STRIDE]);
            c2_1 = a2_1.fma(b0_1, c2_1);
            FloatVector a3_1 = FloatVector.broadcast(S, a[ao + p + 1 + 3 * STRIDE]);
            c3_1 = a3_1.fma(b0_1, c3_1);
            FloatVector a4_1 = FloatVector.broadcast(S, a[ao + p + 1 + 4 * STRIDE]);
            c4_1 = a4_1.fma(b0_1, c4_1);
            FloatVector a5_1 = FloatVector.broadcast(S, a[ao + p + 1 + 5 * STRIDE]);
            c5_1 = a5_1.fma(b0_1, c5_1);
        }
        for (; p < k; p++, q += LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            c0 = a0.fma(b0, c0);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            c1 = a1.fma(b0, c1);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p + 2 * STRIDE]);
            c2 = a2.fma(b0, c2);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p + 3 * STRIDE]);
            c3 = a3.fma(b0, c3);
            FloatVector a4 = FloatVector.broadcast(S, a[ao + p + 4 * STRIDE]);
            c4 = a4.fma(b0, c4);
            FloatVector a5 = FloatVector.broadcast(S, a[ao + p + 5 * STRIDE]);
            c5 = a5.fma(b0, c5);
        }
        c0.add(c0_1).intoArray(tile, to);
        c1.add(c1_1).intoArray(tile, to + LANES);
        c2.add(c2_1).intoArray(tile, to + 2 * LANES);
        c3.add(c3_1).intoArray(tile, to + 3 * LANES);
        c4.add(c4_1).intoArray(tile, to + 4 * LANES);
        c5.add(c5_1).intoArray(tile, to + 5 * LANES);
    }

    static void four(int k, float[] a, int ao, float[] b, int bo, float[] tile, int to) {
        FloatVector c0 = FloatVector.zero(S);
        FloatVector c1 = FloatVector.zero(S);
        FloatVector c2 = FloatVector.zero(S);
        FloatVector c3 = FloatVector.zero(S);
        FloatVector c0_1 = FloatVector.zero(S);
        FloatVector c1_1 = FloatVector.zero(S);
        FloatVector c2_1 = FloatVector.zero(S);
        FloatVector c3_1 = FloatVector.zero(S);
        int p = 0;
        int q = bo;
        for (; p < k - 1; p += 2, q += 2 * LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            c0 = a0.fma(b0, c0);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            c1 = a1.fma(b0, c1);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p + 2 * STRIDE]);
            c2 = a2.fma(b0, c2);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p + 3 * STRIDE]);
            c3 = a3.fma(b0, c3);
            FloatVector b0_1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0_1 = FloatVector.broadcast(S, a[ao + p + 1]);
            c0_1 = a0_1.fma(b0_1, c0_1);
            FloatVector a1_1 = FloatVector.broadcast(S, a[ao + p + 1 + STRIDE]);
            c1_1 = a1_1.fma(b0_1, c1_1);
            FloatVector a2_1 = FloatVector.broadcast(S, a[ao + p + 1 + 2 * STRIDE]);
            c2_1 = a2_1.fma(b0_1, c2_1);
            FloatVector a3_1 = FloatVector.broadcast(S, a[ao + p + 1 + 3 * STRIDE]);
            c3_1 = a3_1.fma(b0_1, c3_1);
        }
        for (; p < k; p++, q += LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            c0 = a0.fma(b0, c0);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            c1 = a1.fma(b0, c1);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p + 2 * STRIDE]);
            c2 = a2.fma(b0, c2);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p + 3 * STRIDE]);
            c3 = a3.fma(b0, c3);
        }
        c0.add(c0_1).intoArray(tile, to);
        c1.add(c1_1).intoArray(tile, to + LANES);
        c2.add(c2_1).intoArray(tile, to + 2 * LANES);
        c3.add(c3_1).intoArray(tile, to + 3 * LANES);
    }

    static void two(int k, float[] a, int ao, float[] b, int bo, float[] tile, int to) {
        FloatVector c0 = FloatVector.zero(S);
        FloatVector c1 = FloatVector.zero(S);
        FloatVector c0_1 = FloatVector.zero(S);
        FloatVector c1_1 = FloatVector.zero(S);
        FloatVector c0_2 = FloatVector.zero(S);
        FloatVector c1_2 = FloatVector.zero(S);
        FloatVector c0_3 = FloatVector.zero(S);
        FloatVector c1_3 = FloatVector.zero(S);
        int p = 0;
        int q = bo;
        for (; p < k - 3; p += 4, q += 4 * LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            c0 = a0.fma(b0, c0);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            c1 = a1.fma(b0, c1);
            FloatVector b0_1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0_1 = FloatVector.broadcast(S, a[ao + p + 1]);
            c0_1 = a0_1.fma(b0_1, c0_1);
            FloatVector a1_1 = FloatVector.broadcast(S, a[ao + p + 1 + STRIDE]);
            c1_1 = a1_1.fma(b0_1, c1_1);
            FloatVector b0_2 = FloatVector.fromArray(S, b, q + 2 * LANES);
            FloatVector a0_2 = FloatVector.broadcast(S, a[ao + p + 2]);
            c0_2 = a0_2.fma(b0_2, c0_2);
            FloatVector a1_2 = FloatVector.broadcast(S, a[ao + p + 2 + STRIDE]);
            c1_2 = a1_2.fma(b0_2, c1_2);
            FloatVector b0_3 = FloatVector.fromArray(S, b, q + 3 * LANES);
            FloatVector a0_3 = FloatVector.broadcast(S, a[ao + p + 3]);
            c0_3 = a0_3.fma(b0_3, c0_3);
            FloatVector a1_3 = FloatVector.broadcast(S, a[ao + p + 3 + STRIDE]);
            c1_3 = a1_3.fma(b0_3, c1_3);
        }
        for (; p < k; p++, q += LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            c0 = a0.fma(b0, c0);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            c1 = a1.fma(b0, c1);
        }
        c0.add(c0_1).add(c0_2.add(c0_3)).intoArray(tile, to);
        c1.add(c1_1).add(c1_2.add(c1_3)).intoArray(tile, to + LANES);
    }

    static void one(int k, float[] a, int ao, float[] b, int bo, float[] tile, int to) {
        FloatVector c0 = FloatVector.zero(S);
        FloatVector c0_1 = FloatVector.zero(S);
        FloatVector c0_2 = FloatVector.zero(S);
        FloatVector c0_3 = FloatVector.zero(S);
        int p = 0;
        int q = bo;
        for (; p < k - 3; p += 4, q += 4 * LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            c0 = a0.fma(b0, c0);
            FloatVector b0_1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0_1 = FloatVector.broadcast(S, a[ao + p + 1]);
            c0_1 = a0_1.fma(b0_1, c0_1);
            FloatVector b0_2 = FloatVector.fromArray(S, b, q + 2 * LANES);
            FloatVector a0_2 = FloatVector.broadcast(S, a[ao + p + 2]);
            c0_2 = a0_2.fma(b0_2, c0_2);
            FloatVector b0_3 = FloatVector.fromArray(S, b, q + 3 * LANES);
            FloatVector a0_3 = FloatVector.broadcast(S, a[ao + p + 3]);
            c0_3 = a0_3.fma(b0_3, c0_3);
        }
        for (; p < k; p++, q += LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            c0 = a0.fma(b0, c0);
        }
        c0.add(c0_1).add(c0_2.add(c0_3)).intoArray(tile, to);
    }
}
