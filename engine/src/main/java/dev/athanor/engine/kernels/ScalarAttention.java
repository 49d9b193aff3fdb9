package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.Tensor;

/** Attention and rotary positions in plain loops, forward and backward. */
final class ScalarAttention {
    private ScalarAttention() {}

    static void forward(
            AttentionShape s,
            int sequences,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor queryStarts,
            Tensor keyStarts,
            Tensor y,
            Tensor logSumExp) {
        for (int b = 0; b < sequences; b++) {
            int q0 = start(queryStarts, b);
            int m = start(queryStarts, b + 1) - q0;
            int k0 = start(keyStarts, b);
            int n = start(keyStarts, b + 1) - k0;
            double[] p = new double[n];
            for (int i = 0; i < m; i++) {
                for (int h = 0; h < s.heads(); h++) {
                    double lse = weights(s, q, q0 + i, k, k0, h, n - m + i, n, p);
                    if (logSumExp != null) {
                        logSumExp.put(logSumExp.index(q0 + i, h), lse);
                    }
                    int group = h / (s.heads() / s.keyHeads());
                    for (int d = 0; d < s.headWidth(); d++) {
                        double sum = 0;
                        for (int j = 0; j < n; j++) {
                            if (p[j] != 0) {
                                sum += p[j] * v.get(k0 + j, group * s.headWidth() + d);
                            }
                        }
                        y.put(y.index(q0 + i, h * s.headWidth() + d), sum);
                    }
                }
            }
        }
    }

    /** Fills {@code p} with the weights of n keys for one query and head; returns the log of the sum of exponentials. */
    private static double weights(
            AttentionShape s, Tensor q, int row, Tensor k, int k0, int head, int position, int n, double[] p) {
        int group = head / (s.heads() / s.keyHeads());
        int first = s.firstKey(position);
        int last = s.lastKey(position, n);
        double max = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            p[j] = 0;
            if (j >= first && j < last) {
                double dot = 0;
                for (int d = 0; d < s.headWidth(); d++) {
                    dot += q.get(row, head * s.headWidth() + d) * k.get(k0 + j, group * s.headWidth() + d);
                }
                p[j] = dot * s.scale();
                max = Math.max(max, p[j]);
            }
        }
        double sum = 0;
        for (int j = first; j < last; j++) {
            p[j] = Math.exp(p[j] - max);
            sum += p[j];
        }
        for (int j = first; j < last; j++) {
            p[j] /= sum;
        }
        return max + Math.log(sum);
    }

    static void backward(
            AttentionShape s,
            int sequences,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor queryStarts,
            Tensor keyStarts,
            Tensor dy,
            Tensor dq,
            Tensor dk,
            Tensor dv) {
        int width = s.headWidth();
        for (int b = 0; b < sequences; b++) {
            int q0 = start(queryStarts, b);
            int m = start(queryStarts, b + 1) - q0;
            int k0 = start(keyStarts, b);
            int n = start(keyStarts, b + 1) - k0;
            double[] p = new double[n];
            double[] dp = new double[n];
            for (int i = 0; i < m; i++) {
                for (int h = 0; h < s.heads(); h++) {
                    int from = h * width;
                    int keyFrom = h / (s.heads() / s.keyHeads()) * width;
                    weights(s, q, q0 + i, k, k0, h, n - m + i, n, p);
                    double mean = 0;
                    for (int j = 0; j < n; j++) {
                        dp[j] = 0;
                        for (int d = 0; d < width && p[j] != 0; d++) {
                            double g = dy.get(q0 + i, from + d);
                            dp[j] += g * v.get(k0 + j, keyFrom + d);
                            add(dv, k0 + j, keyFrom + d, p[j] * g);
                        }
                        mean += p[j] * dp[j];
                    }
                    for (int j = 0; j < n; j++) {
                        double ds = p[j] * (dp[j] - mean) * s.scale();
                        for (int d = 0; d < width && p[j] != 0; d++) {
                            add(dq, q0 + i, from + d, ds * k.get(k0 + j, keyFrom + d));
                            add(dk, k0 + j, keyFrom + d, ds * q.get(q0 + i, from + d));
                        }
                    }
                }
            }
        }
    }

    static void rotate(Tensor x, int heads, Tensor positions, Tensor cos, Tensor sin, boolean backward) {
        int width = x.dim(1) / heads;
        int half = cos.dim(1);
        for (int t = 0; t < x.dim(0); t++) {
            int position = positions.ints()[positions.offset() + t];
            for (int h = 0; h < heads; h++) {
                for (int d = 0; d < half; d++) {
                    int low = x.index(t, h * width + d);
                    int high = x.index(t, h * width + half + d);
                    double a = x.at(low);
                    double b = x.at(high);
                    double c = cos.get(position, d);
                    double s = backward ? -sin.get(position, d) : sin.get(position, d);
                    x.put(low, a * c - b * s);
                    x.put(high, b * c + a * s);
                }
            }
        }
    }

    private static int start(Tensor starts, int b) {
        return starts.ints()[starts.offset() + b];
    }

    private static void add(Tensor to, int row, int column, double value) {
        int at = to.index(row, column);
        to.put(at, to.at(at) + value);
    }
}
