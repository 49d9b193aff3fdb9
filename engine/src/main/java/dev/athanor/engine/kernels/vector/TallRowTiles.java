package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.NR;
import static dev.athanor.engine.kernels.vector.Lanes.S;
import static dev.athanor.engine.kernels.vector.Lanes.STRIDE;

import jdk.incubator.vector.FloatVector;

/** The tallest of {@link WideRowTiles}: twelve and eight rows. */
final class TallRowTiles {
    private TallRowTiles() {}

    static void twelve(
            int k,
            float[] a,
            int ao,
            float[] b,
            int bo,
            float[] c,
            int co,
            int cs,
            float[] add,
            int at,
            int as,
            float[] bias,
            int bias0) {
        FloatVector low = FloatVector.fromArray(S, bias, bias0);
        FloatVector high = FloatVector.fromArray(S, bias, bias0 + LANES);
        FloatVector s0l = low;
        FloatVector s0h = high;
        FloatVector s1l = low;
        FloatVector s1h = high;
        FloatVector s2l = low;
        FloatVector s2h = high;
        FloatVector s3l = low;
        FloatVector s3h = high;
        FloatVector s4l = low;
        FloatVector s4h = high;
        FloatVector s5l = low;
        FloatVector s5h = high;
        FloatVector s6l = low;
        FloatVector s6h = high;
        FloatVector s7l = low;
        FloatVector s7h = high;
        FloatVector s8l = low;
        FloatVector s8h = high;
        FloatVector s9l = low;
        FloatVector s9h = high;
        FloatVector s10l = low;
        FloatVector s10h = high;
        FloatVector s11l = low;
        FloatVector s11h = high;
        for (int p = 0, q = bo; p < k; p++, q += NR) {
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
        if (add != null) {
            s0l = s0l.add(FloatVector.fromArray(S, add, at));
            s0h = s0h.add(FloatVector.fromArray(S, add, at + LANES));
            s1l = s1l.add(FloatVector.fromArray(S, add, at + as));
            s1h = s1h.add(FloatVector.fromArray(S, add, at + as + LANES));
            s2l = s2l.add(FloatVector.fromArray(S, add, at + 2 * as));
            s2h = s2h.add(FloatVector.fromArray(S, add, at + 2 * as + LANES));
            s3l = s3l.add(FloatVector.fromArray(S, add, at + 3 * as));
            s3h = s3h.add(FloatVector.fromArray(S, add, at + 3 * as + LANES));
            s4l = s4l.add(FloatVector.fromArray(S, add, at + 4 * as));
            s4h = s4h.add(FloatVector.fromArray(S, add, at + 4 * as + LANES));
            s5l = s5l.add(FloatVector.fromArray(S, add, at + 5 * as));
            s5h = s5h.add(FloatVector.fromArray(S, add, at + 5 * as + LANES));
            s6l = s6l.add(FloatVector.fromArray(S, add, at + 6 * as));
            s6h = s6h.add(FloatVector.fromArray(S, add, at + 6 * as + LANES));
            s7l = s7l.add(FloatVector.fromArray(S, add, at + 7 * as));
            s7h = s7h.add(FloatVector.fromArray(S, add, at + 7 * as + LANES));
            s8l = s8l.add(FloatVector.fromArray(S, add, at + 8 * as));
            s8h = s8h.add(FloatVector.fromArray(S, add, at + 8 * as + LANES));
            s9l = s9l.add(FloatVector.fromArray(S, add, at + 9 * as));
            s9h = s9h.add(FloatVector.fromArray(S, add, at + 9 * as + LANES));
            s10l = s10l.add(FloatVector.fromArray(S, add, at + 10 * as));
            s10h = s10h.add(FloatVector.fromArray(S, add, at + 10 * as + LANES));
            s11l = s11l.add(FloatVector.fromArray(S, add, at + 11 * as));
            s11h = s11h.add(FloatVector.fromArray(S, add, at + 11 * as + LANES));
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

    static void eight(
            int k,
            float[] a,
            int ao,
            float[] b,
            int bo,
            float[] c,
            int co,
            int cs,
            float[] add,
            int at,
            int as,
            float[] bias,
            int bias0) {
        FloatVector low = FloatVector.fromArray(S, bias, bias0);
        FloatVector high = FloatVector.fromArray(S, bias, bias0 + LANES);
        FloatVector s0l = low;
        FloatVector s0h = high;
        FloatVector s1l = low;
        FloatVector s1h = high;
        FloatVector s2l = low;
        FloatVector s2h = high;
        FloatVector s3l = low;
        FloatVector s3h = high;
        FloatVector s4l = low;
        FloatVector s4h = high;
        FloatVector s5l = low;
        FloatVector s5h = high;
        FloatVector s6l = low;
        FloatVector s6h = high;
        FloatVector s7l = low;
        FloatVector s7h = high;
        for (int p = 0, q = bo; p < k; p++, q += NR) {
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
        if (add != null) {
            s0l = s0l.add(FloatVector.fromArray(S, add, at));
            s0h = s0h.add(FloatVector.fromArray(S, add, at + LANES));
            s1l = s1l.add(FloatVector.fromArray(S, add, at + as));
            s1h = s1h.add(FloatVector.fromArray(S, add, at + as + LANES));
            s2l = s2l.add(FloatVector.fromArray(S, add, at + 2 * as));
            s2h = s2h.add(FloatVector.fromArray(S, add, at + 2 * as + LANES));
            s3l = s3l.add(FloatVector.fromArray(S, add, at + 3 * as));
            s3h = s3h.add(FloatVector.fromArray(S, add, at + 3 * as + LANES));
            s4l = s4l.add(FloatVector.fromArray(S, add, at + 4 * as));
            s4h = s4h.add(FloatVector.fromArray(S, add, at + 4 * as + LANES));
            s5l = s5l.add(FloatVector.fromArray(S, add, at + 5 * as));
            s5h = s5h.add(FloatVector.fromArray(S, add, at + 5 * as + LANES));
            s6l = s6l.add(FloatVector.fromArray(S, add, at + 6 * as));
            s6h = s6h.add(FloatVector.fromArray(S, add, at + 6 * as + LANES));
            s7l = s7l.add(FloatVector.fromArray(S, add, at + 7 * as));
            s7h = s7h.add(FloatVector.fromArray(S, add, at + 7 * as + LANES));
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
}
