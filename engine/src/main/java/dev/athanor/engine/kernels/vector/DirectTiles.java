package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.S;
import static dev.athanor.engine.kernels.vector.Lanes.STRIDE;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles two vectors wide; rows of the left operand lie {@link Lanes#STRIDE} apart, as they were copied; those of the
 * right operand lie where they are: for products of so few rows that copying would cost more than it saves.
 *
 * <p>One straight-line method per height, because the compiler keeps vectors in registers only where they are locals of
 * one method; heights under four unroll over k, so that each sum's latency is hidden by others.
 */
final class DirectTiles {
    private DirectTiles() {}

    /**
     * Multiplies {@code rows} (12, 8, 6, 4, 2 or 1) rows of a panel from {@code a[ao]} on by {@code k} steps of columns from
     * {@code b[bo]} on, each {@code bs} after the last; stores, or adds, to rows {@code cs} apart from {@code c[co]} on.
     */
    static void run(
            int rows, int k, float[] a, int ao, float[] b, int bo, int bs, float[] c, int co, int cs, boolean add) {
        switch (rows) {
            case 12 -> twelve(k, a, ao, b, bo, bs, c, co, cs, add);
            case 8 -> eight(k, a, ao, b, bo, bs, c, co, cs, add);
            case 6 -> six(k, a, ao, b, bo, bs, c, co, cs, add);
            case 4 -> four(k, a, ao, b, bo, bs, c, co, cs, add);
            case 2 -> two(k, a, ao, b, bo, bs, c, co, cs, add);
            default -> one(k, a, ao, b, bo, bs, c, co, cs, add);
        }
    }

    static void twelve(int k, float[] a, int ao, float[] b, int bo, int bs, float[] c, int co, int cs, boolean add) {
        FloatVector s0l = FloatVector.zero(S);
        FloatVector s0h = FloatVector.zero(S);
        FloatVector s1l = FloatVector.zero(S);
        FloatVector s1h = FloatVector.zero(S);
        FloatVector s2l = FloatVector.zero(S);
        FloatVector s2h = FloatVector.zero(S);
        FloatVector s3l = FloatVector.zero(S);
        FloatVector s3h = FloatVector.zero(S);
        FloatVector s4l = FloatVector.zero(S);
        FloatVector s4h = FloatVector.zero(S);
        FloatVector s5l = FloatVector.zero(S);
        FloatVector s5h = FloatVector.zero(S);
        FloatVector s6l = FloatVector.zero(S);
        FloatVector s6h = FloatVector.zero(S);
        FloatVector s7l = FloatVector.zero(S);
        FloatVector s7h = FloatVector.zero(S);
        FloatVector s8l = FloatVector.zero(S);
        FloatVector s8h = FloatVector.zero(S);
        FloatVector s9l = FloatVector.zero(S);
        FloatVector s9h = FloatVector.zero(S);
        FloatVector s10l = FloatVector.zero(S);
        FloatVector s10h = FloatVector.zero(S);
        FloatVector s11l = FloatVector.zero(S);
        FloatVector s11h = FloatVector.zero(S);
        for (int p = 0, q = bo; p < k; p++, q += bs) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0l = a0.fma(b0, s0l);
            s0h = a0.fma(b1, s0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            s1l = a1.fma(b0, s1l);
            s1h = a1.fma(b1, s1h);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p + 2 * STRIDE]);
            s2l = a2.fma(b0, s2l);
            s2h = a2.fma(b1, s2h);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p + 3 * STRIDE]);
            s3l = a3.fma(b0, s3l);
            s3h = a3.fma(b1, s3h);
            FloatVector a4 = FloatVector.broadcast(S, a[ao + p + 4 * STRIDE]);
            s4l = a4.fma(b0, s4l);
            s4h = a4.fma(b1, s4h);
            FloatVector a5 = FloatVector.broadcast(S, a[ao + p + 5 * STRIDE]);
            s5l = a5.fma(b0, s5l);
            s5h = a5.fma(b1, s5h);
            FloatVector a6 = FloatVector.broadcast(S, a[ao + p + 6 * STRIDE]);
            s6l = a6.fma(b0, s6l);
            s6h = a6.fma(b1, s6h);
            FloatVector a7 = FloatVector.broadcast(S, a[ao + p + 7 * STRIDE]);
            s7l = a7.fma(b0, s7l);
            s7h = a7.fma(b1, s7h);
            FloatVector a8 = FloatVector.broadcast(S, a[ao + p + 8 * STRIDE]);
            s8l = a8.fma(b0, s8l);
            s8h = a8.fma(b1, s8h);
            FloatVector a9 = FloatVector.broadcast(S, a[ao + p + 9 * STRIDE]);
            s9l = a9.fma(b0, s9l);
            s9h = a9.fma(b1, s9h);
            FloatVector a10 = FloatVector.broadcast(S, a[ao + p + 10 * STRIDE]);
            s10l = a10.fma(b0, s10l);
            s10h = a10.fma(b1, s10h);
            FloatVector a11 = FloatVector.broadcast(S, a[ao + p + 11 * STRIDE]);
            s11l = a11.fma(b0, s11l);
            s11h = a11.fma(b1, s11h);
        }
        if (add) {
            s0l = s0l.add(FloatVector.fromArray(S, c, co));
            s0h = s0h.add(FloatVector.fromArray(S, c, co + LANES));
            s1l = s1l.add(FloatVector.fromArray(S, c, co + cs));
            s1h = s1h.add(FloatVector.fromArray(S, c, co + cs + LANES));
            s2l = s2l.add(FloatVector.fromArray(S, c, co + 2 * cs));
            s2h = s2h.add(FloatVector.fromArray(S, c, co + 2 * cs + LANES));
            s3l = s3l.add(FloatVector.fromArray(S, c, co + 3 * cs));
            s3h = s3h.add(FloatVector.fromArray(S, c, co + 3 * cs + LANES));
            s4l = s4l.add(FloatVector.fromArray(S, c, co + 4 * cs));
            s4h = s4h.add(FloatVector.fromArray(S, c, co + 4 * cs + LANES));
            s5l = s5l.add(FloatVector.fromArray(S, c, co + 5 * cs));
            s5h = s5h.add(FloatVector.fromArray(S, c, co + 5 * cs + LANES));
            s6l = s6l.add(FloatVector.fromArray(S, c, co + 6 * cs));
            s6h = s6h.add(FloatVector.fromArray(S, c, co + 6 * cs + LANES));
            s7l = s7l.add(FloatVector.fromArray(S, c, co + 7 * cs));
            s7h = s7h.add(FloatVector.fromArray(S, c, co + 7 * cs + LANES));
            s8l = s8l.add(FloatVector.fromArray(S, c, co + 8 * cs));
            s8h = s8h.add(FloatVector.fromArray(S, c, co + 8 * cs + LANES));
            s9l = s9l.add(FloatVector.fromArray(S, c, co + 9 * cs));
            s9h = s9h.add(FloatVector.fromArray(S, c, co + 9 * cs + LANES));
            s10l = s10l.add(FloatVector.fromArray(S, c, co + 10 * cs));
            s10h = s10h.add(FloatVector.fromArray(S, c, co + 10 * cs + LANES));
            s11l = s11l.add(FloatVector.fromArray(S, c, co + 11 * cs));
            s11h = s11h.add(FloatVector.fromArray(S, c, co + 11 * cs + LANES));
        }
        s0l.intoArray(c, co);
        s0h.intoArray(c, co + LANES);
        s1l.intoArray(c, co + cs);
        s1h.intoArray(c, co + cs + LANES);
        s2l.intoArray(c, co + 2 * cs);
        s2h.intoArray(c, co + 2 * cs + LANES);
        s3l.intoArray(c, co + 3 * cs);
        s3h.intoArray(c, co + 3 * cs + LANES);
        s4l.intoArray(c, co + 4 * cs);
        s4h.intoArray(c, co + 4 * cs + LANES);
        s5l.intoArray(c, co + 5 * cs);
        s5h.intoArray(c, co + 5 * cs + LANES);
        s6l.intoArray(c, co + 6 * cs);
        s6h.intoArray(c, co + 6 * cs + LANES);
        s7l.intoArray(c, co + 7 * cs);
        s7h.intoArray(c, co + 7 * cs + LANES);
        s8l.intoArray(c, co + 8 * cs);
        s8h.intoArray(c, co + 8 * cs + LANES);
        s9l.intoArray(c, co + 9 * cs);
        s9h.intoArray(c, co + 9 * cs + LANES);
        s10l.intoArray(c, co + 10 * cs);
        s10h.intoArray(c, co + 10 * cs + LANES);
        s11l.intoArray(c, co + 11 * cs);
        s11h.intoArray(c, co + 11 * cs + LANES);
    }

    static void eight(int k, float[] a, int ao, float[] b, int bo, int bs, float[] c, int co, int cs, boolean add) {
        FloatVector s0l = FloatVector.zero(S);
        FloatVector s0h = FloatVector.zero(S);
        FloatVector s1l = FloatVector.zero(S);
        FloatVector s1h = FloatVector.zero(S);
        FloatVector s2l = FloatVector.zero(S);
        FloatVector s2h = FloatVector.zero(S);
        FloatVector s3l = FloatVector.zero(S);
        FloatVector s3h = FloatVector.zero(S);
        FloatVector s4l = FloatVector.zero(S);
        FloatVector s4h = FloatVector.zero(S);
        FloatVector s5l = FloatVector.zero(S);
        FloatVector s5h = FloatVector.zero(S);
        FloatVector s6l = FloatVector.zero(S);
        FloatVector s6h = FloatVector.zero(S);
        FloatVector s7l = FloatVector.zero(S);
        FloatVector s7h = FloatVector.zero(S);
        for (int p = 0, q = bo; p < k; p++, q += bs) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0l = a0.fma(b0, s0l);
            s0h = a0.fma(b1, s0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            s1l = a1.fma(b0, s1l);
            s1h = a1.fma(b1, s1h);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p + 2 * STRIDE]);
            s2l = a2.fma(b0, s2l);
            s2h = a2.fma(b1, s2h);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p + 3 * STRIDE]);
            s3l = a3.fma(b0, s3l);
            s3h = a3.fma(b1, s3h);
            FloatVector a4 = FloatVector.broadcast(S, a[ao + p + 4 * STRIDE]);
            s4l = a4.fma(b0, s4l);
            s4h = a4.fma(b1, s4h);
            FloatVector a5 = FloatVector.broadcast(S, a[ao + p + 5 * STRIDE]);
            s5l = a5.fma(b0, s5l);
            s5h = a5.fma(b1, s5h);
            FloatVector a6 = FloatVector.broadcast(S, a[ao + p + 6 * STRIDE]);
            s6l = a6.fma(b0, s6l);
            s6h = a6.fma(b1, s6h);
            FloatVector a7 = FloatVector.broadcast(S, a[ao + p + 7 * STRIDE]);
            s7l = a7.fma(b0, s7l);
            s7h = a7.fma(b1, s7h);
        }
        if (add) {
            s0l = s0l.add(FloatVector.fromArray(S, c, co));
            s0h = s0h.add(FloatVector.fromArray(S, c, co + LANES));
            s1l = s1l.add(FloatVector.fromArray(S, c, co + cs));
            s1h = s1h.add(FloatVector.fromArray(S, c, co + cs + LANES));
            s2l = s2l.add(FloatVector.fromArray(S, c, co + 2 * cs));
            s2h = s2h.add(FloatVector.fromArray(S, c, co + 2 * cs + LANES));
            s3l = s3l.add(FloatVector.fromArray(S, c, co + 3 * cs));
            s3h = s3h.add(FloatVector.fromArray(S, c, co + 3 * cs + LANES));
            s4l = s4l.add(FloatVector.fromArray(S, c, co + 4 * cs));
            s4h = s4h.add(FloatVector.fromArray(S, c, co + 4 * cs + LANES));
            s5l = s5l.add(FloatVector.fromArray(S, c, co + 5 * cs));
            s5h = s5h.add(FloatVector.fromArray(S, c, co + 5 * cs + LANES));
            s6l = s6l.add(FloatVector.fromArray(S, c, co + 6 * cs));
            s6h = s6h.add(FloatVector.fromArray(S, c, co + 6 * cs + LANES));
            s7l = s7l.add(FloatVector.fromArray(S, c, co + 7 * cs));
            s7h = s7h.add(FloatVector.fromArray(S, c, co + 7 * cs + LANES));
        }
        s0l.intoArray(c, co);
        s0h.intoArray(c, co + LANES);
        s1l.intoArray(c, co + cs);
        s1h.intoArray(c, co + cs + LANES);
        s2l.intoArray(c, co + 2 * cs);
        s2h.intoArray(c, co + 2 * cs + LANES);
        s3l.intoArray(c, co + 3 * cs);
        s3h.intoArray(c, co + 3 * cs + LANES);
        s4l.intoArray(c, co + 4 * cs);
        s4h.intoArray(c, co + 4 * cs + LANES);
        s5l.intoArray(c, co + 5 * cs);
        s5h.intoArray(c, co + 5 * cs + LANES);
        s6l.intoArray(c, co + 6 * cs);
        s6h.intoArray(c, co + 6 * cs + LANES);
        s7l.intoArray(c, co + 7 * cs);
        s7h.intoArray(c, co + 7 * cs + LANES);
    }

    static void six(int k, float[] a, int ao, float[] b, int bo, int bs, float[] c, int co, int cs, boolean add) {
        FloatVector s0l = FloatVector.zero(S);
        FloatVector s0h = FloatVector.zero(S);
        FloatVector s1l = FloatVector.zero(S);
        FloatVector s1h = FloatVector.zero(S);
        FloatVector s2l = FloatVector.zero(S);
        FloatVector s2h = FloatVector.zero(S);
        FloatVector s3l = FloatVector.zero(S);
        FloatVector s3h = FloatVector.zero(S);
        FloatVector s4l = FloatVector.zero(S);
        FloatVector s4h = FloatVector.zero(S);
        FloatVector s5l = FloatVector.zero(S);
        FloatVector s5h = FloatVector.zero(S);
        for (int p = 0, q = bo; p < k; p++, q += bs) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0l = a0.fma(b0, s0l);
            s0h = a0.fma(b1, s0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            s1l = a1.fma(b0, s1l);
            s1h = a1.fma(b1, s1h);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p + 2 * STRIDE]);
            s2l = a2.fma(b0, s2l);
            s2h = a2.fma(b1, s2h);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p + 3 * STRIDE]);
            s3l = a3.fma(b0, s3l);
            s3h = a3.fma(b1, s3h);
            FloatVector a4 = FloatVector.broadcast(S, a[ao + p + 4 * STRIDE]);
            s4l = a4.fma(b0, s4l);
            s4h = a4.fma(b1, s4h);
            FloatVector a5 = FloatVector.broadcast(S, a[ao + p + 5 * STRIDE]);
            s5l = a5.fma(b0, s5l);
            s5h = a5.fma(b1, s5h);
        }
        if (add) {
            s0l = s0l.add(FloatVector.fromArray(S, c, co));
            s0h = s0h.add(FloatVector.fromArray(S, c, co + LANES));
            s1l = s1l.add(FloatVector.fromArray(S, c, co + cs));
            s1h = s1h.add(FloatVector.fromArray(S, c, co + cs + LANES));
            s2l = s2l.add(FloatVector.fromArray(S, c, co + 2 * cs));
            s2h = s2h.add(FloatVector.fromArray(S, c, co + 2 * cs + LANES));
            s3l = s3l.add(FloatVector.fromArray(S, c, co + 3 * cs));
            s3h = s3h.add(FloatVector.fromArray(S, c, co + 3 * cs + LANES));
            s4l = s4l.add(FloatVector.fromArray(S, c, co + 4 * cs));
            s4h = s4h.add(FloatVector.fromArray(S, c, co + 4 * cs + LANES));
            s5l = s5l.add(FloatVector.fromArray(S, c, co + 5 * cs));
            s5h = s5h.add(FloatVector.fromArray(S, c, co + 5 * cs + LANES));
        }
        s0l.intoArray(c, co);
        s0h.intoArray(c, co + LANES);
        s1l.intoArray(c, co + cs);
        s1h.intoArray(c, co + cs + LANES);
        s2l.intoArray(c, co + 2 * cs);
        s2h.intoArray(c, co + 2 * cs + LANES);
        s3l.intoArray(c, co + 3 * cs);
        s3h.intoArray(c, co + 3 * cs + LANES);
        s4l.intoArray(c, co + 4 * cs);
        s4h.intoArray(c, co + 4 * cs + LANES);
        s5l.intoArray(c, co + 5 * cs);
        s5h.intoArray(c, co + 5 * cs + LANES);
    }

    static void four(int k, float[] a, int ao, float[] b, int bo, int bs, float[] c, int co, int cs, boolean add) {
        FloatVector s0l = FloatVector.zero(S);
        FloatVector s0h = FloatVector.zero(S);
        FloatVector s1l = FloatVector.zero(S);
        FloatVector s1h = FloatVector.zero(S);
        FloatVector s2l = FloatVector.zero(S);
        FloatVector s2h = FloatVector.zero(S);
        FloatVector s3l = FloatVector.zero(S);
        FloatVector s3h = FloatVector.zero(S);
        FloatVector s0l_1 = FloatVector.zero(S);
        FloatVector s0h_1 = FloatVector.zero(S);
        FloatVector s1l_1 = FloatVector.zero(S);
        FloatVector s1h_1 = FloatVector.zero(S);
        FloatVector s2l_1 = FloatVector.zero(S);
        FloatVector s2h_1 = FloatVector.zero(S);
        FloatVector s3l_1 = FloatVector.zero(S);
        FloatVector s3h_1 = FloatVector.zero(S);
        int p = 0;
        int q = bo;
        for (; p < k - 1; p += 2, q += 2 * bs) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0l = a0.fma(b0, s0l);
            s0h = a0.fma(b1, s0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            s1l = a1.fma(b0, s1l);
            s1h = a1.fma(b1, s1h);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p + 2 * STRIDE]);
            s2l = a2.fma(b0, s2l);
            s2h = a2.fma(b1, s2h);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p + 3 * STRIDE]);
            s3l = a3.fma(b0, s3l);
            s3h = a3.fma(b1, s3h);
            FloatVector b0_1 = FloatVector.fromArray(S, b, q + bs);
            FloatVector b1_1 = FloatVector.fromArray(S, b, q + bs + LANES);
            FloatVector a0_1 = FloatVector.broadcast(S, a[ao + p + 1]);
            s0l_1 = a0_1.fma(b0_1, s0l_1);
            s0h_1 = a0_1.fma(b1_1, s0h_1);
            FloatVector a1_1 = FloatVector.broadcast(S, a[ao + p + 1 + STRIDE]);
            s1l_1 = a1_1.fma(b0_1, s1l_1);
            s1h_1 = a1_1.fma(b1_1, s1h_1);
            FloatVector a2_1 = FloatVector.broadcast(S, a[ao + p + 1 + 2 * STRIDE]);
            s2l_1 = a2_1.fma(b0_1, s2l_1);
            s2h_1 = a2_1.fma(b1_1, s2h_1);
            FloatVector a3_1 = FloatVector.broadcast(S, a[ao + p + 1 + 3 * STRIDE]);
            s3l_1 = a3_1.fma(b0_1, s3l_1);
            s3h_1 = a3_1.fma(b1_1, s3h_1);
        }
        for (; p < k; p++, q += bs) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0l = a0.fma(b0, s0l);
            s0h = a0.fma(b1, s0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            s1l = a1.fma(b0, s1l);
            s1h = a1.fma(b1, s1h);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p + 2 * STRIDE]);
            s2l = a2.fma(b0, s2l);
            s2h = a2.fma(b1, s2h);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p + 3 * STRIDE]);
            s3l = a3.fma(b0, s3l);
            s3h = a3.fma(b1, s3h);
        }
        s0l = s0l.add(s0l_1);
        s0h = s0h.add(s0h_1);
        s1l = s1l.add(s1l_1);
        s1h = s1h.add(s1h_1);
        s2l = s2l.add(s2l_1);
        s2h = s2h.add(s2h_1);
        s3l = s3l.add(s3l_1);
        s3h = s3h.add(s3h_1);
        if (add) {
            s0l = s0l.add(FloatVector.fromArray(S, c, co));
            s0h = s0h.add(FloatVector.fromArray(S, c, co + LANES));
            s1l = s1l.add(FloatVector.fromArray(S, c, co + cs));
            s1h = s1h.add(FloatVector.fromArray(S, c, co + cs + LANES));
            s2l = s2l.add(FloatVector.fromArray(S, c, co + 2 * cs));
            s2h = s2h.add(FloatVector.fromArray(S, c, co + 2 * cs + LANES));
            s3l = s3l.add(FloatVector.fromArray(S, c, co + 3 * cs));
            s3h = s3h.add(FloatVector.fromArray(S, c, co + 3 * cs + LANES));
        }
        s0l.intoArray(c, co);
        s0h.intoArray(c, co + LANES);
        s1l.intoArray(c, co + cs);
        s1h.intoArray(c, co + cs + LANES);
        s2l.intoArray(c, co + 2 * cs);
        s2h.intoArray(c, co + 2 * cs + LANES);
        s3l.intoArray(c, co + 3 * cs);
        s3h.intoArray(c, co + 3 * cs + LANES);
    }

    static void two(int k, float[] a, int ao, float[] b, int bo, int bs, float[] c, int co, int cs, boolean add) {
        FloatVector s0l = FloatVector.zero(S);
        FloatVector s0h = FloatVector.zero(S);
        FloatVector s1l = FloatVector.zero(S);
        FloatVector s1h = FloatVector.zero(S);
        FloatVector s0l_1 = FloatVector.zero(S);
        FloatVector s0h_1 = FloatVector.zero(S);
        FloatVector s1l_1 = FloatVector.zero(S);
        FloatVector s1h_1 = FloatVector.zero(S);
        FloatVector s0l_2 = FloatVector.zero(S);
        FloatVector s0h_2 = FloatVector.zero(S);
        FloatVector s1l_2 = FloatVector.zero(S);
        FloatVector s1h_2 = FloatVector.zero(S);
        FloatVector s0l_3 = FloatVector.zero(S);
        FloatVector s0h_3 = FloatVector.zero(S);
        FloatVector s1l_3 = FloatVector.zero(S);
        FloatVector s1h_3 = FloatVector.zero(S);
        int p = 0;
        int q = bo;
        for (; p < k - 3; p += 4, q += 4 * bs) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0l = a0.fma(b0, s0l);
            s0h = a0.fma(b1, s0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            s1l = a1.fma(b0, s1l);
            s1h = a1.fma(b1, s1h);
            FloatVector b0_1 = FloatVector.fromArray(S, b, q + bs);
            FloatVector b1_1 = FloatVector.fromArray(S, b, q + bs + LANES);
            FloatVector a0_1 = FloatVector.broadcast(S, a[ao + p + 1]);
            s0l_1 = a0_1.fma(b0_1, s0l_1);
            s0h_1 = a0_1.fma(b1_1, s0h_1);
            FloatVector a1_1 = FloatVector.broadcast(S, a[ao + p + 1 + STRIDE]);
            s1l_1 = a1_1.fma(b0_1, s1l_1);
            s1h_1 = a1_1.fma(b1_1, s1h_1);
            FloatVector b0_2 = FloatVector.fromArray(S, b, q + 2 * bs);
            FloatVector b1_2 = FloatVector.fromArray(S, b, q + 2 * bs + LANES);
            FloatVector a0_2 = FloatVector.broadcast(S, a[ao + p + 2]);
            s0l_2 = a0_2.fma(b0_2, s0l_2);
            s0h_2 = a0_2.fma(b1_2, s0h_2);
            FloatVector a1_2 = FloatVector.broadcast(S, a[ao + p + 2 + STRIDE]);
            s1l_2 = a1_2.fma(b0_2, s1l_2);
            s1h_2 = a1_2.fma(b1_2, s1h_2);
            FloatVector b0_3 = FloatVector.fromArray(S, b, q + 3 * bs);
            FloatVector b1_3 = FloatVector.fromArray(S, b, q + 3 * bs + LANES);
            FloatVector a0_3 = FloatVector.broadcast(S, a[ao + p + 3]);
            s0l_3 = a0_3.fma(b0_3, s0l_3);
            s0h_3 = a0_3.fma(b1_3, s0h_3);
            FloatVector a1_3 = FloatVector.broadcast(S, a[ao + p + 3 + STRIDE]);
            s1l_3 = a1_3.fma(b0_3, s1l_3);
            s1h_3 = a1_3.fma(b1_3, s1h_3);
        }
        for (; p < k; p++, q += bs) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0l = a0.fma(b0, s0l);
            s0h = a0.fma(b1, s0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p + STRIDE]);
            s1l = a1.fma(b0, s1l);
            s1h = a1.fma(b1, s1h);
        }
        s0l = s0l.add(s0l_1).add(s0l_2.add(s0l_3));
        s0h = s0h.add(s0h_1).add(s0h_2.add(s0h_3));
        s1l = s1l.add(s1l_1).add(s1l_2.add(s1l_3));
        s1h = s1h.add(s1h_1).add(s1h_2.add(s1h_3));
        if (add) {
            s0l = s0l.add(FloatVector.fromArray(S, c, co));
            s0h = s0h.add(FloatVector.fromArray(S, c, co + LANES));
            s1l = s1l.add(FloatVector.fromArray(S, c, co + cs));
            s1h = s1h.add(FloatVector.fromArray(S, c, co + cs + LANES));
        }
        s0l.intoArray(c, co);
        s0h.intoArray(c, co + LANES);
        s1l.intoArray(c, co + cs);
        s1h.intoArray(c, co + cs + LANES);
    }

    static void one(int k, float[] a, int ao, float[] b, int bo, int bs, float[] c, int co, int cs, boolean add) {
        FloatVector s0l = FloatVector.zero(S);
        FloatVector s0h = FloatVector.zero(S);
        FloatVector s0l_1 = FloatVector.zero(S);
        FloatVector s0h_1 = FloatVector.zero(S);
        FloatVector s0l_2 = FloatVector.zero(S);
        FloatVector s0h_2 = FloatVector.zero(S);
        FloatVector s0l_3 = FloatVector.zero(S);
        FloatVector s0h_3 = FloatVector.zero(S);
        int p = 0;
        int q = bo;
        for (; p < k - 3; p += 4, q += 4 * bs) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0l = a0.fma(b0, s0l);
            s0h = a0.fma(b1, s0h);
            FloatVector b0_1 = FloatVector.fromArray(S, b, q + bs);
            FloatVector b1_1 = FloatVector.fromArray(S, b, q + bs + LANES);
            FloatVector a0_1 = FloatVector.broadcast(S, a[ao + p + 1]);
            s0l_1 = a0_1.fma(b0_1, s0l_1);
            s0h_1 = a0_1.fma(b1_1, s0h_1);
            FloatVector b0_2 = FloatVector.fromArray(S, b, q + 2 * bs);
            FloatVector b1_2 = FloatVector.fromArray(S, b, q + 2 * bs + LANES);
            FloatVector a0_2 = FloatVector.broadcast(S, a[ao + p + 2]);
            s0l_2 = a0_2.fma(b0_2, s0l_2);
            s0h_2 = a0_2.fma(b1_2, s0h_2);
            FloatVector b0_3 = FloatVector.fromArray(S, b, q + 3 * bs);
            FloatVector b1_3 = FloatVector.fromArray(S, b, q + 3 * bs + LANES);
            FloatVector a0_3 = FloatVector.broadcast(S, a[ao + p + 3]);
            s0l_3 = a0_3.fma(b0_3, s0l_3);
            s0h_3 = a0_3.fma(b1_3, s0h_3);
        }
        for (; p < k; p++, q += bs) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p]);
            s0l = a0.fma(b0, s0l);
            s0h = a0.fma(b1, s0h);
        }
        s0l = s0l.add(s0l_1).add(s0l_2.add(s0l_3));
        s0h = s0h.add(s0h_1).add(s0h_2.add(s0h_3));
        if (add) {
            s0l = s0l.add(FloatVector.fromArray(S, c, co));
            s0h = s0h.add(FloatVector.fromArray(S, c, co + LANES));
        }
        s0l.intoArray(c, co);
        s0h.intoArray(c, co + LANES);
    }
}
