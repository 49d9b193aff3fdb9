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

    /**
     * Multiplies {@code rows} (12, 6, 4, 2 or 1) rows of a panel from {@code a[ao]} on by {@code k} steps of columns from
     * {@code b[bo]} on; stores, or adds, to rows {@code cs} apart from {@code c[co]} on.
     */
    static void run(int rows, int k, float[] a, int ao, float[] b, int bo, float[] c, int co, int cs, boolean add) {
        switch (rows) {
            case 12 -> twelve(k, a, ao, b, bo, c, co, cs, add);
            case 6 -> six(k, a, ao, b, bo, c, co, cs, add);
            case 4 -> four(k, a, ao, b, bo, c, co, cs, add);
            case 2 -> two(k, a, ao, b, bo, c, co, cs, add);
            default -> one(k, a, ao, b, bo, c, co, cs, add);
        }
    }

    static void twelve(int k, float[] a, int ao, float[] b, int bo, float[] c, int co, int cs, boolean add) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = FloatVector.zero(S);
        FloatVector s2 = FloatVector.zero(S);
        FloatVector s3 = FloatVector.zero(S);
        FloatVector s4 = FloatVector.zero(S);
        FloatVector s5 = FloatVector.zero(S);
        FloatVector s6 = FloatVector.zero(S);
        FloatVector s7 = FloatVector.zero(S);
        FloatVector s8 = FloatVector.zero(S);
        FloatVector s9 = FloatVector.zero(S);
        FloatVector s10 = FloatVector.zero(S);
        FloatVector s11 = FloatVector.zero(S);
        for (int p = 0, q = bo; p < k; p++, q += LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0 = a0.fma(b0, s0);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            s1 = a1.fma(b0, s1);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p + 2 * STRIDE]);
            s2 = a2.fma(b0, s2);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p + 3 * STRIDE]);
            s3 = a3.fma(b0, s3);
            FloatVector a4 = FloatVector.broadcast(S, a[ao + p + 4 * STRIDE]);
            s4 = a4.fma(b0, s4);
            FloatVector a5 = FloatVector.broadcast(S, a[ao + p + 5 * STRIDE]);
            s5 = a5.fma(b0, s5);
            FloatVector a6 = FloatVector.broadcast(S, a[ao + p + 6 * STRIDE]);
            s6 = a6.fma(b0, s6);
            FloatVector a7 = FloatVector.broadcast(S, a[ao + p + 7 * STRIDE]);
            s7 = a7.fma(b0, s7);
            FloatVector a8 = FloatVector.broadcast(S, a[ao + p + 8 * STRIDE]);
            s8 = a8.fma(b0, s8);
            FloatVector a9 = FloatVector.broadcast(S, a[ao + p + 9 * STRIDE]);
            s9 = a9.fma(b0, s9);
            FloatVector a10 = FloatVector.broadcast(S, a[ao + p + 10 * STRIDE]);
            s10 = a10.fma(b0, s10);
            FloatVector a11 = FloatVector.broadcast(S, a[ao + p + 11 * STRIDE]);
            s11 = a11.fma(b0, s11);
        }
        if (add) {
            s0 = s0.add(FloatVector.fromArray(S, c, co));
            s1 = s1.add(FloatVector.fromArray(S, c, co + cs));
            s2 = s2.add(FloatVector.fromArray(S, c, co + 2 * cs));
            s3 = s3.add(FloatVector.fromArray(S, c, co + 3 * cs));
            s4 = s4.add(FloatVector.fromArray(S, c, co + 4 * cs));
            s5 = s5.add(FloatVector.fromArray(S, c, co + 5 * cs));
            s6 = s6.add(FloatVector.fromArray(S, c, co + 6 * cs));
            s7 = s7.add(FloatVector.fromArray(S, c, co + 7 * cs));
            s8 = s8.add(FloatVector.fromArray(S, c, co + 8 * cs));
            s9 = s9.add(FloatVector.fromArray(S, c, co + 9 * cs));
            s10 = s10.add(FloatVector.fromArray(S, c, co + 10 * cs));
            s11 = s11.add(FloatVector.fromArray(S, c, co + 11 * cs));
        }
        s0.intoArray(c, co);
        s1.intoArray(c, co + cs);
        s2.intoArray(c, co + 2 * cs);
        s3.intoArray(c, co + 3 * cs);
        s4.intoArray(c, co + 4 * cs);
        s5.intoArray(c, co + 5 * cs);
        s6.intoArray(c, co + 6 * cs);
        s7.intoArray(c, co + 7 * cs);
        s8.intoArray(c, co + 8 * cs);
        s9.intoArray(c, co + 9 * cs);
        s10.intoArray(c, co + 10 * cs);
        s11.intoArray(c, co + 11 * cs);
    }

    static void six(int k, float[] a, int ao, float[] b, int bo, float[] c, int co, int cs, boolean add) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = FloatVector.zero(S);
        FloatVector s2 = FloatVector.zero(S);
        FloatVector s3 = FloatVector.zero(S);
        FloatVector s4 = FloatVector.zero(S);
        FloatVector s5 = FloatVector.zero(S);
        FloatVector s0_1 = FloatVector.zero(S);
        FloatVector s1_1 = FloatVector.zero(S);
        FloatVector s2_1 = FloatVector.zero(S);
        FloatVector s3_1 = FloatVector.zero(S);
        FloatVector s4_1 = FloatVector.zero(S);
        FloatVector s5_1 = FloatVector.zero(S);
        int p = 0;
        int q = bo;
        for (; p < k - 1; p += 2, q += 2 * LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0 = a0.fma(b0, s0);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            s1 = a1.fma(b0, s1);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p + 2 * STRIDE]);
            s2 = a2.fma(b0, s2);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p + 3 * STRIDE]);
            s3 = a3.fma(b0, s3);
            FloatVector a4 = FloatVector.broadcast(S, a[ao + p + 4 * STRIDE]);
            s4 = a4.fma(b0, s4);
            FloatVector a5 = FloatVector.broadcast(S, a[ao + p + 5 * STRIDE]);
            s5 = a5.fma(b0, s5);
            FloatVector b0_1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0_1 = FloatVector.broadcast(S, a[ao + p + 1]);
            s0_1 = a0_1.fma(b0_1, s0_1);
            FloatVector a1_1 = FloatVector.broadcast(S, a[ao + p + 1 + STRIDE]);
            s1_1 = a1_1.fma(b0_1, s1_1);
            FloatVector a2_1 = FloatVector.broadcast(S, a[ao + p + 1 + 2 * STRIDE]);
            s2_1 = a2_1.fma(b0_1, s2_1);
            FloatVector a3_1 = FloatVector.broadcast(S, a[ao + p + 1 + 3 * STRIDE]);
            s3_1 = a3_1.fma(b0_1, s3_1);
            FloatVector a4_1 = FloatVector.broadcast(S, a[ao + p + 1 + 4 * STRIDE]);
            s4_1 = a4_1.fma(b0_1, s4_1);
            FloatVector a5_1 = FloatVector.broadcast(S, a[ao + p + 1 + 5 * STRIDE]);
            s5_1 = a5_1.fma(b0_1, s5_1);
        }
        for (; p < k; p++, q += LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0 = a0.fma(b0, s0);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            s1 = a1.fma(b0, s1);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p + 2 * STRIDE]);
            s2 = a2.fma(b0, s2);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p + 3 * STRIDE]);
            s3 = a3.fma(b0, s3);
            FloatVector a4 = FloatVector.broadcast(S, a[ao + p + 4 * STRIDE]);
            s4 = a4.fma(b0, s4);
            FloatVector a5 = FloatVector.broadcast(S, a[ao + p + 5 * STRIDE]);
            s5 = a5.fma(b0, s5);
        }
        s0 = s0.add(s0_1);
        s1 = s1.add(s1_1);
        s2 = s2.add(s2_1);
        s3 = s3.add(s3_1);
        s4 = s4.add(s4_1);
        s5 = s5.add(s5_1);
        if (add) {
            s0 = s0.add(FloatVector.fromArray(S, c, co));
            s1 = s1.add(FloatVector.fromArray(S, c, co + cs));
            s2 = s2.add(FloatVector.fromArray(S, c, co + 2 * cs));
            s3 = s3.add(FloatVector.fromArray(S, c, co + 3 * cs));
            s4 = s4.add(FloatVector.fromArray(S, c, co + 4 * cs));
            s5 = s5.add(FloatVector.fromArray(S, c, co + 5 * cs));
        }
        s0.intoArray(c, co);
        s1.intoArray(c, co + cs);
        s2.intoArray(c, co + 2 * cs);
        s3.intoArray(c, co + 3 * cs);
        s4.intoArray(c, co + 4 * cs);
        s5.intoArray(c, co + 5 * cs);
    }

    static void four(int k, float[] a, int ao, float[] b, int bo, float[] c, int co, int cs, boolean add) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = FloatVector.zero(S);
        FloatVector s2 = FloatVector.zero(S);
        FloatVector s3 = FloatVector.zero(S);
        FloatVector s0_1 = FloatVector.zero(S);
        FloatVector s1_1 = FloatVector.zero(S);
        FloatVector s2_1 = FloatVector.zero(S);
        FloatVector s3_1 = FloatVector.zero(S);
        int p = 0;
        int q = bo;
        for (; p < k - 1; p += 2, q += 2 * LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0 = a0.fma(b0, s0);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            s1 = a1.fma(b0, s1);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p + 2 * STRIDE]);
            s2 = a2.fma(b0, s2);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p + 3 * STRIDE]);
            s3 = a3.fma(b0, s3);
            FloatVector b0_1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0_1 = FloatVector.broadcast(S, a[ao + p + 1]);
            s0_1 = a0_1.fma(b0_1, s0_1);
            FloatVector a1_1 = FloatVector.broadcast(S, a[ao + p + 1 + STRIDE]);
            s1_1 = a1_1.fma(b0_1, s1_1);
            FloatVector a2_1 = FloatVector.broadcast(S, a[ao + p + 1 + 2 * STRIDE]);
            s2_1 = a2_1.fma(b0_1, s2_1);
            FloatVector a3_1 = FloatVector.broadcast(S, a[ao + p + 1 + 3 * STRIDE]);
            s3_1 = a3_1.fma(b0_1, s3_1);
        }
        for (; p < k; p++, q += LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0 = a0.fma(b0, s0);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            s1 = a1.fma(b0, s1);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p + 2 * STRIDE]);
            s2 = a2.fma(b0, s2);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p + 3 * STRIDE]);
            s3 = a3.fma(b0, s3);
        }
        s0 = s0.add(s0_1);
        s1 = s1.add(s1_1);
        s2 = s2.add(s2_1);
        s3 = s3.add(s3_1);
        if (add) {
            s0 = s0.add(FloatVector.fromArray(S, c, co));
            s1 = s1.add(FloatVector.fromArray(S, c, co + cs));
            s2 = s2.add(FloatVector.fromArray(S, c, co + 2 * cs));
            s3 = s3.add(FloatVector.fromArray(S, c, co + 3 * cs));
        }
        s0.intoArray(c, co);
        s1.intoArray(c, co + cs);
        s2.intoArray(c, co + 2 * cs);
        s3.intoArray(c, co + 3 * cs);
    }

    static void two(int k, float[] a, int ao, float[] b, int bo, float[] c, int co, int cs, boolean add) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = FloatVector.zero(S);
        FloatVector s0_1 = FloatVector.zero(S);
        FloatVector s1_1 = FloatVector.zero(S);
        FloatVector s0_2 = FloatVector.zero(S);
        FloatVector s1_2 = FloatVector.zero(S);
        FloatVector s0_3 = FloatVector.zero(S);
        FloatVector s1_3 = FloatVector.zero(S);
        int p = 0;
        int q = bo;
        for (; p < k - 3; p += 4, q += 4 * LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0 = a0.fma(b0, s0);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            s1 = a1.fma(b0, s1);
            FloatVector b0_1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0_1 = FloatVector.broadcast(S, a[ao + p + 1]);
            s0_1 = a0_1.fma(b0_1, s0_1);
            FloatVector a1_1 = FloatVector.broadcast(S, a[ao + p + 1 + STRIDE]);
            s1_1 = a1_1.fma(b0_1, s1_1);
            FloatVector b0_2 = FloatVector.fromArray(S, b, q + 2 * LANES);
            FloatVector a0_2 = FloatVector.broadcast(S, a[ao + p + 2]);
            s0_2 = a0_2.fma(b0_2, s0_2);
            FloatVector a1_2 = FloatVector.broadcast(S, a[ao + p + 2 + STRIDE]);
            s1_2 = a1_2.fma(b0_2, s1_2);
            FloatVector b0_3 = FloatVector.fromArray(S, b, q + 3 * LANES);
            FloatVector a0_3 = FloatVector.broadcast(S, a[ao + p + 3]);
            s0_3 = a0_3.fma(b0_3, s0_3);
            FloatVector a1_3 = FloatVector.broadcast(S, a[ao + p + 3 + STRIDE]);
            s1_3 = a1_3.fma(b0_3, s1_3);
        }
        for (; p < k; p++, q += LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0 = a0.fma(b0, s0);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            s1 = a1.fma(b0, s1);
        }
        s0 = s0.add(s0_1).add(s0_2.add(s0_3));
        s1 = s1.add(s1_1).add(s1_2.add(s1_3));
        if (add) {
            s0 = s0.add(FloatVector.fromArray(S, c, co));
            s1 = s1.add(FloatVector.fromArray(S, c, co + cs));
        }
        s0.intoArray(c, co);
        s1.intoArray(c, co + cs);
    }

    static void one(int k, float[] a, int ao, float[] b, int bo, float[] c, int co, int cs, boolean add) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s0_1 = FloatVector.zero(S);
        FloatVector s0_2 = FloatVector.zero(S);
        FloatVector s0_3 = FloatVector.zero(S);
        int p = 0;
        int q = bo;
        for (; p < k - 3; p += 4, q += 4 * LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0 = a0.fma(b0, s0);
            FloatVector b0_1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0_1 = FloatVector.broadcast(S, a[ao + p + 1]);
            s0_1 = a0_1.fma(b0_1, s0_1);
            FloatVector b0_2 = FloatVector.fromArray(S, b, q + 2 * LANES);
            FloatVector a0_2 = FloatVector.broadcast(S, a[ao + p + 2]);
            s0_2 = a0_2.fma(b0_2, s0_2);
            FloatVector b0_3 = FloatVector.fromArray(S, b, q + 3 * LANES);
            FloatVector a0_3 = FloatVector.broadcast(S, a[ao + p + 3]);
            s0_3 = a0_3.fma(b0_3, s0_3);
        }
        for (; p < k; p++, q += LANES) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0 = a0.fma(b0, s0);
        }
        s0 = s0.add(s0_1).add(s0_2.add(s0_3));
        if (add) {
            s0 = s0.add(FloatVector.fromArray(S, c, co));
        }
        s0.intoArray(c, co);
    }
}
