package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.MR;
import static dev.athanor.engine.kernels.vector.Lanes.NR;
import static dev.athanor.engine.kernels.vector.Lanes.S;
import static dev.athanor.engine.kernels.vector.Lanes.STRIDE;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of {@link Lanes#MR} rows that leave out the steps at which the left operand is zero in all of them, as
 * the edges of images and columns of rare categories are; laid out like {@link WideRowTiles}.
 *
 * <p>Only for finite right operands: the product of zero and infinity is not zero.
 */
final class SkippingTiles {
    private SkippingTiles() {}

    /**
     * Multiplies MR rows of a panel from {@code a[ao]} on by the steps {@code steps[so] … steps[so+count-1]} of columns
     * from {@code b[bo]} on; stores, or adds, to rows {@code cs} apart from {@code c[co]} on.
     */
    static void run(
            int count,
            int[] steps,
            int so,
            float[] a,
            int ao,
            float[] b,
            int bo,
            float[] c,
            int co,
            int cs,
            boolean add) {
        if (MR == 12) {
            twelve(count, steps, so, a, ao, b, bo, c, co, cs, add);
        } else {
            six(count, steps, so, a, ao, b, bo, c, co, cs, add);
        }
    }

    private static void twelve(
            int count,
            int[] steps,
            int so,
            float[] a,
            int ao,
            float[] b,
            int bo,
            float[] c,
            int co,
            int cs,
            boolean add) {
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
        for (int i = 0; i < count; i++) {
            int q = bo + steps[so + i] * NR;
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + i]);
            s0l = a0.fma(b0, s0l);
            s0h = a0.fma(b1, s0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + i + STRIDE]);
            s1l = a1.fma(b0, s1l);
            s1h = a1.fma(b1, s1h);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + i + 2 * STRIDE]);
            s2l = a2.fma(b0, s2l);
            s2h = a2.fma(b1, s2h);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + i + 3 * STRIDE]);
            s3l = a3.fma(b0, s3l);
            s3h = a3.fma(b1, s3h);
            FloatVector a4 = FloatVector.broadcast(S, a[ao + i + 4 * STRIDE]);
            s4l = a4.fma(b0, s4l);
            s4h = a4.fma(b1, s4h);
            FloatVector a5 = FloatVector.broadcast(S, a[ao + i + 5 * STRIDE]);
            s5l = a5.fma(b0, s5l);
            s5h = a5.fma(b1, s5h);
            FloatVector a6 = FloatVector.broadcast(S, a[ao + i + 6 * STRIDE]);
            s6l = a6.fma(b0, s6l);
            s6h = a6.fma(b1, s6h);
            FloatVector a7 = FloatVector.broadcast(S, a[ao + i + 7 * STRIDE]);
            s7l = a7.fma(b0, s7l);
            s7h = a7.fma(b1, s7h);
            FloatVector a8 = FloatVector.broadcast(S, a[ao + i + 8 * STRIDE]);
            s8l = a8.fma(b0, s8l);
            s8h = a8.fma(b1, s8h);
            FloatVector a9 = FloatVector.broadcast(S, a[ao + i + 9 * STRIDE]);
            s9l = a9.fma(b0, s9l);
            s9h = a9.fma(b1, s9h);
            FloatVector a10 = FloatVector.broadcast(S, a[ao + i + 10 * STRIDE]);
            s10l = a10.fma(b0, s10l);
            s10h = a10.fma(b1, s10h);
            FloatVector a11 = FloatVector.broadcast(S, a[ao + i + 11 * STRIDE]);
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

    private static void six(
            int count,
            int[] steps,
            int so,
            float[] a,
            int ao,
            float[] b,
            int bo,
            float[] c,
            int co,
            int cs,
            boolean add) {
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
        for (int i = 0; i < count; i++) {
            int q = bo + steps[so + i] * NR;
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + i]);
            s0l = a0.fma(b0, s0l);
            s0h = a0.fma(b1, s0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + i + STRIDE]);
            s1l = a1.fma(b0, s1l);
            s1h = a1.fma(b1, s1h);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + i + 2 * STRIDE]);
            s2l = a2.fma(b0, s2l);
            s2h = a2.fma(b1, s2h);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + i + 3 * STRIDE]);
            s3l = a3.fma(b0, s3l);
            s3h = a3.fma(b1, s3h);
            FloatVector a4 = FloatVector.broadcast(S, a[ao + i + 4 * STRIDE]);
            s4l = a4.fma(b0, s4l);
            s4h = a4.fma(b1, s4h);
            FloatVector a5 = FloatVector.broadcast(S, a[ao + i + 5 * STRIDE]);
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
}
