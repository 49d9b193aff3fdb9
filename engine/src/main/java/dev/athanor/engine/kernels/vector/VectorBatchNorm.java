package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import dev.athanor.engine.kernels.Shapes;
import dev.athanor.engine.tensor.Tensor;
import jdk.incubator.vector.FloatVector;

/**
 * Batch normalisation, channels last: one vector of channels at a time runs down the rows.
 *
 * <p>A last, partial vector of channels is gathered into padded columns first where reading a whole vector would leave
 * the array; lanes past the last channel are computed with and never written out.
 */
final class VectorBatchNorm {
    /** Rows summed at once before the sum joins the others, which keeps rounding errors small over many rows. */
    private static final int CHUNK = 256;

    private VectorBatchNorm() {}

    static void forward(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd) {
        int m = Shapes.rows(x);
        int n = Shapes.columns(x);
        Panels panels = Panels.local();
        for (int j = 0; j < n; j += LANES) {
            int width = Math.min(LANES, n - j);
            int safe = wholeRows(x, j, m, n);
            float[] mu = panels.pad0;
            float[] scale = panels.pad1;
            moments(x.floats(), x.offset() + j, m, n, safe, width, mu, scale);
            for (int i = 0; i < width; i++) {
                scale[i] = (float) (1 / Math.sqrt((double) scale[i] + epsilon));
            }
            System.arraycopy(mu, 0, mean.floats(), mean.offset() + j, width);
            System.arraycopy(scale, 0, rstd.floats(), rstd.offset() + j, width);
            // y = x·a + b
            float[] a = panels.pad2;
            float[] b = panels.pad3;
            for (int i = 0; i < width; i++) {
                a[i] = gamma.floats()[gamma.offset() + j + i] * scale[i];
                b[i] = beta.floats()[beta.offset() + j + i] - mu[i] * a[i];
            }
            affine(x.floats(), x.offset() + j, y.floats(), y.offset() + j, m, n, width, a, b);
        }
    }

    /** How many leading rows can be read as whole vectors from column {@code j} on without leaving the array. */
    private static int wholeRows(Tensor x, int j, int m, int n) {
        int room = x.floats().length - LANES - (x.offset() + j);
        return room < 0 ? 0 : Math.min(m, room / n + 1);
    }

    /** Means and biased variances of one vector of columns. */
    private static void moments(float[] x, int at, int m, int n, int safe, int width, float[] mean, float[] variance) {
        FloatVector total = FloatVector.zero(S);
        for (int from = 0; from < safe; from += CHUNK) {
            FloatVector sum = FloatVector.zero(S);
            int to = Math.min(safe, from + CHUNK);
            for (int i = from; i < to; i++) {
                sum = sum.add(FloatVector.fromArray(S, x, at + i * n));
            }
            total = total.add(sum);
        }
        total.intoArray(mean, 0);
        for (int i = safe; i < m; i++) {
            for (int j = 0; j < width; j++) {
                mean[j] += x[at + i * n + j];
            }
        }
        FloatVector mu = FloatVector.fromArray(S, mean, 0).mul(m == 0 ? 0f : 1f / m);
        mu.intoArray(mean, 0);
        total = FloatVector.zero(S);
        for (int from = 0; from < safe; from += CHUNK) {
            FloatVector sum = FloatVector.zero(S);
            int to = Math.min(safe, from + CHUNK);
            for (int i = from; i < to; i++) {
                FloatVector d = FloatVector.fromArray(S, x, at + i * n).sub(mu);
                sum = d.fma(d, sum);
            }
            total = total.add(sum);
        }
        total.intoArray(variance, 0);
        for (int i = safe; i < m; i++) {
            for (int j = 0; j < width; j++) {
                float d = x[at + i * n + j] - mean[j];
                variance[j] += d * d;
            }
        }
        FloatVector.fromArray(S, variance, 0).mul(m == 0 ? 0f : 1f / m).intoArray(variance, 0);
    }

    private static void affine(float[] x, int xo, float[] y, int yo, int m, int n, int width, float[] a, float[] b) {
        if (width == LANES) {
            FloatVector scale = FloatVector.fromArray(S, a, 0);
            FloatVector shift = FloatVector.fromArray(S, b, 0);
            for (int i = 0; i < m; i++) {
                FloatVector.fromArray(S, x, xo + i * n).fma(scale, shift).intoArray(y, yo + i * n);
            }
        } else {
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < width; j++) {
                    y[yo + i * n + j] = Math.fma(x[xo + i * n + j], a[j], b[j]);
                }
            }
        }
    }

    static void backward(
            Tensor x, Tensor gamma, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dgamma, Tensor dbeta) {
        int m = Shapes.rows(x);
        int n = Shapes.columns(x);
        Panels panels = Panels.local();
        for (int j = 0; j < n; j += LANES) {
            int width = Math.min(LANES, n - j);
            float[] mu = Panels.pad(panels.pad0, mean.floats(), mean.offset() + j, width, 0);
            float[] scale = Panels.pad(panels.pad1, rstd.floats(), rstd.offset() + j, width, 0);
            int safe = Math.min(wholeRows(x, j, m, n), wholeRows(dy, j, m, n));
            float[] dots = panels.pad2;
            float[] sums = panels.pad3;
            gradients(
                    x.floats(), x.offset() + j, dy.floats(), dy.offset() + j, m, n, safe, width, mu, scale, dots, sums);
            VectorArithmetic.axpy(1, dots, 0, dgamma.floats(), dgamma.offset() + j, width);
            VectorArithmetic.axpy(1, sums, 0, dbeta.floats(), dbeta.offset() + j, width);
            // dx += a·dy - b·x - c, with a = γ·rstd, b = a·rstd·dot/m and c = a·sum/m - b·mean
            for (int i = 0; i < width; i++) {
                float a = gamma.floats()[gamma.offset() + j + i] * scale[i];
                float dot = a * dots[i] / m * scale[i];
                sums[i] = a * sums[i] / m;
                dots[i] = dot;
                scale[i] = a;
            }
            input(
                    x.floats(),
                    x.offset() + j,
                    dy.floats(),
                    dy.offset() + j,
                    dx.floats(),
                    dx.offset() + j,
                    m,
                    n,
                    width,
                    mu,
                    scale,
                    dots,
                    sums);
        }
    }

    private static void gradients(
            float[] x,
            int xo,
            float[] dy,
            int dyo,
            int m,
            int n,
            int safe,
            int width,
            float[] mean,
            float[] rstd,
            float[] dots,
            float[] sums) {
        FloatVector mu = FloatVector.fromArray(S, mean, 0);
        FloatVector dot = FloatVector.zero(S);
        FloatVector sum = FloatVector.zero(S);
        for (int from = 0; from < safe; from += CHUNK) {
            FloatVector d = FloatVector.zero(S);
            FloatVector s = FloatVector.zero(S);
            int to = Math.min(safe, from + CHUNK);
            for (int i = from; i < to; i++) {
                FloatVector g = FloatVector.fromArray(S, dy, dyo + i * n);
                d = FloatVector.fromArray(S, x, xo + i * n).sub(mu).fma(g, d);
                s = s.add(g);
            }
            dot = dot.add(d);
            sum = sum.add(s);
        }
        dot.intoArray(dots, 0);
        sum.intoArray(sums, 0);
        for (int i = safe; i < m; i++) {
            for (int j = 0; j < width; j++) {
                dots[j] += (x[xo + i * n + j] - mean[j]) * dy[dyo + i * n + j];
                sums[j] += dy[dyo + i * n + j];
            }
        }
        FloatVector.fromArray(S, dots, 0).mul(FloatVector.fromArray(S, rstd, 0)).intoArray(dots, 0);
    }

    private static void input(
            float[] x,
            int xo,
            float[] dy,
            int dyo,
            float[] dx,
            int dxo,
            int m,
            int n,
            int width,
            float[] mean,
            float[] a,
            float[] b,
            float[] c) {
        if (width == LANES) {
            FloatVector mu = FloatVector.fromArray(S, mean, 0);
            FloatVector slope = FloatVector.fromArray(S, a, 0);
            FloatVector dot = FloatVector.fromArray(S, b, 0);
            FloatVector sum = FloatVector.fromArray(S, c, 0);
            for (int i = 0; i < m; i++) {
                FloatVector centred = FloatVector.fromArray(S, x, xo + i * n).sub(mu);
                FloatVector.fromArray(S, dy, dyo + i * n)
                        .fma(slope, FloatVector.fromArray(S, dx, dxo + i * n))
                        .sub(centred.fma(dot, sum))
                        .intoArray(dx, dxo + i * n);
            }
        } else {
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < width; j++) {
                    float centred = x[xo + i * n + j] - mean[j];
                    dx[dxo + i * n + j] += a[j] * dy[dyo + i * n + j] - b[j] * centred - c[j];
                }
            }
        }
    }
}
