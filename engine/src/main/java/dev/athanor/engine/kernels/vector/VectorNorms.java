package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Softmax and layer normalisation along rows; each row's end goes through a padded vector. */
final class VectorNorms {
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
        float[] rest = Panels.pad(panels.pad0, x, xo + whole, n - whole, Float.NEGATIVE_INFINITY);
        FloatVector top = FloatVector.fromArray(S, rest, 0);
        for (int i = 0; i < whole; i += LANES) {
            top = top.max(FloatVector.fromArray(S, x, xo + i));
        }
        top.intoArray(panels.pad1, 0);
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < LANES; i++) {
            max = Math.max(max, panels.pad1[i]);
        }
        float sum = VectorMath.exp(rest, 0, 1, max, rest, 0, LANES);
        sum += VectorMath.exp(x, xo, 1, max, y, yo, whole);
        System.arraycopy(rest, 0, y, yo + whole, n - whole);
        panels.pad3[0] = max;
        return sum;
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
        Panels panels = Panels.local();
        int whole = n / LANES * LANES;
        float[] g = Panels.pad(panels.pad1, gamma, go + whole, n - whole, 0);
        float[] b = Panels.pad(panels.pad2, beta, bo + whole, n - whole, 0);
        for (int i = 0; i < m; i++) {
            int at = xo + i * n;
            float average = rowSum(panels, x, at, whole, n) / n;
            float variance = rowVariance(panels, x, at, whole, n, average) / n;
            float scale = (float) (1 / Math.sqrt(variance + epsilon));
            mean[mo + i] = average;
            rstd[ro + i] = scale;
            normalise(x, at, gamma, go, beta, bo, average, scale, y, yo + i * n, whole);
            if (whole < n) {
                float[] rest = Panels.pad(panels.pad0, x, at + whole, n - whole, 0);
                normalise(rest, 0, g, 0, b, 0, average, scale, rest, 0, LANES);
                System.arraycopy(rest, 0, y, yo + i * n + whole, n - whole);
            }
        }
    }

    private static float rowSum(Panels panels, float[] x, int at, int whole, int n) {
        FloatVector sum = FloatVector.fromArray(S, Panels.pad(panels.pad0, x, at + whole, n - whole, 0), 0);
        for (int j = 0; j < whole; j += LANES) {
            sum = sum.add(FloatVector.fromArray(S, x, at + j));
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    private static float rowVariance(Panels panels, float[] x, int at, int whole, int n, float mean) {
        FloatVector d = FloatVector.fromArray(S, Panels.pad(panels.pad0, x, at + whole, n - whole, mean), 0)
                .sub(mean);
        FloatVector sum = d.mul(d);
        for (int j = 0; j < whole; j += LANES) {
            d = FloatVector.fromArray(S, x, at + j).sub(mean);
            sum = d.fma(d, sum);
        }
        return sum.reduceLanes(VectorOperators.ADD);
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
