package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.MR;
import static dev.athanor.engine.kernels.vector.Lanes.NR;
import static dev.athanor.engine.kernels.vector.Lanes.S;
import static dev.athanor.engine.kernels.vector.Lanes.STRIDE;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of three rows that leave out the steps at which the left operand is zero in all of them, as the edges of
 * images and columns of rare categories are; operands lie as for {@link WideRowTiles}.
 *
 * <p>Low and wide where others are high: the fewer rows, the more steps are zero in all of them. Only for finite right
 * operands: the product of zero and infinity is not zero.
 */
final class SkippingTiles {
    /** Rows of a tile. */
    static final int ROWS = 3;

    /** 24 sums where there are 32 registers, 12 where there are 16. */
    private static final int WIDEST = MR == 12 ? 4 : 2;

    private SkippingTiles() {}

    /** Panels of columns of the widest tile that does not exceed {@code left} of them. */
    static int panels(int left) {
        return left >= 4 && WIDEST == 4 ? 4 : left >= 2 ? 2 : 1;
    }

    /**
     * Multiplies three rows of a panel from {@code a[ao]} on by the steps {@code steps[from … to-1]} of {@code panels} (4, 2
     * or 1) panels of columns, the first from {@code b[bo]} on and each {@code panel} after the last; stores, or adds, to rows
     * {@code cs} apart from {@code c[co]} on.
     */
    static void run(
            int panels,
            int[] steps,
            int from,
            int to,
            float[] a,
            int ao,
            float[] b,
            int bo,
            int panel,
            float[] c,
            int co,
            int cs,
            boolean add) {
        switch (panels) {
            case 4 -> four(steps, from, to, a, ao, b, bo, panel, c, co, cs, add);
            case 2 -> two(steps, from, to, a, ao, b, bo, panel, c, co, cs, add);
            default -> one(steps, from, to, a, ao, b, bo, c, co, cs, add);
        }
    }

    private static void four(
            int[] steps,
            int from,
            int to,
            float[] a,
            int ao,
            float[] b,
            int bo,
            int panel,
            float[] c,
            int co,
            int cs,
            boolean add) {
        FloatVector s0_0 = FloatVector.zero(S);
        FloatVector s0_1 = FloatVector.zero(S);
        FloatVector s0_2 = FloatVector.zero(S);
        FloatVector s0_3 = FloatVector.zero(S);
        FloatVector s0_4 = FloatVector.zero(S);
        FloatVector s0_5 = FloatVector.zero(S);
        FloatVector s0_6 = FloatVector.zero(S);
        FloatVector s0_7 = FloatVector.zero(S);
        FloatVector s1_0 = FloatVector.zero(S);
        FloatVector s1_1 = FloatVector.zero(S);
        FloatVector s1_2 = FloatVector.zero(S);
        FloatVector s1_3 = FloatVector.zero(S);
        FloatVector s1_4 = FloatVector.zero(S);
        FloatVector s1_5 = FloatVector.zero(S);
        FloatVector s1_6 = FloatVector.zero(S);
        FloatVector s1_7 = FloatVector.zero(S);
        FloatVector s2_0 = FloatVector.zero(S);
        FloatVector s2_1 = FloatVector.zero(S);
        FloatVector s2_2 = FloatVector.zero(S);
        FloatVector s2_3 = FloatVector.zero(S);
        FloatVector s2_4 = FloatVector.zero(S);
        FloatVector s2_5 = FloatVector.zero(S);
        FloatVector s2_6 = FloatVector.zero(S);
        FloatVector s2_7 = FloatVector.zero(S);
        for (int i = from; i < to; i++) {
            int p = ao + steps[i];
            FloatVector a0 = FloatVector.broadcast(S, a[p]);
            FloatVector a1 = FloatVector.broadcast(S, a[p + STRIDE]);
            FloatVector a2 = FloatVector.broadcast(S, a[p + 2 * STRIDE]);
            int q = bo + steps[i] * NR;
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            s0_0 = a0.fma(b0, s0_0);
            s1_0 = a1.fma(b0, s1_0);
            s2_0 = a2.fma(b0, s2_0);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            s0_1 = a0.fma(b1, s0_1);
            s1_1 = a1.fma(b1, s1_1);
            s2_1 = a2.fma(b1, s2_1);
            q += panel;
            FloatVector b2 = FloatVector.fromArray(S, b, q);
            s0_2 = a0.fma(b2, s0_2);
            s1_2 = a1.fma(b2, s1_2);
            s2_2 = a2.fma(b2, s2_2);
            FloatVector b3 = FloatVector.fromArray(S, b, q + LANES);
            s0_3 = a0.fma(b3, s0_3);
            s1_3 = a1.fma(b3, s1_3);
            s2_3 = a2.fma(b3, s2_3);
            q += panel;
            FloatVector b4 = FloatVector.fromArray(S, b, q);
            s0_4 = a0.fma(b4, s0_4);
            s1_4 = a1.fma(b4, s1_4);
            s2_4 = a2.fma(b4, s2_4);
            FloatVector b5 = FloatVector.fromArray(S, b, q + LANES);
            s0_5 = a0.fma(b5, s0_5);
            s1_5 = a1.fma(b5, s1_5);
            s2_5 = a2.fma(b5, s2_5);
            q += panel;
            FloatVector b6 = FloatVector.fromArray(S, b, q);
            s0_6 = a0.fma(b6, s0_6);
            s1_6 = a1.fma(b6, s1_6);
            s2_6 = a2.fma(b6, s2_6);
            FloatVector b7 = FloatVector.fromArray(S, b, q + LANES);
            s0_7 = a0.fma(b7, s0_7);
            s1_7 = a1.fma(b7, s1_7);
            s2_7 = a2.fma(b7, s2_7);
        }
        if (add) {
            s0_0 = s0_0.add(FloatVector.fromArray(S, c, co));
            s0_1 = s0_1.add(FloatVector.fromArray(S, c, co + LANES));
            s0_2 = s0_2.add(FloatVector.fromArray(S, c, co + 2 * LANES));
            s0_3 = s0_3.add(FloatVector.fromArray(S, c, co + 3 * LANES));
            s0_4 = s0_4.add(FloatVector.fromArray(S, c, co + 4 * LANES));
            s0_5 = s0_5.add(FloatVector.fromArray(S, c, co + 5 * LANES));
            s0_6 = s0_6.add(FloatVector.fromArray(S, c, co + 6 * LANES));
            s0_7 = s0_7.add(FloatVector.fromArray(S, c, co + 7 * LANES));
            s1_0 = s1_0.add(FloatVector.fromArray(S, c, co + cs));
            s1_1 = s1_1.add(FloatVector.fromArray(S, c, co + cs + LANES));
            s1_2 = s1_2.add(FloatVector.fromArray(S, c, co + cs + 2 * LANES));
            s1_3 = s1_3.add(FloatVector.fromArray(S, c, co + cs + 3 * LANES));
            s1_4 = s1_4.add(FloatVector.fromArray(S, c, co + cs + 4 * LANES));
            s1_5 = s1_5.add(FloatVector.fromArray(S, c, co + cs + 5 * LANES));
            s1_6 = s1_6.add(FloatVector.fromArray(S, c, co + cs + 6 * LANES));
            s1_7 = s1_7.add(FloatVector.fromArray(S, c, co + cs + 7 * LANES));
            s2_0 = s2_0.add(FloatVector.fromArray(S, c, co + 2 * cs));
            s2_1 = s2_1.add(FloatVector.fromArray(S, c, co + 2 * cs + LANES));
            s2_2 = s2_2.add(FloatVector.fromArray(S, c, co + 2 * cs + 2 * LANES));
            s2_3 = s2_3.add(FloatVector.fromArray(S, c, co + 2 * cs + 3 * LANES));
            s2_4 = s2_4.add(FloatVector.fromArray(S, c, co + 2 * cs + 4 * LANES));
            s2_5 = s2_5.add(FloatVector.fromArray(S, c, co + 2 * cs + 5 * LANES));
            s2_6 = s2_6.add(FloatVector.fromArray(S, c, co + 2 * cs + 6 * LANES));
            s2_7 = s2_7.add(FloatVector.fromArray(S, c, co + 2 * cs + 7 * LANES));
        }
        s0_0.intoArray(c, co);
        s0_1.intoArray(c, co + LANES);
        s0_2.intoArray(c, co + 2 * LANES);
        s0_3.intoArray(c, co + 3 * LANES);
        s0_4.intoArray(c, co + 4 * LANES);
        s0_5.intoArray(c, co + 5 * LANES);
        s0_6.intoArray(c, co + 6 * LANES);
        s0_7.intoArray(c, co + 7 * LANES);
        s1_0.intoArray(c, co + cs);
        s1_1.intoArray(c, co + cs + LANES);
        s1_2.intoArray(c, co + cs + 2 * LANES);
        s1_3.intoArray(c, co + cs + 3 * LANES);
        s1_4.intoArray(c, co + cs + 4 * LANES);
        s1_5.intoArray(c, co + cs + 5 * LANES);
        s1_6.intoArray(c, co + cs + 6 * LANES);
        s1_7.intoArray(c, co + cs + 7 * LANES);
        s2_0.intoArray(c, co + 2 * cs);
        s2_1.intoArray(c, co + 2 * cs + LANES);
        s2_2.intoArray(c, co + 2 * cs + 2 * LANES);
        s2_3.intoArray(c, co + 2 * cs + 3 * LANES);
        s2_4.intoArray(c, co + 2 * cs + 4 * LANES);
        s2_5.intoArray(c, co + 2 * cs + 5 * LANES);
        s2_6.intoArray(c, co + 2 * cs + 6 * LANES);
        s2_7.intoArray(c, co + 2 * cs + 7 * LANES);
    }

    private static void two(
            int[] steps,
            int from,
            int to,
            float[] a,
            int ao,
            float[] b,
            int bo,
            int panel,
            float[] c,
            int co,
            int cs,
            boolean add) {
        FloatVector s0_0 = FloatVector.zero(S);
        FloatVector s0_1 = FloatVector.zero(S);
        FloatVector s0_2 = FloatVector.zero(S);
        FloatVector s0_3 = FloatVector.zero(S);
        FloatVector s1_0 = FloatVector.zero(S);
        FloatVector s1_1 = FloatVector.zero(S);
        FloatVector s1_2 = FloatVector.zero(S);
        FloatVector s1_3 = FloatVector.zero(S);
        FloatVector s2_0 = FloatVector.zero(S);
        FloatVector s2_1 = FloatVector.zero(S);
        FloatVector s2_2 = FloatVector.zero(S);
        FloatVector s2_3 = FloatVector.zero(S);
        for (int i = from; i < to; i++) {
            int p = ao + steps[i];
            FloatVector a0 = FloatVector.broadcast(S, a[p]);
            FloatVector a1 = FloatVector.broadcast(S, a[p + STRIDE]);
            FloatVector a2 = FloatVector.broadcast(S, a[p + 2 * STRIDE]);
            int q = bo + steps[i] * NR;
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            s0_0 = a0.fma(b0, s0_0);
            s1_0 = a1.fma(b0, s1_0);
            s2_0 = a2.fma(b0, s2_0);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            s0_1 = a0.fma(b1, s0_1);
            s1_1 = a1.fma(b1, s1_1);
            s2_1 = a2.fma(b1, s2_1);
            q += panel;
            FloatVector b2 = FloatVector.fromArray(S, b, q);
            s0_2 = a0.fma(b2, s0_2);
            s1_2 = a1.fma(b2, s1_2);
            s2_2 = a2.fma(b2, s2_2);
            FloatVector b3 = FloatVector.fromArray(S, b, q + LANES);
            s0_3 = a0.fma(b3, s0_3);
            s1_3 = a1.fma(b3, s1_3);
            s2_3 = a2.fma(b3, s2_3);
        }
        if (add) {
            s0_0 = s0_0.add(FloatVector.fromArray(S, c, co));
            s0_1 = s0_1.add(FloatVector.fromArray(S, c, co + LANES));
            s0_2 = s0_2.add(FloatVector.fromArray(S, c, co + 2 * LANES));
            s0_3 = s0_3.add(FloatVector.fromArray(S, c, co + 3 * LANES));
            s1_0 = s1_0.add(FloatVector.fromArray(S, c, co + cs));
            s1_1 = s1_1.add(FloatVector.fromArray(S, c, co + cs + LANES));
            s1_2 = s1_2.add(FloatVector.fromArray(S, c, co + cs + 2 * LANES));
            s1_3 = s1_3.add(FloatVector.fromArray(S, c, co + cs + 3 * LANES));
            s2_0 = s2_0.add(FloatVector.fromArray(S, c, co + 2 * cs));
            s2_1 = s2_1.add(FloatVector.fromArray(S, c, co + 2 * cs + LANES));
            s2_2 = s2_2.add(FloatVector.fromArray(S, c, co + 2 * cs + 2 * LANES));
            s2_3 = s2_3.add(FloatVector.fromArray(S, c, co + 2 * cs + 3 * LANES));
        }
        s0_0.intoArray(c, co);
        s0_1.intoArray(c, co + LANES);
        s0_2.intoArray(c, co + 2 * LANES);
        s0_3.intoArray(c, co + 3 * LANES);
        s1_0.intoArray(c, co + cs);
        s1_1.intoArray(c, co + cs + LANES);
        s1_2.intoArray(c, co + cs + 2 * LANES);
        s1_3.intoArray(c, co + cs + 3 * LANES);
        s2_0.intoArray(c, co + 2 * cs);
        s2_1.intoArray(c, co + 2 * cs + LANES);
        s2_2.intoArray(c, co + 2 * cs + 2 * LANES);
        s2_3.intoArray(c, co + 2 * cs + 3 * LANES);
    }

    private static void one(
            int[] steps,
            int from,
            int to,
            float[] a,
            int ao,
            float[] b,
            int bo,
            float[] c,
            int co,
            int cs,
            boolean add) {
        FloatVector s0_0 = FloatVector.zero(S);
        FloatVector s0_1 = FloatVector.zero(S);
        FloatVector s1_0 = FloatVector.zero(S);
        FloatVector s1_1 = FloatVector.zero(S);
        FloatVector s2_0 = FloatVector.zero(S);
        FloatVector s2_1 = FloatVector.zero(S);
        for (int i = from; i < to; i++) {
            int p = ao + steps[i];
            FloatVector a0 = FloatVector.broadcast(S, a[p]);
            FloatVector a1 = FloatVector.broadcast(S, a[p + STRIDE]);
            FloatVector a2 = FloatVector.broadcast(S, a[p + 2 * STRIDE]);
            int q = bo + steps[i] * NR;
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            s0_0 = a0.fma(b0, s0_0);
            s1_0 = a1.fma(b0, s1_0);
            s2_0 = a2.fma(b0, s2_0);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            s0_1 = a0.fma(b1, s0_1);
            s1_1 = a1.fma(b1, s1_1);
            s2_1 = a2.fma(b1, s2_1);
        }
        if (add) {
            s0_0 = s0_0.add(FloatVector.fromArray(S, c, co));
            s0_1 = s0_1.add(FloatVector.fromArray(S, c, co + LANES));
            s1_0 = s1_0.add(FloatVector.fromArray(S, c, co + cs));
            s1_1 = s1_1.add(FloatVector.fromArray(S, c, co + cs + LANES));
            s2_0 = s2_0.add(FloatVector.fromArray(S, c, co + 2 * cs));
            s2_1 = s2_1.add(FloatVector.fromArray(S, c, co + 2 * cs + LANES));
        }
        s0_0.intoArray(c, co);
        s0_1.intoArray(c, co + LANES);
        s1_0.intoArray(c, co + cs);
        s1_1.intoArray(c, co + cs + LANES);
        s2_0.intoArray(c, co + 2 * cs);
        s2_1.intoArray(c, co + 2 * cs + LANES);
    }
}
