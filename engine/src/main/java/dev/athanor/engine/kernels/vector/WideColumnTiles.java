package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.MR;
import static dev.athanor.engine.kernels.vector.Lanes.NR;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles two vectors wide; each step's {@link Lanes#MR} rows lie side by side, as they are in a transposed operand.
 *
 * <p>One straight-line method per height, because the compiler keeps vectors in registers only where they are locals of
 * one method; heights under four unroll over k, so that each sum's latency is hidden by others.
 */
final class WideColumnTiles {
    private WideColumnTiles() {}

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
        FloatVector c0l = FloatVector.zero(S);
        FloatVector c0h = FloatVector.zero(S);
        FloatVector c1l = FloatVector.zero(S);
        FloatVector c1h = FloatVector.zero(S);
        FloatVector c2l = FloatVector.zero(S);
        FloatVector c2h = FloatVector.zero(S);
        FloatVector c3l = FloatVector.zero(S);
        FloatVector c3h = FloatVector.zero(S);
        FloatVector c4l = FloatVector.zero(S);
        FloatVector c4h = FloatVector.zero(S);
        FloatVector c5l = FloatVector.zero(S);
        FloatVector c5h = FloatVector.zero(S);
        FloatVector c6l = FloatVector.zero(S);
        FloatVector c6h = FloatVector.zero(S);
        FloatVector c7l = FloatVector.zero(S);
        FloatVector c7h = FloatVector.zero(S);
        FloatVector c8l = FloatVector.zero(S);
        FloatVector c8h = FloatVector.zero(S);
        FloatVector c9l = FloatVector.zero(S);
        FloatVector c9h = FloatVector.zero(S);
        FloatVector c10l = FloatVector.zero(S);
        FloatVector c10h = FloatVector.zero(S);
        FloatVector c11l = FloatVector.zero(S);
        FloatVector c11h = FloatVector.zero(S);
        for (int p = 0, q = bo; p < k; p++, q += NR) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p * MR]);
            c0l = a0.fma(b0, c0l);
            c0h = a0.fma(b1, c0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p * MR + 1]);
            c1l = a1.fma(b0, c1l);
            c1h = a1.fma(b1, c1h);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p * MR + 2]);
            c2l = a2.fma(b0, c2l);
            c2h = a2.fma(b1, c2h);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p * MR + 3]);
            c3l = a3.fma(b0, c3l);
            c3h = a3.fma(b1, c3h);
            FloatVector a4 = FloatVector.broadcast(S, a[ao + p * MR + 4]);
            c4l = a4.fma(b0, c4l);
            c4h = a4.fma(b1, c4h);
            FloatVector a5 = FloatVector.broadcast(S, a[ao + p * MR + 5]);
            c5l = a5.fma(b0, c5l);
            c5h = a5.fma(b1, c5h);
            FloatVector a6 = FloatVector.broadcast(S, a[ao + p * MR + 6]);
            c6l = a6.fma(b0, c6l);
            c6h = a6.fma(b1, c6h);
            FloatVector a7 = FloatVector.broadcast(S, a[ao + p * MR + 7]);
            c7l = a7.fma(b0, c7l);
            c7h = a7.fma(b1, c7h);
            FloatVector a8 = FloatVector.broadcast(S, a[ao + p * MR + 8]);
            c8l = a8.fma(b0, c8l);
            c8h = a8.fma(b1, c8h);
            FloatVector a9 = FloatVector.broadcast(S, a[ao + p * MR + 9]);
            c9l = a9.fma(b0, c9l);
            c9h = a9.fma(b1, c9h);
            FloatVector a10 = FloatVector.broadcast(S, a[ao + p * MR + 10]);
            c10l = a10.fma(b0, c10l);
            c10h = a10.fma(b1, c10h);
            FloatVector a11 = FloatVector.broadcast(S, a[ao + p * MR + 11]);
            c11l = a11.fma(b0, c11l);
            c11h = a11.fma(b1, c11h);
        }
        c0l.intoArray(tile, to);
        c0h.intoArray(tile, to + LANES);
        c1l.intoArray(tile, to + NR);
        c1h.intoArray(tile, to + NR + LANES);
        c2l.intoArray(tile, to + 2 * NR);
        c2h.intoArray(tile, to + 2 * NR + LANES);
        c3l.intoArray(tile, to + 3 * NR);
        c3h.intoArray(tile, to + 3 * NR + LANES);
        c4l.intoArray(tile, to + 4 * NR);
        c4h.intoArray(tile, to + 4 * NR + LANES);
        c5l.intoArray(tile, to + 5 * NR);
        c5h.intoArray(tile, to + 5 * NR + LANES);
        c6l.intoArray(tile, to + 6 * NR);
        c6h.intoArray(tile, to + 6 * NR + LANES);
        c7l.intoArray(tile, to + 7 * NR);
        c7h.intoArray(tile, to + 7 * NR + LANES);
        c8l.intoArray(tile, to + 8 * NR);
        c8h.intoArray(tile, to + 8 * NR + LANES);
        c9l.intoArray(tile, to + 9 * NR);
        c9h.intoArray(tile, to + 9 * NR + LANES);
        c10l.intoArray(tile, to + 10 * NR);
        c10h.intoArray(tile, to + 10 * NR + LANES);
        c11l.intoArray(tile, to + 11 * NR);
        c11h.intoArray(tile, to + 11 * NR + LANES);
    }

    static void six(int k, float[] a, int ao, float[] b, int bo, float[] tile, int to) {
        FloatVector c0l = FloatVector.zero(S);
        FloatVector c0h = FloatVector.zero(S);
        FloatVector c1l = FloatVector.zero(S);
        FloatVector c1h = FloatVector.zero(S);
        FloatVector c2l = FloatVector.zero(S);
        FloatVector c2h = FloatVector.zero(S);
        FloatVector c3l = FloatVector.zero(S);
        FloatVector c3h = FloatVector.zero(S);
        FloatVector c4l = FloatVector.zero(S);
        FloatVector c4h = FloatVector.zero(S);
        FloatVector c5l = FloatVector.zero(S);
        FloatVector c5h = FloatVector.zero(S);
        for (int p = 0, q = bo; p < k; p++, q += NR) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p * MR]);
            c0l = a0.fma(b0, c0l);
            c0h = a0.fma(b1, c0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p * MR + 1]);
            c1l = a1.fma(b0, c1l);
            c1h = a1.fma(b1, c1h);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p * MR + 2]);
            c2l = a2.fma(b0, c2l);
            c2h = a2.fma(b1, c2h);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p * MR + 3]);
            c3l = a3.fma(b0, c3l);
            c3h = a3.fma(b1, c3h);
            FloatVector a4 = FloatVector.broadcast(S, a[ao + p * MR + 4]);
            c4l = a4.fma(b0, c4l);
            c4h = a4.fma(b1, c4h);
            FloatVector a5 = FloatVector.broadcast(S, a[ao + p * MR + 5]);
            c5l = a5.fma(b0, c5l);
            c5h = a5.fma(b1, c5h);
        }
        c0l.intoArray(tile, to);
        c0h.intoArray(tile, to + LANES);
        c1l.intoArray(tile, to + NR);
        c1h.intoArray(tile, to + NR + LANES);
        c2l.intoArray(tile, to + 2 * NR);
        c2h.intoArray(tile, to + 2 * NR + LANES);
        c3l.intoArray(tile, to + 3 * NR);
        c3h.intoArray(tile, to + 3 * NR + LANES);
        c4l.intoArray(tile, to + 4 * NR);
        c4h.intoArray(tile, to + 4 * NR + LANES);
        c5l.intoArray(tile, to + 5 * NR);
        c5h.intoArray(tile, to + 5 * NR + LANES);
    }

    static void four(int k, float[] a, int ao, float[] b, int bo, float[] tile, int to) {
        FloatVector c0l = FloatVector.zero(S);
        FloatVector c0h = FloatVector.zero(S);
        FloatVector c1l = FloatVector.zero(S);
        FloatVector c1h = FloatVector.zero(S);
        FloatVector c2l = FloatVector.zero(S);
        FloatVector c2h = FloatVector.zero(S);
        FloatVector c3l = FloatVector.zero(S);
        FloatVector c3h = FloatVector.zero(S);
        FloatVector c0l_1 = FloatVector.zero(S);
        FloatVector c0h_1 = FloatVector.zero(S);
        FloatVector c1l_1 = FloatVector.zero(S);
        FloatVector c1h_1 = FloatVector.zero(S);
        FloatVector c2l_1 = FloatVector.zero(S);
        FloatVector c2h_1 = FloatVector.zero(S);
        FloatVector c3l_1 = FloatVector.zero(S);
        FloatVector c3h_1 = FloatVector.zero(S);
        int p = 0;
        int q = bo;
        for (; p < k - 1; p += 2, q += 2 * NR) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p * MR]);
            c0l = a0.fma(b0, c0l);
            c0h = a0.fma(b1, c0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p * MR + 1]);
            c1l = a1.fma(b0, c1l);
            c1h = a1.fma(b1, c1h);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p * MR + 2]);
            c2l = a2.fma(b0, c2l);
            c2h = a2.fma(b1, c2h);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p * MR + 3]);
            c3l = a3.fma(b0, c3l);
            c3h = a3.fma(b1, c3h);
            FloatVector b0_1 = FloatVector.fromArray(S, b, q + NR);
            FloatVector b1_1 = FloatVector.fromArray(S, b, q + NR + LANES);
            FloatVector a0_1 = FloatVector.broadcast(S, a[ao + (p + 1) * MR]);
            c0l_1 = a0_1.fma(b0_1, c0l_1);
            c0h_1 = a0_1.fma(b1_1, c0h_1);
            FloatVector a1_1 = FloatVector.broadcast(S, a[ao + (p + 1) * MR + 1]);
            c1l_1 = a1_1.fma(b0_1, c1l_1);
            c1h_1 = a1_1.fma(b1_1, c1h_1);
            FloatVector a2_1 = FloatVector.broadcast(S, a[ao + (p + 1) * MR + 2]);
            c2l_1 = a2_1.fma(b0_1, c2l_1);
            c2h_1 = a2_1.fma(b1_1, c2h_1);
            FloatVector a3_1 = FloatVector.broadcast(S, a[ao + (p + 1) * MR + 3]);
            c3l_1 = a3_1.fma(b0_1, c3l_1);
            c3h_1 = a3_1.fma(b1_1, c3h_1);
        }
        for (; p < k; p++, q += NR) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p * MR]);
            c0l = a0.fma(b0, c0l);
            c0h = a0.fma(b1, c0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p * MR + 1]);
            c1l = a1.fma(b0, c1l);
            c1h = a1.fma(b1, c1h);
            FloatVector a2 = FloatVector.broadcast(S, a[ao + p * MR + 2]);
            c2l = a2.fma(b0, c2l);
            c2h = a2.fma(b1, c2h);
            FloatVector a3 = FloatVector.broadcast(S, a[ao + p * MR + 3]);
            c3l = a3.fma(b0, c3l);
            c3h = a3.fma(b1, c3h);
        }
        c0l.add(c0l_1).intoArray(tile, to);
        c0h.add(c0h_1).intoArray(tile, to + LANES);
        c1l.add(c1l_1).intoArray(tile, to + NR);
        c1h.add(c1h_1).intoArray(tile, to + NR + LANES);
        c2l.add(c2l_1).intoArray(tile, to + 2 * NR);
        c2h.add(c2h_1).intoArray(tile, to + 2 * NR + LANES);
        c3l.add(c3l_1).intoArray(tile, to + 3 * NR);
        c3h.add(c3h_1).intoArray(tile, to + 3 * NR + LANES);
    }

    static void two(int k, float[] a, int ao, float[] b, int bo, float[] tile, int to) {
        FloatVector c0l = FloatVector.zero(S);
        FloatVector c0h = FloatVector.zero(S);
        FloatVector c1l = FloatVector.zero(S);
        FloatVector c1h = FloatVector.zero(S);
        FloatVector c0l_1 = FloatVector.zero(S);
        FloatVector c0h_1 = FloatVector.zero(S);
        FloatVector c1l_1 = FloatVector.zero(S);
        FloatVector c1h_1 = FloatVector.zero(S);
        FloatVector c0l_2 = FloatVector.zero(S);
        FloatVector c0h_2 = FloatVector.zero(S);
        FloatVector c1l_2 = FloatVector.zero(S);
        FloatVector c1h_2 = FloatVector.zero(S);
        FloatVector c0l_3 = FloatVector.zero(S);
        FloatVector c0h_3 = FloatVector.zero(S);
        FloatVector c1l_3 = FloatVector.zero(S);
        FloatVector c1h_3 = FloatVector.zero(S);
        int p = 0;
        int q = bo;
        for (; p < k - 3; p += 4, q += 4 * NR) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p * MR]);
            c0l = a0.fma(b0, c0l);
            c0h = a0.fma(b1, c0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p * MR + 1]);
            c1l = a1.fma(b0, c1l);
            c1h = a1.fma(b1, c1h);
            FloatVector b0_1 = FloatVector.fromArray(S, b, q + NR);
            FloatVector b1_1 = FloatVector.fromArray(S, b, q + NR + LANES);
            FloatVector a0_1 = FloatVector.broadcast(S, a[ao + (p + 1) * MR]);
            c0l_1 = a0_1.fma(b0_1, c0l_1);
            c0h_1 = a0_1.fma(b1_1, c0h_1);
            FloatVector a1_1 = FloatVector.broadcast(S, a[ao + (p + 1) * MR + 1]);
            c1l_1 = a1_1.fma(b0_1, c1l_1);
            c1h_1 = a1_1.fma(b1_1, c1h_1);
            FloatVector b0_2 = FloatVector.fromArray(S, b, q + 2 * NR);
            FloatVector b1_2 = FloatVector.fromArray(S, b, q + 2 * NR + LANES);
            FloatVector a0_2 = FloatVector.broadcast(S, a[ao + (p + 2) * MR]);
            c0l_2 = a0_2.fma(b0_2, c0l_2);
            c0h_2 = a0_2.fma(b1_2, c0h_2);
            FloatVector a1_2 = FloatVector.broadcast(S, a[ao + (p + 2) * MR + 1]);
            c1l_2 = a1_2.fma(b0_2, c1l_2);
            c1h_2 = a1_2.fma(b1_2, c1h_2);
            FloatVector b0_3 = FloatVector.fromArray(S, b, q + 3 * NR);
            FloatVector b1_3 = FloatVector.fromArray(S, b, q + 3 * NR + LANES);
            FloatVector a0_3 = FloatVector.broadcast(S, a[ao + (p + 3) * MR]);
            c0l_3 = a0_3.fma(b0_3, c0l_3);
            c0h_3 = a0_3.fma(b1_3, c0h_3);
            FloatVector a1_3 = FloatVector.broadcast(S, a[ao + (p + 3) * MR + 1]);
            c1l_3 = a1_3.fma(b0_3, c1l_3);
            c1h_3 = a1_3.fma(b1_3, c1h_3);
        }
        for (; p < k; p++, q += NR) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p * MR]);
            c0l = a0.fma(b0, c0l);
            c0h = a0.fma(b1, c0h);
            FloatVector a1 = FloatVector.broadcast(S, a[ao + p * MR + 1]);
            c1l = a1.fma(b0, c1l);
            c1h = a1.fma(b1, c1h);
        }
        c0l.add(c0l_1).add(c0l_2.add(c0l_3)).intoArray(tile, to);
        c0h.add(c0h_1).add(c0h_2.add(c0h_3)).intoArray(tile, to + LANES);
        c1l.add(c1l_1).add(c1l_2.add(c1l_3)).intoArray(tile, to + NR);
        c1h.add(c1h_1).add(c1h_2.add(c1h_3)).intoArray(tile, to + NR + LANES);
    }

    static void one(int k, float[] a, int ao, float[] b, int bo, float[] tile, int to) {
        FloatVector c0l = FloatVector.zero(S);
        FloatVector c0h = FloatVector.zero(S);
        FloatVector c0l_1 = FloatVector.zero(S);
        FloatVector c0h_1 = FloatVector.zero(S);
        FloatVector c0l_2 = FloatVector.zero(S);
        FloatVector c0h_2 = FloatVector.zero(S);
        FloatVector c0l_3 = FloatVector.zero(S);
        FloatVector c0h_3 = FloatVector.zero(S);
        int p = 0;
        int q = bo;
        for (; p < k - 3; p += 4, q += 4 * NR) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p * MR]);
            c0l = a0.fma(b0, c0l);
            c0h = a0.fma(b1, c0h);
            FloatVector b0_1 = FloatVector.fromArray(S, b, q + NR);
            FloatVector b1_1 = FloatVector.fromArray(S, b, q + NR + LANES);
            FloatVector a0_1 = FloatVector.broadcast(S, a[ao + (p + 1) * MR]);
            c0l_1 = a0_1.fma(b0_1, c0l_1);
            c0h_1 = a0_1.fma(b1_1, c0h_1);
            FloatVector b0_2 = FloatVector.fromArray(S, b, q + 2 * NR);
            FloatVector b1_2 = FloatVector.fromArray(S, b, q + 2 * NR + LANES);
            FloatVector a0_2 = FloatVector.broadcast(S, a[ao + (p + 2) * MR]);
            c0l_2 = a0_2.fma(b0_2, c0l_2);
            c0h_2 = a0_2.fma(b1_2, c0h_2);
            FloatVector b0_3 = FloatVector.fromArray(S, b, q + 3 * NR);
            FloatVector b1_3 = FloatVector.fromArray(S, b, q + 3 * NR + LANES);
            FloatVector a0_3 = FloatVector.broadcast(S, a[ao + (p + 3) * MR]);
            c0l_3 = a0_3.fma(b0_3, c0l_3);
            c0h_3 = a0_3.fma(b1_3, c0h_3);
        }
        for (; p < k; p++, q += NR) {
            FloatVector b0 = FloatVector.fromArray(S, b, q);
            FloatVector b1 = FloatVector.fromArray(S, b, q + LANES);
            FloatVector a0 = FloatVector.broadcast(S, a[ao + p * MR]);
            c0l = a0.fma(b0, c0l);
            c0h = a0.fma(b1, c0h);
        }
        c0l.add(c0l_1).add(c0l_2.add(c0l_3)).intoArray(tile, to);
        c0h.add(c0h_1).add(c0h_2.add(c0h_3)).intoArray(tile, to + LANES);
    }
}
