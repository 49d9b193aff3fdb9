package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.Tensor;

/** Softmax, layer and batch normalisation in plain loops, forward and backward. */
final class ScalarNorms {
    private ScalarNorms() {}

    static void softmax(Tensor x, Tensor y) {
        int n = Shapes.columns(x);
        double[] row = new double[n];
        for (int i = 0; i < Shapes.rows(x); i++) {
            double max = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < n; j++) {
                max = Math.max(max, x.at(x.offset() + i * n + j));
            }
            double sum = 0;
            for (int j = 0; j < n; j++) {
                row[j] = Math.exp(x.at(x.offset() + i * n + j) - max);
                sum += row[j];
            }
            for (int j = 0; j < n; j++) {
                y.put(y.offset() + i * n + j, row[j] / sum);
            }
        }
    }

    static void layerNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd) {
        int n = Shapes.columns(x);
        for (int i = 0; i < Shapes.rows(x); i++) {
            normalise(x, i * n, 1, n, epsilon, i, mean, rstd);
            apply(x, i * n, 1, n, gamma, beta, i, -1, y, mean, rstd);
        }
    }

    static void batchNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd) {
        int n = Shapes.columns(x);
        int m = Shapes.rows(x);
        for (int j = 0; j < n; j++) {
            normalise(x, j, n, m, epsilon, j, mean, rstd);
            apply(x, j, n, m, gamma, beta, j, j, y, mean, rstd);
        }
    }

    private static void normalise(
            Tensor x, int start, int step, int count, double epsilon, int statistic, Tensor mean, Tensor rstd) {
        double sum = 0;
        for (int k = 0; k < count; k++) {
            sum += x.at(x.offset() + start + k * step);
        }
        double average = count == 0 ? 0 : sum / count;
        double squares = 0;
        for (int k = 0; k < count; k++) {
            double d = x.at(x.offset() + start + k * step) - average;
            squares += d * d;
        }
        mean.put(mean.offset() + statistic, average);
        rstd.put(rstd.offset() + statistic, 1 / Math.sqrt((count == 0 ? 0 : squares / count) + epsilon));
    }

    /** {@code channel} is the index of gamma and beta, or -1 where it runs with the elements. */
    private static void apply(
            Tensor x,
            int start,
            int step,
            int count,
            Tensor gamma,
            Tensor beta,
            int statistic,
            int channel,
            Tensor y,
            Tensor mean,
            Tensor rstd) {
        double average = mean.at(mean.offset() + statistic);
        double scale = rstd.at(rstd.offset() + statistic);
        for (int k = 0; k < count; k++) {
            int at = start + k * step;
            int g = channel < 0 ? k : channel;
            double unit = (x.at(x.offset() + at) - average) * scale;
            y.put(y.offset() + at, unit * gamma.at(gamma.offset() + g) + beta.at(beta.offset() + g));
        }
    }

    static void layerNormBackward(
            Tensor x, Tensor gamma, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dgamma, Tensor dbeta) {
        int n = Shapes.columns(x);
        int m = Shapes.rows(x);
        double[] gammas = new double[n];
        double[] betas = new double[n];
        for (int i = 0; i < m; i++) {
            double average = mean.at(mean.offset() + i);
            double scale = rstd.at(rstd.offset() + i);
            double sum = 0;
            double dot = 0;
            for (int j = 0; j < n; j++) {
                double unit = (x.at(x.offset() + i * n + j) - average) * scale;
                double d = dy.at(dy.offset() + i * n + j);
                gammas[j] += d * unit;
                betas[j] += d;
                sum += d * gamma.at(gamma.offset() + j);
                dot += d * gamma.at(gamma.offset() + j) * unit;
            }
            for (int j = 0; j < n; j++) {
                double unit = (x.at(x.offset() + i * n + j) - average) * scale;
                double d = dy.at(dy.offset() + i * n + j) * gamma.at(gamma.offset() + j);
                int to = dx.offset() + i * n + j;
                dx.put(to, dx.at(to) + scale * (d - sum / n - unit * dot / n));
            }
        }
        addTo(dgamma, gammas);
        addTo(dbeta, betas);
    }

    static void batchNormBackward(
            Tensor x, Tensor gamma, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dgamma, Tensor dbeta) {
        int n = Shapes.columns(x);
        int m = Shapes.rows(x);
        double[] gammas = new double[n];
        double[] betas = new double[n];
        for (int j = 0; j < n; j++) {
            double average = mean.at(mean.offset() + j);
            double scale = rstd.at(rstd.offset() + j);
            for (int i = 0; i < m; i++) {
                double d = dy.at(dy.offset() + i * n + j);
                gammas[j] += d * (x.at(x.offset() + i * n + j) - average) * scale;
                betas[j] += d;
            }
            for (int i = 0; i < m; i++) {
                double unit = (x.at(x.offset() + i * n + j) - average) * scale;
                double d = dy.at(dy.offset() + i * n + j);
                int to = dx.offset() + i * n + j;
                double gradient = gamma.at(gamma.offset() + j) * scale * (d - betas[j] / m - unit * gammas[j] / m);
                dx.put(to, dx.at(to) + gradient);
            }
        }
        addTo(dgamma, gammas);
        addTo(dbeta, betas);
    }

    private static void addTo(Tensor out, double[] sums) {
        for (int j = 0; j < sums.length; j++) {
            out.put(out.offset() + j, out.at(out.offset() + j) + sums[j]);
        }
    }

    static void rmsNorm(Tensor x, Tensor gamma, double epsilon, Tensor y, Tensor rstd) {
        int n = Shapes.columns(x);
        for (int i = 0; i < Shapes.rows(x); i++) {
            double squares = 0;
            for (int j = 0; j < n; j++) {
                double value = x.at(x.offset() + i * n + j);
                squares += value * value;
            }
            double scale = 1 / Math.sqrt(squares / n + epsilon);
            rstd.put(rstd.offset() + i, scale);
            for (int j = 0; j < n; j++) {
                y.put(y.offset() + i * n + j, x.at(x.offset() + i * n + j) * scale * gamma.at(gamma.offset() + j));
            }
        }
    }

    static void rmsNormBackward(Tensor x, Tensor gamma, Tensor rstd, Tensor dy, Tensor dx, Tensor dgamma) {
        int n = Shapes.columns(x);
        for (int i = 0; i < Shapes.rows(x); i++) {
            double scale = rstd.at(rstd.offset() + i);
            double dot = 0;
            for (int j = 0; j < n; j++) {
                double unit = x.at(x.offset() + i * n + j) * scale;
                double g = dy.at(dy.offset() + i * n + j);
                int at = dgamma.offset() + j;
                dgamma.put(at, dgamma.at(at) + g * unit);
                dot += g * gamma.at(gamma.offset() + j) * unit;
            }
            for (int j = 0; j < n; j++) {
                double unit = x.at(x.offset() + i * n + j) * scale;
                double g = dy.at(dy.offset() + i * n + j) * gamma.at(gamma.offset() + j);
                int at = dx.offset() + i * n + j;
                dx.put(at, dx.at(at) + scale * (g - unit * dot / n));
            }
        }
    }
}
