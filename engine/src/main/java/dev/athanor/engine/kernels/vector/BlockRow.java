package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.BlockExpansion.HALF;
import static dev.athanor.engine.kernels.vector.BlockExpansion.HALF_SCALE;
import static dev.athanor.engine.kernels.vector.Lanes.I;
import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.NR;
import static dev.athanor.engine.kernels.vector.Lanes.S;
import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * One row against one panel of {@link BlockPanels}: reads each word once, multiplies numbers as they are, and scales the
 * sum of a group.
 *
 * <p>Parameters of all: the words and where they begin, how many groups; the row in {@link BlockRows}' form; for each
 * group what its sums begin with, or the sum of its steps where groups have a least value; and where the results go.
 */
final class BlockRow {
    private BlockRow() {}

    static void floats(int[] from, int at, int groups, float[] x, int p, float[] to, int start) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        for (int last = p + 32 * groups; p < last; p += 2, at += 2 * NR) {
            FloatVector x0 = FloatVector.broadcast(S, x[p]);
            FloatVector x1 = FloatVector.broadcast(S, x[p + 1]);
            a0 = IntVector.fromArray(I, from, at).reinterpretAsFloats().fma(x0, a0);
            a1 = IntVector.fromArray(I, from, at + LANES).reinterpretAsFloats().fma(x0, a1);
            b0 = IntVector.fromArray(I, from, at + NR).reinterpretAsFloats().fma(x1, b0);
            b1 = IntVector.fromArray(I, from, at + NR + LANES)
                    .reinterpretAsFloats()
                    .fma(x1, b1);
        }
        a0.add(b0).intoArray(to, start);
        a1.add(b1).intoArray(to, start + LANES);
    }

    static void halves(int[] from, int at, int groups, float[] x, int p, float[] to, int start) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        for (int last = p + 32 * groups; p < last; p += 2, at += NR) {
            FloatVector x0 = FloatVector.broadcast(S, x[p]);
            FloatVector x1 = FloatVector.broadcast(S, x[p + 1]);
            IntVector w0 = IntVector.fromArray(I, from, at);
            IntVector w1 = IntVector.fromArray(I, from, at + LANES);
            IntVector v0 = w0.lanewise(LSHL, 16).lanewise(ASHR, 3).lanewise(AND, HALF);
            IntVector v1 = w1.lanewise(LSHL, 16).lanewise(ASHR, 3).lanewise(AND, HALF);
            a0 = v0.reinterpretAsFloats().mul(HALF_SCALE).fma(x0, a0);
            a1 = v1.reinterpretAsFloats().mul(HALF_SCALE).fma(x0, a1);
            IntVector u0 = w0.lanewise(ASHR, 3).lanewise(AND, HALF);
            IntVector u1 = w1.lanewise(ASHR, 3).lanewise(AND, HALF);
            b0 = u0.reinterpretAsFloats().mul(HALF_SCALE).fma(x1, b0);
            b1 = u1.reinterpretAsFloats().mul(HALF_SCALE).fma(x1, b1);
        }
        a0.add(b0).intoArray(to, start);
        a1.add(b1).intoArray(to, start + LANES);
    }

    static void upperHalves(int[] from, int at, int groups, float[] x, int p, float[] to, int start) {
        FloatVector a0 = FloatVector.zero(S);
        FloatVector a1 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        for (int last = p + 32 * groups; p < last; p += 2, at += NR) {
            FloatVector x0 = FloatVector.broadcast(S, x[p]);
            FloatVector x1 = FloatVector.broadcast(S, x[p + 1]);
            IntVector w0 = IntVector.fromArray(I, from, at);
            IntVector w1 = IntVector.fromArray(I, from, at + LANES);
            a0 = w0.lanewise(LSHL, 16).reinterpretAsFloats().fma(x0, a0);
            a1 = w1.lanewise(LSHL, 16).reinterpretAsFloats().fma(x0, a1);
            b0 = w0.lanewise(AND, 0xffff0000).reinterpretAsFloats().fma(x1, b0);
            b1 = w1.lanewise(AND, 0xffff0000).reinterpretAsFloats().fma(x1, b1);
        }
        a0.add(b0).intoArray(to, start);
        a1.add(b1).intoArray(to, start + LANES);
    }

    static void bits8(int[] from, int at, int groups, float[] x, int p, float[] sums, int g, float[] to, int start) {
        FloatVector t0 = FloatVector.zero(S);
        FloatVector t1 = t0;
        for (int last = g + 2 * groups; g < last; g += 2, p += 32) {
            IntVector h0 = IntVector.fromArray(I, from, at);
            IntVector h1 = IntVector.fromArray(I, from, at + LANES);
            FloatVector a0 = FloatVector.broadcast(S, sums[g]);
            FloatVector a1 = a0;
            FloatVector b0 = FloatVector.broadcast(S, sums[g + 1]);
            FloatVector b1 = b0;
            at += NR;
            for (int end = p + 32; p < end; p += 4, at += 2 * NR) {
                IntVector w0 = IntVector.fromArray(I, from, at);
                IntVector w1 = IntVector.fromArray(I, from, at + LANES);
                IntVector v0 = IntVector.fromArray(I, from, at + NR);
                IntVector v1 = IntVector.fromArray(I, from, at + NR + LANES);
                FloatVector x0 = FloatVector.broadcast(S, x[p]);
                FloatVector y0 = FloatVector.broadcast(S, x[p + 32]);
                a0 = ((FloatVector) w0.and(0xff).convert(I2F, 0)).fma(x0, a0);
                a1 = ((FloatVector) w1.and(0xff).convert(I2F, 0)).fma(x0, a1);
                b0 = ((FloatVector) v0.and(0xff).convert(I2F, 0)).fma(y0, b0);
                b1 = ((FloatVector) v1.and(0xff).convert(I2F, 0)).fma(y0, b1);
                FloatVector x1 = FloatVector.broadcast(S, x[p + 1]);
                FloatVector y1 = FloatVector.broadcast(S, x[p + 33]);
                a0 = ((FloatVector) w0.and(0xff00).convert(I2F, 0)).fma(x1, a0);
                a1 = ((FloatVector) w1.and(0xff00).convert(I2F, 0)).fma(x1, a1);
                b0 = ((FloatVector) v0.and(0xff00).convert(I2F, 0)).fma(y1, b0);
                b1 = ((FloatVector) v1.and(0xff00).convert(I2F, 0)).fma(y1, b1);
                FloatVector x2 = FloatVector.broadcast(S, x[p + 2]);
                FloatVector y2 = FloatVector.broadcast(S, x[p + 34]);
                a0 = ((FloatVector) w0.and(0xff0000).convert(I2F, 0)).fma(x2, a0);
                a1 = ((FloatVector) w1.and(0xff0000).convert(I2F, 0)).fma(x2, a1);
                b0 = ((FloatVector) v0.and(0xff0000).convert(I2F, 0)).fma(y2, b0);
                b1 = ((FloatVector) v1.and(0xff0000).convert(I2F, 0)).fma(y2, b1);
                FloatVector x3 = FloatVector.broadcast(S, x[p + 3]);
                FloatVector y3 = FloatVector.broadcast(S, x[p + 35]);
                a0 = ((FloatVector) w0.lanewise(LSHR, 24).convert(I2F, 0)).fma(x3, a0);
                a1 = ((FloatVector) w1.lanewise(LSHR, 24).convert(I2F, 0)).fma(x3, a1);
                b0 = ((FloatVector) v0.lanewise(LSHR, 24).convert(I2F, 0)).fma(y3, b0);
                b1 = ((FloatVector) v1.lanewise(LSHR, 24).convert(I2F, 0)).fma(y3, b1);
            }
            t0 = a0.fma(h0.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(HALF_SCALE), t0);
            t0 = b0.fma(
                    h0.lanewise(LSHL, 16)
                            .lanewise(ASHR, 3)
                            .and(HALF)
                            .reinterpretAsFloats()
                            .mul(HALF_SCALE),
                    t0);
            t1 = a1.fma(h1.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(HALF_SCALE), t1);
            t1 = b1.fma(
                    h1.lanewise(LSHL, 16)
                            .lanewise(ASHR, 3)
                            .and(HALF)
                            .reinterpretAsFloats()
                            .mul(HALF_SCALE),
                    t1);
        }
        t0.intoArray(to, start);
        t1.intoArray(to, start + LANES);
    }

    static void bits6(int[] from, int at, int groups, float[] x, int p, float[] sums, int g, float[] to, int start) {
        FloatVector t0 = FloatVector.zero(S);
        FloatVector t1 = t0;
        for (int last = g + groups; g < last; g++) {
            IntVector h0 = IntVector.fromArray(I, from, at);
            IntVector h1 = IntVector.fromArray(I, from, at + LANES);
            FloatVector x5 = FloatVector.broadcast(S, x[p + 15]);
            FloatVector a0 = FloatVector.broadcast(S, sums[g]);
            FloatVector a1 = a0;
            FloatVector b0 = ((FloatVector) h0.and(0x3f).convert(I2F, 0)).mul(x5);
            FloatVector b1 = ((FloatVector) h1.and(0x3f).convert(I2F, 0)).mul(x5);
            at += NR;
            for (int end = p + 15; p < end; p += 5, at += NR) {
                IntVector w0 = IntVector.fromArray(I, from, at);
                IntVector w1 = IntVector.fromArray(I, from, at + LANES);
                FloatVector x0 = FloatVector.broadcast(S, x[p]);
                FloatVector x1 = FloatVector.broadcast(S, x[p + 1]);
                FloatVector x2 = FloatVector.broadcast(S, x[p + 2]);
                FloatVector x3 = FloatVector.broadcast(S, x[p + 3]);
                FloatVector x4 = FloatVector.broadcast(S, x[p + 4]);
                a0 = ((FloatVector) w0.and(0x3f).convert(I2F, 0)).fma(x0, a0);
                a1 = ((FloatVector) w1.and(0x3f).convert(I2F, 0)).fma(x0, a1);
                b0 = ((FloatVector) w0.and(0x3f << 6).convert(I2F, 0)).fma(x1, b0);
                b1 = ((FloatVector) w1.and(0x3f << 6).convert(I2F, 0)).fma(x1, b1);
                a0 = ((FloatVector) w0.and(0x3f << 12).convert(I2F, 0)).fma(x2, a0);
                a1 = ((FloatVector) w1.and(0x3f << 12).convert(I2F, 0)).fma(x2, a1);
                b0 = ((FloatVector) w0.and(0x3f << 18).convert(I2F, 0)).fma(x3, b0);
                b1 = ((FloatVector) w1.and(0x3f << 18).convert(I2F, 0)).fma(x3, b1);
                a0 = ((FloatVector) w0.and(0x3f << 24).convert(I2F, 0)).fma(x4, a0);
                a1 = ((FloatVector) w1.and(0x3f << 24).convert(I2F, 0)).fma(x4, a1);
            }
            p++;
            t0 = a0.add(b0).fma(h0.and(~BlockPanels.INT6_SPARE).reinterpretAsFloats(), t0);
            t1 = a1.add(b1).fma(h1.and(~BlockPanels.INT6_SPARE).reinterpretAsFloats(), t1);
        }
        t0.intoArray(to, start);
        t1.intoArray(to, start + LANES);
    }

    static void bits5(int[] from, int at, int groups, float[] x, int p, float[] sums, int g, float[] to, int start) {
        FloatVector t0 = FloatVector.zero(S);
        FloatVector t1 = t0;
        for (int last = g + groups; g < last; g++) {
            IntVector h0 = IntVector.fromArray(I, from, at);
            IntVector h1 = IntVector.fromArray(I, from, at + LANES);
            FloatVector x6 = FloatVector.broadcast(S, x[p + 30]);
            FloatVector x7 = FloatVector.broadcast(S, x[p + 31]);
            FloatVector begin = FloatVector.broadcast(S, sums[g]);
            FloatVector a0 = ((FloatVector) h0.and(0x1f).convert(I2F, 0)).fma(x6, begin);
            FloatVector a1 = ((FloatVector) h1.and(0x1f).convert(I2F, 0)).fma(x6, begin);
            FloatVector b0 = ((FloatVector) h0.and(0x1f << 5).convert(I2F, 0)).mul(x7);
            FloatVector b1 = ((FloatVector) h1.and(0x1f << 5).convert(I2F, 0)).mul(x7);
            at += NR;
            for (int end = p + 30; p < end; p += 6, at += NR) {
                IntVector w0 = IntVector.fromArray(I, from, at);
                IntVector w1 = IntVector.fromArray(I, from, at + LANES);
                FloatVector x0 = FloatVector.broadcast(S, x[p]);
                FloatVector x1 = FloatVector.broadcast(S, x[p + 1]);
                FloatVector x2 = FloatVector.broadcast(S, x[p + 2]);
                FloatVector x3 = FloatVector.broadcast(S, x[p + 3]);
                FloatVector x4 = FloatVector.broadcast(S, x[p + 4]);
                FloatVector x5 = FloatVector.broadcast(S, x[p + 5]);
                a0 = ((FloatVector) w0.and(0x1f).convert(I2F, 0)).fma(x0, a0);
                a1 = ((FloatVector) w1.and(0x1f).convert(I2F, 0)).fma(x0, a1);
                b0 = ((FloatVector) w0.and(0x1f << 5).convert(I2F, 0)).fma(x1, b0);
                b1 = ((FloatVector) w1.and(0x1f << 5).convert(I2F, 0)).fma(x1, b1);
                a0 = ((FloatVector) w0.and(0x1f << 10).convert(I2F, 0)).fma(x2, a0);
                a1 = ((FloatVector) w1.and(0x1f << 10).convert(I2F, 0)).fma(x2, a1);
                b0 = ((FloatVector) w0.and(0x1f << 15).convert(I2F, 0)).fma(x3, b0);
                b1 = ((FloatVector) w1.and(0x1f << 15).convert(I2F, 0)).fma(x3, b1);
                a0 = ((FloatVector) w0.and(0x1f << 20).convert(I2F, 0)).fma(x4, a0);
                a1 = ((FloatVector) w1.and(0x1f << 20).convert(I2F, 0)).fma(x4, a1);
                b0 = ((FloatVector) w0.and(0x1f << 25).convert(I2F, 0)).fma(x5, b0);
                b1 = ((FloatVector) w1.and(0x1f << 25).convert(I2F, 0)).fma(x5, b1);
            }
            p += 2;
            t0 = a0.add(b0).fma(h0.and(~BlockPanels.INT5_SPARE).reinterpretAsFloats(), t0);
            t1 = a1.add(b1).fma(h1.and(~BlockPanels.INT5_SPARE).reinterpretAsFloats(), t1);
        }
        t0.intoArray(to, start);
        t1.intoArray(to, start + LANES);
    }

    static void bits5WithLeast(
            int[] from, int at, int groups, float[] x, int p, float[] sums, int g, float[] to, int start) {
        FloatVector t0 = FloatVector.zero(S);
        FloatVector t1 = t0;
        for (int last = g + groups; g < last; g++) {
            IntVector h0 = IntVector.fromArray(I, from, at);
            IntVector h1 = IntVector.fromArray(I, from, at + LANES);
            IntVector l0 = IntVector.fromArray(I, from, at + NR);
            IntVector l1 = IntVector.fromArray(I, from, at + NR + LANES);
            FloatVector x6 = FloatVector.broadcast(S, x[p + 30]);
            FloatVector x7 = FloatVector.broadcast(S, x[p + 31]);
            FloatVector sum = FloatVector.broadcast(S, sums[g]);
            FloatVector a0 = ((FloatVector) h0.and(0x1f).convert(I2F, 0)).mul(x6);
            FloatVector a1 = ((FloatVector) h1.and(0x1f).convert(I2F, 0)).mul(x6);
            FloatVector b0 = ((FloatVector) l0.and(0x1f).convert(I2F, 0)).mul(x7);
            FloatVector b1 = ((FloatVector) l1.and(0x1f).convert(I2F, 0)).mul(x7);
            at += 2 * NR;
            for (int end = p + 30; p < end; p += 6, at += NR) {
                IntVector w0 = IntVector.fromArray(I, from, at);
                IntVector w1 = IntVector.fromArray(I, from, at + LANES);
                FloatVector x0 = FloatVector.broadcast(S, x[p]);
                FloatVector x1 = FloatVector.broadcast(S, x[p + 1]);
                FloatVector x2 = FloatVector.broadcast(S, x[p + 2]);
                FloatVector x3 = FloatVector.broadcast(S, x[p + 3]);
                FloatVector x4 = FloatVector.broadcast(S, x[p + 4]);
                FloatVector x5 = FloatVector.broadcast(S, x[p + 5]);
                a0 = ((FloatVector) w0.and(0x1f).convert(I2F, 0)).fma(x0, a0);
                a1 = ((FloatVector) w1.and(0x1f).convert(I2F, 0)).fma(x0, a1);
                b0 = ((FloatVector) w0.and(0x1f << 5).convert(I2F, 0)).fma(x1, b0);
                b1 = ((FloatVector) w1.and(0x1f << 5).convert(I2F, 0)).fma(x1, b1);
                a0 = ((FloatVector) w0.and(0x1f << 10).convert(I2F, 0)).fma(x2, a0);
                a1 = ((FloatVector) w1.and(0x1f << 10).convert(I2F, 0)).fma(x2, a1);
                b0 = ((FloatVector) w0.and(0x1f << 15).convert(I2F, 0)).fma(x3, b0);
                b1 = ((FloatVector) w1.and(0x1f << 15).convert(I2F, 0)).fma(x3, b1);
                a0 = ((FloatVector) w0.and(0x1f << 20).convert(I2F, 0)).fma(x4, a0);
                a1 = ((FloatVector) w1.and(0x1f << 20).convert(I2F, 0)).fma(x4, a1);
                b0 = ((FloatVector) w0.and(0x1f << 25).convert(I2F, 0)).fma(x5, b0);
                b1 = ((FloatVector) w1.and(0x1f << 25).convert(I2F, 0)).fma(x5, b1);
            }
            p += 2;
            t0 = l0.and(~BlockPanels.UINT5_SPARE).reinterpretAsFloats().fma(sum, t0);
            t1 = l1.and(~BlockPanels.UINT5_SPARE).reinterpretAsFloats().fma(sum, t1);
            t0 = a0.add(b0).fma(h0.and(~BlockPanels.UINT5_SPARE).reinterpretAsFloats(), t0);
            t1 = a1.add(b1).fma(h1.and(~BlockPanels.UINT5_SPARE).reinterpretAsFloats(), t1);
        }
        t0.intoArray(to, start);
        t1.intoArray(to, start + LANES);
    }

    static void bits4(int[] from, int at, int groups, float[] x, int p, float[] sums, int g, float[] to, int start) {
        FloatVector t0 = FloatVector.zero(S);
        FloatVector t1 = t0;
        FloatVector none = t0;
        for (int last = g + groups; g < last; g++) {
            FloatVector s0 = IntVector.fromArray(I, from, at).reinterpretAsFloats();
            FloatVector s1 = IntVector.fromArray(I, from, at + LANES).reinterpretAsFloats();
            FloatVector a0 = FloatVector.broadcast(S, sums[g]);
            at += NR;
            FloatVector a1 = a0;
            FloatVector b0 = none;
            FloatVector b1 = none;
            for (int end = p + 32; p < end; p += 8, at += NR) {
                IntVector w0 = IntVector.fromArray(I, from, at);
                IntVector w1 = IntVector.fromArray(I, from, at + LANES);
                FloatVector x0 = FloatVector.broadcast(S, x[p]);
                FloatVector x1 = FloatVector.broadcast(S, x[p + 1]);
                FloatVector x2 = FloatVector.broadcast(S, x[p + 2]);
                FloatVector x3 = FloatVector.broadcast(S, x[p + 3]);
                FloatVector x4 = FloatVector.broadcast(S, x[p + 4]);
                FloatVector x5 = FloatVector.broadcast(S, x[p + 5]);
                FloatVector x6 = FloatVector.broadcast(S, x[p + 6]);
                FloatVector x7 = FloatVector.broadcast(S, x[p + 7]);
                a0 = ((FloatVector) w0.and(0xf).convert(I2F, 0)).fma(x0, a0);
                a1 = ((FloatVector) w1.and(0xf).convert(I2F, 0)).fma(x0, a1);
                b0 = ((FloatVector) w0.and(0xf0).convert(I2F, 0)).fma(x1, b0);
                b1 = ((FloatVector) w1.and(0xf0).convert(I2F, 0)).fma(x1, b1);
                a0 = ((FloatVector) w0.and(0xf00).convert(I2F, 0)).fma(x2, a0);
                a1 = ((FloatVector) w1.and(0xf00).convert(I2F, 0)).fma(x2, a1);
                b0 = ((FloatVector) w0.and(0xf000).convert(I2F, 0)).fma(x3, b0);
                b1 = ((FloatVector) w1.and(0xf000).convert(I2F, 0)).fma(x3, b1);
                a0 = ((FloatVector) w0.and(0xf0000).convert(I2F, 0)).fma(x4, a0);
                a1 = ((FloatVector) w1.and(0xf0000).convert(I2F, 0)).fma(x4, a1);
                b0 = ((FloatVector) w0.and(0xf00000).convert(I2F, 0)).fma(x5, b0);
                b1 = ((FloatVector) w1.and(0xf00000).convert(I2F, 0)).fma(x5, b1);
                a0 = ((FloatVector) w0.and(0xf000000).convert(I2F, 0)).fma(x6, a0);
                a1 = ((FloatVector) w1.and(0xf000000).convert(I2F, 0)).fma(x6, a1);
                b0 = ((FloatVector) w0.lanewise(LSHR, 28).convert(I2F, 0)).fma(x7, b0);
                b1 = ((FloatVector) w1.lanewise(LSHR, 28).convert(I2F, 0)).fma(x7, b1);
            }
            t0 = a0.add(b0).fma(s0, t0);
            t1 = a1.add(b1).fma(s1, t1);
        }
        t0.intoArray(to, start);
        t1.intoArray(to, start + LANES);
    }

    static void bits4WithLeast(
            int[] from, int at, int groups, float[] x, int p, float[] sums, int g, float[] to, int start) {
        FloatVector t0 = FloatVector.zero(S);
        FloatVector t1 = t0;
        FloatVector none = t0;
        for (int last = g + groups; g < last; g++) {
            FloatVector s0 = IntVector.fromArray(I, from, at).reinterpretAsFloats();
            FloatVector s1 = IntVector.fromArray(I, from, at + LANES).reinterpretAsFloats();
            FloatVector sum = FloatVector.broadcast(S, sums[g]);
            t0 = IntVector.fromArray(I, from, at + NR).reinterpretAsFloats().fma(sum, t0);
            t1 = IntVector.fromArray(I, from, at + NR + LANES)
                    .reinterpretAsFloats()
                    .fma(sum, t1);
            FloatVector a0 = none;
            at += 2 * NR;
            FloatVector a1 = a0;
            FloatVector b0 = none;
            FloatVector b1 = none;
            for (int end = p + 32; p < end; p += 8, at += NR) {
                IntVector w0 = IntVector.fromArray(I, from, at);
                IntVector w1 = IntVector.fromArray(I, from, at + LANES);
                FloatVector x0 = FloatVector.broadcast(S, x[p]);
                FloatVector x1 = FloatVector.broadcast(S, x[p + 1]);
                FloatVector x2 = FloatVector.broadcast(S, x[p + 2]);
                FloatVector x3 = FloatVector.broadcast(S, x[p + 3]);
                FloatVector x4 = FloatVector.broadcast(S, x[p + 4]);
                FloatVector x5 = FloatVector.broadcast(S, x[p + 5]);
                FloatVector x6 = FloatVector.broadcast(S, x[p + 6]);
                FloatVector x7 = FloatVector.broadcast(S, x[p + 7]);
                a0 = ((FloatVector) w0.and(0xf).convert(I2F, 0)).fma(x0, a0);
                a1 = ((FloatVector) w1.and(0xf).convert(I2F, 0)).fma(x0, a1);
                b0 = ((FloatVector) w0.and(0xf0).convert(I2F, 0)).fma(x1, b0);
                b1 = ((FloatVector) w1.and(0xf0).convert(I2F, 0)).fma(x1, b1);
                a0 = ((FloatVector) w0.and(0xf00).convert(I2F, 0)).fma(x2, a0);
                a1 = ((FloatVector) w1.and(0xf00).convert(I2F, 0)).fma(x2, a1);
                b0 = ((FloatVector) w0.and(0xf000).convert(I2F, 0)).fma(x3, b0);
                b1 = ((FloatVector) w1.and(0xf000).convert(I2F, 0)).fma(x3, b1);
                a0 = ((FloatVector) w0.and(0xf0000).convert(I2F, 0)).fma(x4, a0);
                a1 = ((FloatVector) w1.and(0xf0000).convert(I2F, 0)).fma(x4, a1);
                b0 = ((FloatVector) w0.and(0xf00000).convert(I2F, 0)).fma(x5, b0);
                b1 = ((FloatVector) w1.and(0xf00000).convert(I2F, 0)).fma(x5, b1);
                a0 = ((FloatVector) w0.and(0xf000000).convert(I2F, 0)).fma(x6, a0);
                a1 = ((FloatVector) w1.and(0xf000000).convert(I2F, 0)).fma(x6, a1);
                b0 = ((FloatVector) w0.lanewise(LSHR, 28).convert(I2F, 0)).fma(x7, b0);
                b1 = ((FloatVector) w1.lanewise(LSHR, 28).convert(I2F, 0)).fma(x7, b1);
            }
            t0 = a0.add(b0).fma(s0, t0);
            t1 = a1.add(b1).fma(s1, t1);
        }
        t0.intoArray(to, start);
        t1.intoArray(to, start + LANES);
    }
}
