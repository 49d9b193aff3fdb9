package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.Bfloat16;
import dev.athanor.engine.tensor.Tensor;

/** Products of low precision in plain loops: which numbers are rounded, and how. */
final class ScalarLowPrecision {
    private ScalarLowPrecision() {}

    record Int8Weights(Int8Matrix matrix) implements PackedMatrix {
        @Override
        public int rows() {
            return matrix.rows();
        }

        @Override
        public int columns() {
            return matrix.columns();
        }

        @Override
        public Precision precision() {
            return Precision.INT8;
        }

        @Override
        public long bytes() {
            return (long) rows() * columns() + (long) columns() * Float.BYTES;
        }
    }

    static final class Bfloat16Weights implements PackedMatrix {
        private final int rows;
        private final int columns;
        private final short[] values;

        private Bfloat16Weights(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
            this.values = new short[rows * columns];
        }

        static Bfloat16Weights of(Tensor b) {
            Bfloat16Weights weights = new Bfloat16Weights(b.dim(0), b.dim(1));
            for (int p = 0; p < weights.rows; p++) {
                for (int j = 0; j < weights.columns; j++) {
                    weights.values[p * weights.columns + j] =
                            Bfloat16.bits((float) b.at(b.offset() + p * b.stride(0) + j * b.stride(1)));
                }
            }
            return weights;
        }

        private float value(int p, int j) {
            return Bfloat16.value(values[p * columns + j]);
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
        public Precision precision() {
            return Precision.BFLOAT16;
        }

        @Override
        public long bytes() {
            return (long) values.length * Short.BYTES;
        }
    }

    static void matmul(Tensor a, Int8Matrix b, Tensor c, Epilogue epilogue) {
        int k = b.rows();
        int n = b.columns();
        int[] row = new int[k];
        for (int i = 0; i < a.dim(0); i++) {
            int at = a.offset() + i * a.stride(0);
            float below = 0;
            float above = 0;
            for (int p = 0; p < k; p++) {
                below = Math.max(below, (float) -a.at(at + p)); // NaN stays
                above = Math.max(above, (float) a.at(at + p));
            }
            RowScale scale = RowScale.of(below, above);
            float inverse = RowScale.inverse(scale.scale());
            for (int p = 0; p < k; p++) {
                row[p] = (int) Math.rint(a.at(at + p) * inverse + scale.zero()) - scale.zero();
            }
            for (int j = 0; j < n; j++) {
                int sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += row[p] * b.value(p, j);
                }
                double product = (double) sum * scale.scale() * b.scale(j);
                c.put(c.offset() + i * n + j, ScalarMatrix.finish(epilogue, product, i * n + j, j));
            }
        }
    }

    static void matmul(Tensor a, Bfloat16Weights b, Tensor c, Epilogue epilogue) {
        int n = b.columns();
        for (int i = 0; i < a.dim(0); i++) {
            int at = a.offset() + i * a.stride(0);
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int p = 0; p < b.rows(); p++) {
                    sum += (double) Bfloat16.round((float) a.at(at + p)) * b.value(p, j);
                }
                c.put(c.offset() + i * n + j, ScalarMatrix.finish(epilogue, sum, i * n + j, j));
            }
        }
    }
}
