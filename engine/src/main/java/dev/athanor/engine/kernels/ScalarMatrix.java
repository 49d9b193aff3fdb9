package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.Tensor;

/** Products and convolutions in plain loops, forward and backward. */
final class ScalarMatrix {
    private ScalarMatrix() {}

    /** A copy in double, row-major. */
    static final class Packed implements PackedMatrix {
        private final int rows;
        private final int columns;
        private final double[] values;

        private Packed(int rows, int columns, double[] values) {
            this.rows = rows;
            this.columns = columns;
            this.values = values;
        }

        @Override
        public int rows() {
            return rows;
        }

        @Override
        public int columns() {
            return columns;
        }

        @Override
        public long bytes() {
            return (long) values.length * Double.BYTES;
        }
    }

    static Packed pack(Tensor b) {
        int k = b.dim(0);
        int n = b.dim(1);
        double[] values = new double[k * n];
        for (int p = 0; p < k; p++) {
            for (int j = 0; j < n; j++) {
                values[p * n + j] = b.at(b.offset() + p * b.stride(0) + j * b.stride(1));
            }
        }
        return new Packed(k, n, values);
    }

    static void matmul(Tensor a, Tensor b, Tensor c, boolean accumulate, Epilogue epilogue) {
        int m = a.dim(0);
        int k = a.dim(1);
        int n = b.dim(1);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += a.at(a.offset() + i * a.stride(0) + p * a.stride(1))
                            * b.at(b.offset() + p * b.stride(0) + j * b.stride(1));
                }
                int at = c.offset() + i * n + j;
                c.put(at, accumulate ? c.at(at) + sum : finish(epilogue, sum, i * n + j, j));
            }
        }
    }

    static void matmul(Tensor a, Packed b, Tensor c, Epilogue epilogue) {
        int m = a.dim(0);
        int k = a.dim(1);
        int n = b.columns();
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += a.at(a.offset() + i * a.stride(0) + p) * b.values[p * n + j];
                }
                c.put(c.offset() + i * n + j, finish(epilogue, sum, i * n + j, j));
            }
        }
    }

    static double finish(Epilogue epilogue, double sum, int position, int column) {
        if (epilogue.bias() != null) {
            sum += epilogue.bias().at(epilogue.bias().offset() + column);
        }
        if (epilogue.residual() != null) {
            sum += epilogue.residual().at(epilogue.residual().offset() + position);
        }
        return ScalarElementwise.value(epilogue.activation(), sum);
    }

    static void convolve(Convolution s, Tensor x, Packed w, Tensor y, Epilogue epilogue) {
        int f = s.filters();
        int out = y.offset();
        for (int b = 0; b < x.dim(0); b++) {
            for (int oh = 0; oh < s.outHeight(); oh++) {
                for (int ow = 0; ow < s.outWidth(); ow++) {
                    for (int j = 0; j < f; j++) {
                        double sum = 0;
                        for (int p = 0; p < s.windowSize(); p++) {
                            int from = source(s, b, oh, ow, p);
                            sum += from < 0 ? 0 : x.at(x.offset() + from) * w.values[p * f + j];
                        }
                        y.put(out, finish(epilogue, sum, out - y.offset(), j));
                        out++;
                    }
                }
            }
        }
    }

    static void convolveBackwardInput(Convolution s, Tensor dy, Tensor w, Tensor dx) {
        Packed filters = pack(w);
        double[] sums = new double[dx.size()];
        int f = s.filters();
        int from = dy.offset();
        for (int b = 0; b < dx.dim(0); b++) {
            for (int oh = 0; oh < s.outHeight(); oh++) {
                for (int ow = 0; ow < s.outWidth(); ow++) {
                    for (int p = 0; p < s.windowSize(); p++) {
                        int to = source(s, b, oh, ow, p);
                        for (int j = 0; to >= 0 && j < f; j++) {
                            sums[to] += dy.at(from + j) * filters.values[p * f + j];
                        }
                    }
                    from += f;
                }
            }
        }
        for (int i = 0; i < sums.length; i++) {
            dx.put(dx.offset() + i, dx.at(dx.offset() + i) + sums[i]);
        }
    }

    static void convolveBackwardFilter(Convolution s, Tensor x, Tensor dy, Tensor dw) {
        int f = s.filters();
        double[] sums = new double[dw.size()];
        int from = dy.offset();
        for (int b = 0; b < x.dim(0); b++) {
            for (int oh = 0; oh < s.outHeight(); oh++) {
                for (int ow = 0; ow < s.outWidth(); ow++) {
                    for (int p = 0; p < s.windowSize(); p++) {
                        int image = source(s, b, oh, ow, p);
                        for (int j = 0; image >= 0 && j < f; j++) {
                            sums[p * f + j] += x.at(x.offset() + image) * dy.at(from + j);
                        }
                    }
                    from += f;
                }
            }
        }
        for (int i = 0; i < sums.length; i++) {
            dw.put(dw.offset() + i, dw.at(dw.offset() + i) + sums[i]);
        }
    }

    /** Position in (B,H,W,C) of input {@code p} of the window at (oh,ow), or -1 in the padding. */
    private static int source(Convolution s, int b, int oh, int ow, int p) {
        int c = p % s.channels();
        int kw = p / s.channels() % s.kernelWidth();
        int kh = p / s.channels() / s.kernelWidth();
        int h = oh * s.stride() - s.padding() + kh;
        int w = ow * s.stride() - s.padding() + kw;
        return h < 0 || h >= s.height() || w < 0 || w >= s.width()
                ? -1
                : ((b * s.height() + h) * s.width() + w) * s.channels() + c;
    }

    static void maxPool(Convolution s, Tensor x, Tensor y, Tensor argmax) {
        int image = s.height() * s.width() * s.channels();
        int out = 0;
        for (int b = 0; b < x.dim(0); b++) {
            for (int oh = 0; oh < s.outHeight(); oh++) {
                for (int ow = 0; ow < s.outWidth(); ow++) {
                    for (int c = 0; c < s.channels(); c++) {
                        int best = -1;
                        double max = 0;
                        for (int p = c; p < s.windowSize(); p += s.channels()) {
                            int from = source(s, b, oh, ow, p);
                            if (from >= 0 && (best < 0 || x.at(x.offset() + from) > max)) {
                                best = from - b * image;
                                max = x.at(x.offset() + from);
                            }
                        }
                        y.put(y.offset() + out, max);
                        argmax.put(argmax.offset() + out, best);
                        out++;
                    }
                }
            }
        }
    }

    static void maxPoolBackward(Convolution s, Tensor dy, Tensor argmax, Tensor dx) {
        int image = s.height() * s.width() * s.channels();
        int perImage = s.outHeight() * s.outWidth() * s.channels();
        for (int i = 0; i < dy.size(); i++) {
            int winner = (int) argmax.at(argmax.offset() + i);
            if (winner >= 0) {
                int to = dx.offset() + i / perImage * image + winner;
                dx.put(to, dx.at(to) + dy.at(dy.offset() + i));
            }
        }
    }
}
