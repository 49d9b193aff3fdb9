package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Softmax, normalisations and rotary positions along rows. */
final class VectorNorms {
    private static final float LOG2_E = 1.44269504088896341f;

    private VectorNorms() {}

    static void softmax(float[] x, int xo, float[] y, int yo, int m, int n) {
        Panels panels = Panels.local();
        for (int i = 0; i < m; i++) {
            softmaxRow(panels, x, xo + i * n, y, yo + i * n, n);
        }
    }

    /**
     * {@code y = e^(x - max)}, and their sum; the maximum is left in {@code panels.pad3[0]}.
     *
     * @return Σ e^(x - max)
     */
    static float exponentials(Panels panels, float[] x, int xo, float[] y, int yo, int n) {
        int whole = n / LANES * LANES;
        float max = whole == 0 ? Float.NEGATIVE_INFINITY : VectorMath.max(x, xo, whole);
        for (int i = whole; i < n; i++) {
            max = Math.max(max, x[xo + i]);
        }
        float[] sums = panels.pad1;
        Arrays.fill(sums, 0, LANES, 0);
        if (whole < n) {
            float[] rest = Panels.pad(panels.pad0, x, xo + whole, n - whole, Float.NEGATIVE_INFINITY);
            VectorMath.powers(rest, 0, rest, 0, LANES, max, LOG2_E, sums, 0);
            System.arraycopy(rest, 0, y, yo + whole, n - whole);
        }
        VectorMath.powers(x, xo, y, yo, whole, max, LOG2_E, sums, 0);
        panels.pad3[0] = max;
        return VectorMath.sum(sums, 0);
    }

    private static void softmaxRow(Panels panels, float[] x, int xo, float[] y, int yo, int n) {
        float sum = exponentials(panels, x, xo, y, yo, n);
        scale(1 / sum, y, yo, n);
    }

    static void scale(float factor, float[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(S, y, yo + i).mul(factor).intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] *= factor;
        }
    }

    static void layerNorm(
            float[] x,
            int xo,
            float[] gamma,
            int go,
            float[] beta,
            int bo,
            double epsilon,
            float[] y,
            int yo,
            float[] mean,
            int mo,
            float[] rstd,
            int ro,
            int m,
            int n) {
        float[] pad = Panels.local().pad0;
        int whole = n / LANES * LANES;
        for (int i = 0; i < m; i++) {
            int at = xo + i * n;
            float average = rowSum(pad, x, at, whole, n) / n;
            float variance = rowSquares(pad, x, at, whole, n, average) / n;
            float scale = (float) (1 / Math.sqrt(variance + epsilon));
            mean[mo + i] = average;
            rstd[ro + i] = scale;
            normalise(x, at, gamma, go, beta, bo, average, scale, y, yo + i * n, whole);
            for (int j = whole; j < n; j++) {
                y[yo + i * n + j] = (x[at + j] - average) * scale * gamma[go + j] + beta[bo + j];
            }
        }
    }

    private static float rowSum(float[] pad, float[] x, int at, int whole, int n) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = FloatVector.zero(S);
        FloatVector s2 = FloatVector.zero(S);
        FloatVector s3 = FloatVector.zero(S);
        int j = 0;
        for (; j <= whole - 4 * LANES; j += 4 * LANES) {
            s0 = s0.add(FloatVector.fromArray(S, x, at + j));
            s1 = s1.add(FloatVector.fromArray(S, x, at + j + LANES));
            s2 = s2.add(FloatVector.fromArray(S, x, at + j + 2 * LANES));
            s3 = s3.add(FloatVector.fromArray(S, x, at + j + 3 * LANES));
        }
        for (; j < whole; j += LANES) {
            s0 = s0.add(FloatVector.fromArray(S, x, at + j));
        }
        s0.add(s1).add(s2.add(s3)).intoArray(pad, 0);
        float sum = VectorMath.sum(pad, 0);
        for (; j < n; j++) {
            sum += x[at + j];
        }
        return sum;
    }

    /** Sum of squares of {@code x - mean}. */
    private static float rowSquares(float[] pad, float[] x, int at, int whole, int n, float mean) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = FloatVector.zero(S);
        FloatVector s2 = FloatVector.zero(S);
        FloatVector s3 = FloatVector.zero(S);
        int j = 0;
        for (; j <= whole - 4 * LANES; j += 4 * LANES) {
            FloatVector d0 = FloatVector.fromArray(S, x, at + j).sub(mean);
            FloatVector d1 = FloatVector.fromArray(S, x, at + j + LANES).sub(mean);
            FloatVector d2 = FloatVector.fromArray(S, x, at + j + 2 * LANES).sub(mean);
            FloatVector d3 = FloatVector.fromArray(S, x, at + j + 3 * LANES).sub(mean);
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
            s2 = d2.fma(d2, s2);
            s3 = d3.fma(d3, s3);
        }
        for (; j < whole; j += LANES) {
            FloatVector d0 = FloatVector.fromArray(S, x, at + j).sub(mean);
            s0 = d0.fma(d0, s0);
        }
        s0.add(s1).add(s2.add(s3)).intoArray(pad, 0);
        float sum = VectorMath.sum(pad, 0);
        for (; j < n; j++) {
            float d = x[at + j] - mean;
            sum += d * d;
        }
        return sum;
    }

    /** {@code y = x · rstd · gamma} for each row, and its {@code rstd}. */
    static void rmsNorm(Tensor x, Tensor gamma, double epsilon, Tensor y, Tensor rstd, int m, int n) {
        float[] pad = Panels.local().pad0;
        int whole = n / LANES * LANES;
        for (int i = 0; i < m; i++) {
            int at = x.offset() + i * n;
            float squares = rowSquares(pad, x.floats(), at, whole, n, 0);
            float scale = (float) (1 / Math.sqrt(squares / n + epsilon));
            rstd.floats()[rstd.offset() + i] = scale;
            scaled(x.floats(), at, gamma.floats(), gamma.offset(), scale, y.floats(), y.offset() + i * n, whole, n);
        }
    }

    private static void scaled(
            float[] x, int xo, float[] gamma, int go, float scale, float[] y, int yo, int whole, int n) {
        for (int j = 0; j < whole; j += LANES) {
            FloatVector.fromArray(S, x, xo + j)
                    .mul(scale)
                    .mul(FloatVector.fromArray(S, gamma, go + j))
                    .intoArray(y, yo + j);
        }
        for (int j = whole; j < n; j++) {
            y[yo + j] = x[xo + j] * scale * gamma[go + j];
        }
    }

    /** Adds the gradients of one row of {@link #rmsNorm}. */
    static void rmsNormBackwardRow(
            float[] pad,
            float[] x,
            int xo,
            float[] gamma,
            int go,
            float rstd,
            float[] dy,
            int dyo,
            float[] dx,
            int dxo,
            float[] dgamma,
            int dgo,
            int n) {
        int whole = n / LANES * LANES;
        FloatVector sums = FloatVector.zero(S);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector unit = FloatVector.fromArray(S, x, xo + j).mul(rstd);
            FloatVector g = FloatVector.fromArray(S, dy, dyo + j);
            unit.fma(g, FloatVector.fromArray(S, dgamma, dgo + j)).intoArray(dgamma, dgo + j);
            sums = unit.fma(g.mul(FloatVector.fromArray(S, gamma, go + j)), sums);
        }
        sums.intoArray(pad, 0);
        float dot = VectorMath.sum(pad, 0);
        for (int j = whole; j < n; j++) {
            float unit = x[xo + j] * rstd;
            dgamma[dgo + j] += dy[dyo + j] * unit;
            dot += dy[dyo + j] * gamma[go + j] * unit;
        }
        float back = -rstd * rstd * dot / n;
        for (int j = 0; j < whole; j += LANES) {
            FloatVector g = FloatVector.fromArray(S, dy, dyo + j).mul(FloatVector.fromArray(S, gamma, go + j));
            FloatVector.fromArray(S, x, xo + j)
                    .fma(
                            FloatVector.broadcast(S, back),
                            g.fma(FloatVector.broadcast(S, rstd), FloatVector.fromArray(S, dx, dxo + j)))
                    .intoArray(dx, dxo + j);
        }
        for (int j = whole; j < n; j++) {
            dx[dxo + j] += rstd * dy[dyo + j] * gamma[go + j] + back * x[xo + j];
        }
    }

    /** Turns the heads of one row: components {@code 0 … half} with {@code half … 2·half}; {@code sign} -1 turns back. */
    static void rotateRow(
            float[] x, int xo, int heads, int width, float[] cos, int co, float[] sin, int so, int half, float sign) {
        int whole = half / LANES * LANES;
        for (int h = 0; h < heads; h++) {
            int low = xo + h * width;
            int high = low + half;
            for (int d = 0; d < whole; d += LANES) {
                FloatVector a = FloatVector.fromArray(S, x, low + d);
                FloatVector b = FloatVector.fromArray(S, x, high + d);
                FloatVector c = FloatVector.fromArray(S, cos, co + d);
                FloatVector s = FloatVector.fromArray(S, sin, so + d).mul(sign);
                a.mul(c).sub(b.mul(s)).intoArray(x, low + d);
                b.mul(c).add(a.mul(s)).intoArray(x, high + d);
            }
            for (int d = whole; d < half; d++) {
                float a = x[low + d];
                float b = x[high + d];
                float s = sin[so + d] * sign;
                x[low + d] = a * cos[co + d] - b * s;
                x[high + d] = b * cos[co + d] + a * s;
            }
        }
    }

    private static void normalise(
            float[] x,
            int xo,
            float[] gamma,
            int go,
            float[] beta,
            int bo,
            float mean,
            float scale,
            float[] y,
            int yo,
            int n) {
        for (int j = 0; j < n; j += LANES) {
            FloatVector.fromArray(S, x, xo + j)
                    .sub(mean)
                    .mul(scale)
                    .fma(FloatVector.fromArray(S, gamma, go + j), FloatVector.fromArray(S, beta, bo + j))
                    .intoArray(y, yo + j);
        }
    }

    /** Adds the gradients of one row; ends are padded with zeros, which add nothing. */
    static void layerNormBackwardRow(
            Panels panels,
            float[] x,
            int xo,
            float[] gamma,
            int go,
            float mean,
            float rstd,
            float[] dy,
            int dyo,
            float[] dx,
            int dxo,
            float[] dgamma,
            int dgo,
            float[] dbeta,
            int dbo,
            int n) {
        int whole = n / LANES * LANES;
        int rest = n - whole;
        Panels.pad(panels.pad0, x, xo + whole, rest, mean);
        Panels.pad(panels.pad1, dy, dyo + whole, rest, 0);
        Panels.pad(panels.pad2, gamma, go + whole, rest, 0);
        FloatVector d = FloatVector.fromArray(S, panels.pad1, 0).mul(FloatVector.fromArray(S, panels.pad2, 0));
        FloatVector sum = d;
        FloatVector dot =
                d.mul(FloatVector.fromArray(S, panels.pad0, 0).sub(mean).mul(rstd));
        for (int j = 0; j < whole; j += LANES) {
            FloatVector unit = FloatVector.fromArray(S, x, xo + j).sub(mean).mul(rstd);
            FloatVector g = FloatVector.fromArray(S, dy, dyo + j);
            unit.fma(g, FloatVector.fromArray(S, dgamma, dgo + j)).intoArray(dgamma, dgo + j);
            g.add(FloatVector.fromArray(S, dbeta, dbo + j)).intoArray(dbeta, dbo + j);
            d = g.mul(FloatVector.fromArray(S, gamma, go + j));
            sum = sum.add(d);
            dot = d.fma(unit, dot);
        }
        float meanSum = sum.reduceLanes(VectorOperators.ADD) / n;
        float meanDot = dot.reduceLanes(VectorOperators.ADD) / n;
        for (int j = 0; j < whole; j += LANES) {
            FloatVector unit = FloatVector.fromArray(S, x, xo + j).sub(mean).mul(rstd);
            FloatVector.fromArray(S, dy, dyo + j)
                    .mul(FloatVector.fromArray(S, gamma, go + j))
                    .sub(meanSum)
                    .sub(unit.mul(meanDot))
                    .fma(FloatVector.broadcast(S, rstd), FloatVector.fromArray(S, dx, dxo + j))
                    .intoArray(dx, dxo + j);
        }
        for (int j = whole; j < n; j++) {
            float unit = (x[xo + j] - mean) * rstd;
            float g = dy[dyo + j];
            dgamma[dgo + j] += g * unit;
            dbeta[dbo + j] += g;
            dx[dxo + j] += rstd * (g * gamma[go + j] - meanSum - unit * meanDot);
        }
    }
}
