package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.NR;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import jdk.incubator.vector.FloatVector;

/** The steps of attention that work on one row at a time: scaling, transposing, and products of few rows. */
final class AttentionRows {
    private AttentionRows() {}

    /** {@code to = factor · from}. */
    static void scale(float factor, float[] from, int at, float[] to, int start, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(S, from, at + i).mul(factor).intoArray(to, start + i);
        }
        for (; i < n; i++) {
            to[start + i] = from[at + i] * factor;
        }
    }

    /**
     * Rows {@code stride} apart become the columns of panels {@link Lanes#NR} wide, the last {@link Lanes#LANES} wide
     * where that suffices; its columns past the last row keep what they were.
     */
    static void transpose(float[] from, int at, int stride, int rows, int width, float[] to) {
        int j = 0;
        for (; j <= rows - 4; j += 4) {
            int start = j / NR * NR * width + j % NR;
            int f = at + j * stride;
            if (rows - j / NR * NR > LANES) {
                wideColumns(from, f, f + stride, f + 2 * stride, f + 3 * stride, width, to, start);
            } else {
                narrowColumns(from, f, f + stride, f + 2 * stride, f + 3 * stride, width, to, start);
            }
        }
        for (; j < rows; j++) {
            int step = rows - j / NR * NR > LANES ? NR : LANES;
            int start = j / NR * NR * width + j % NR;
            for (int d = 0; d < width; d++) {
                to[start + d * step] = from[at + j * stride + d];
            }
        }
    }

    private static void wideColumns(float[] from, int f0, int f1, int f2, int f3, int n, float[] to, int at) {
        for (int d = 0; d < n; d++) {
            to[at + d * NR] = from[f0 + d];
            to[at + d * NR + 1] = from[f1 + d];
            to[at + d * NR + 2] = from[f2 + d];
            to[at + d * NR + 3] = from[f3 + d];
        }
    }

    private static void narrowColumns(float[] from, int f0, int f1, int f2, int f3, int n, float[] to, int at) {
        for (int d = 0; d < n; d++) {
            to[at + d * LANES] = from[f0 + d];
            to[at + d * LANES + 1] = from[f1 + d];
            to[at + d * LANES + 2] = from[f2 + d];
            to[at + d * LANES + 3] = from[f3 + d];
        }
    }

    /**
     * Scores of one query against keys {@code j0 … j1}, rows {@code ks} apart from {@code k[ko]} on, four at a time.
     *
     * @param pad room for four vectors
     */
    static void dots(
            float[] q, int qo, float[] k, int ko, int ks, int width, int j0, int j1, float[] to, int at, float[] pad) {
        int whole = width / LANES * LANES;
        int j = j0;
        for (; j <= j1 - 4; j += 4) {
            int k0 = ko + j * ks;
            int k1 = k0 + ks;
            int k2 = k1 + ks;
            int k3 = k2 + ks;
            FloatVector s0 = FloatVector.zero(S);
            FloatVector s1 = FloatVector.zero(S);
            FloatVector s2 = FloatVector.zero(S);
            FloatVector s3 = FloatVector.zero(S);
            for (int d = 0; d < whole; d += LANES) {
                FloatVector x = FloatVector.fromArray(S, q, qo + d);
                s0 = x.fma(FloatVector.fromArray(S, k, k0 + d), s0);
                s1 = x.fma(FloatVector.fromArray(S, k, k1 + d), s1);
                s2 = x.fma(FloatVector.fromArray(S, k, k2 + d), s2);
                s3 = x.fma(FloatVector.fromArray(S, k, k3 + d), s3);
            }
            s0.intoArray(pad, 0);
            s1.intoArray(pad, LANES);
            s2.intoArray(pad, 2 * LANES);
            s3.intoArray(pad, 3 * LANES);
            float t0 = 0;
            float t1 = 0;
            float t2 = 0;
            float t3 = 0;
            for (int i = 0; i < LANES; i++) {
                t0 += pad[i];
                t1 += pad[LANES + i];
                t2 += pad[2 * LANES + i];
                t3 += pad[3 * LANES + i];
            }
            for (int d = whole; d < width; d++) {
                float x = q[qo + d];
                t0 += x * k[k0 + d];
                t1 += x * k[k1 + d];
                t2 += x * k[k2 + d];
                t3 += x * k[k3 + d];
            }
            to[at + j] = t0;
            to[at + j + 1] = t1;
            to[at + j + 2] = t2;
            to[at + j + 3] = t3;
        }
        for (; j < j1; j++) {
            int k0 = ko + j * ks;
            FloatVector s0 = FloatVector.zero(S);
            for (int d = 0; d < whole; d += LANES) {
                s0 = FloatVector.fromArray(S, q, qo + d).fma(FloatVector.fromArray(S, k, k0 + d), s0);
            }
            s0.intoArray(pad, 0);
            float t = 0;
            for (int i = 0; i < LANES; i++) {
                t += pad[i];
            }
            for (int d = whole; d < width; d++) {
                t += q[qo + d] * k[k0 + d];
            }
            to[at + j] = t;
        }
    }

    /** Adds to {@code y}, or sets it to, the sum of rows {@code j0 … j1} of v weighted by {@code p[po + j]}. */
    static void weightedRows(
            float[] p, int po, float[] v, int vo, int vs, int width, int j0, int j1, float[] y, int yo, boolean add) {
        int d = 0;
        for (; d <= width - 4 * LANES; d += 4 * LANES) {
            FloatVector s0 = add ? FloatVector.fromArray(S, y, yo + d) : FloatVector.zero(S);
            FloatVector s1 = add ? FloatVector.fromArray(S, y, yo + d + LANES) : FloatVector.zero(S);
            FloatVector s2 = add ? FloatVector.fromArray(S, y, yo + d + 2 * LANES) : FloatVector.zero(S);
            FloatVector s3 = add ? FloatVector.fromArray(S, y, yo + d + 3 * LANES) : FloatVector.zero(S);
            for (int j = j0, at = vo + j0 * vs + d; j < j1; j++, at += vs) {
                FloatVector w = FloatVector.broadcast(S, p[po + j]);
                s0 = w.fma(FloatVector.fromArray(S, v, at), s0);
                s1 = w.fma(FloatVector.fromArray(S, v, at + LANES), s1);
                s2 = w.fma(FloatVector.fromArray(S, v, at + 2 * LANES), s2);
                s3 = w.fma(FloatVector.fromArray(S, v, at + 3 * LANES), s3);
            }
            s0.intoArray(y, yo + d);
            s1.intoArray(y, yo + d + LANES);
            s2.intoArray(y, yo + d + 2 * LANES);
            s3.intoArray(y, yo + d + 3 * LANES);
        }
        for (; d <= width - LANES; d += LANES) {
            FloatVector s0 = add ? FloatVector.fromArray(S, y, yo + d) : FloatVector.zero(S);
            for (int j = j0, at = vo + j0 * vs + d; j < j1; j++, at += vs) {
                s0 = FloatVector.broadcast(S, p[po + j]).fma(FloatVector.fromArray(S, v, at), s0);
            }
            s0.intoArray(y, yo + d);
        }
        for (; d < width; d++) {
            float s = add ? y[yo + d] : 0;
            for (int j = j0; j < j1; j++) {
                s += p[po + j] * v[vo + j * vs + d];
            }
            y[yo + d] = s;
        }
    }
}
