package dev.athanor.engine.onnx;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;

/** Matrix products: MatMul, Gemm, Einsum. Constant right-hand sides are packed once. */
final class MatrixOperators {
    private MatrixOperators() {}

    static void addTo(OnnxOperators.Table table) {
        table.add("MatMul", new MatMul());
        table.add("Gemm", new Gemm());
        table.add("Einsum", 12, OnnxOperator.of(Einsum::run));
    }

    private static PackedMatrix pack(OnnxValue b, Kernels kernels, boolean transposed) {
        boolean packable = b != null && b.type() == OnnxType.FLOAT && b.rank() == 2 && b.size() > 0;
        if (!packable) {
            return null;
        }
        Tensor matrix = b.tensor(b.shape());
        return kernels.pack(transposed ? matrix.transpose(0, 1) : matrix);
    }

    /** A product of matrices, and of stacks of them; with a bias and an activation that follow it where they were fused. */
    private static final class MatMul implements OnnxOperator {
        @Override
        public Object prepare(OnnxNode node, OnnxValue[] constants, Kernels kernels) {
            return constants.length > 1 ? pack(constants[1], kernels, false) : null;
        }

        @Override
        public OnnxValue[] run(OnnxCall c) {
            OnnxValue a = c.in(0);
            OnnxValue b = c.in(1);
            if (a.type() != b.type() || a.rank() == 0 || b.rank() == 0) {
                throw c.wrong("its inputs are " + a + " and " + b);
            }
            int[] left = a.rank() == 1 ? new int[] {1, a.dim(0)} : a.shape();
            int[] right = b.rank() == 1 ? new int[] {b.dim(0), 1} : b.shape();
            int m = left[left.length - 2];
            int k = left[left.length - 1];
            int n = right[right.length - 1];
            int[] stackA = Arrays.copyOf(left, left.length - 2);
            int[] stackB = Arrays.copyOf(right, right.length - 2);
            int[] stack = Broadcast.shape(stackA, stackB);
            if (k != right[right.length - 2] || stack == null) {
                throw c.wrong("its inputs are " + a + " and " + b + ", whose shapes do not fit each other");
            }
            int[] shape = Arrays.copyOf(stack, stack.length + 2);
            shape[stack.length] = m;
            shape[stack.length + 1] = n;
            OnnxValue y = c.make(a.type(), shape);
            if (y.size() > 0 && k > 0) {
                if (c.prepared() instanceof PackedMatrix packed) {
                    int rows = y.size() / n;
                    c.kernels().matmul(a.tensor(rows, k), packed, y.tensor(rows, n), Epilogue.NONE);
                } else if (stackB.length == 0 && a.type() == OnnxType.FLOAT) {
                    int rows = y.size() / n;
                    c.kernels().matmul(a.tensor(rows, k), b.tensor(k, n), y.tensor(rows, n), false, Epilogue.NONE);
                } else {
                    stacked(c, new Stack(a, stackA, m * k), new Stack(b, stackB, k * n), y, stack, m, k, n);
                }
            }
            int[] kept = new int[shape.length];
            int count = 0;
            for (int i = 0; i < shape.length; i++) {
                boolean added = i == stack.length ? a.rank() == 1 : i == stack.length + 1 && b.rank() == 1;
                if (!added) {
                    kept[count++] = shape[i];
                }
            }
            return new OnnxValue[] {y.reshape(Arrays.copyOf(kept, count))};
        }

        /** Matrices one after the other. */
        private static final class Stack {
            private final OnnxValue value;
            private final int[] shape;
            private final int size;

            /**
             * @param shape of the dimensions before the matrices'
             * @param size numbers of a matrix
             */
            Stack(OnnxValue value, int[] shape, int size) {
                this.value = value;
                this.shape = shape;
                this.size = size;
            }
        }

        private static void stacked(OnnxCall c, Stack a, Stack b, OnnxValue y, int[] stack, int m, int k, int n) {
            Broadcast.walk(stack, a.shape, b.shape, (at, count, i, stepA, j, stepB) -> {
                for (int s = 0; s < count; s++) {
                    int fromA = (i + s * stepA) * a.size;
                    int fromB = (j + s * stepB) * b.size;
                    int to = (at + s) * m * n;
                    if (y.type() == OnnxType.FLOAT) {
                        c.kernels()
                                .matmul(
                                        Tensor.of(a.value.floats(), fromA, new int[] {m, k}),
                                        Tensor.of(b.value.floats(), fromB, new int[] {k, n}),
                                        Tensor.of(y.floats(), to, new int[] {m, n}),
                                        false,
                                        Epilogue.NONE);
                    } else {
                        plain(a.value, fromA, b.value, fromB, y, to, m, k, n);
                    }
                }
            });
        }

        private static void plain(
                OnnxValue a, int fromA, OnnxValue b, int fromB, OnnxValue y, int to, int m, int k, int n) {
            for (int row = 0; row < m; row++) {
                for (int column = 0; column < n; column++) {
                    double sum = 0;
                    long whole = 0;
                    for (int i = 0; i < k; i++) {
                        int x = fromA + row * k + i;
                        int z = fromB + i * n + column;
                        if (y.longs() != null) {
                            whole += a.longs()[x] * b.longs()[z];
                        } else {
                            sum += a.real(x) * b.real(z);
                        }
                    }
                    if (y.longs() != null) {
                        y.longs()[to + row * n + column] = y.type().wrap(whole);
                    } else {
                        y.set(to + row * n + column, sum);
                    }
                }
            }
        }
    }

    /** {@code alpha · a · b + beta · c}, either side transposed. */
    private static final class Gemm implements OnnxOperator {
        @Override
        public Object prepare(OnnxNode node, OnnxValue[] constants, Kernels kernels) {
            boolean transposed = node.attributes().get("transB") instanceof OnnxAttribute.Whole n && n.value() != 0;
            return constants.length > 1 ? pack(constants[1], kernels, transposed) : null;
        }

        @Override
        public OnnxValue[] run(OnnxCall c) {
            OnnxValue a = c.in(0);
            OnnxValue b = c.in(1);
            if (a.type() != b.type() || a.rank() != 2 || b.rank() != 2) {
                throw c.wrong("its inputs are " + a + " and " + b);
            }
            boolean transA = c.flag("transA", false);
            boolean transB = c.flag("transB", false);
            float alpha = c.real("alpha", 1);
            float beta = c.real("beta", 1);
            int m = a.dim(transA ? 1 : 0);
            int k = a.dim(transA ? 0 : 1);
            int n = b.dim(transB ? 0 : 1);
            if (k != b.dim(transB ? 1 : 0)) {
                throw c.wrong("its inputs are " + a + " and " + b + ", whose shapes do not fit each other");
            }
            OnnxValue y = c.make(a.type(), m, n);
            OnnxValue added = c.optional(2);
            boolean fused = added != null
                    && alpha == 1
                    && beta == 1
                    && added.type() == OnnxType.FLOAT
                    && added.size() == n
                    && (added.rank() == 1 || added.dim(0) == 1);
            if (y.size() == 0) {
                return new OnnxValue[] {y};
            }
            Epilogue epilogue = new Epilogue(fused ? added.tensor(n) : null, Activation.IDENTITY, null);
            if (a.type() != OnnxType.FLOAT || k == 0) {
                for (int row = 0; row < m; row++) {
                    for (int column = 0; column < n; column++) {
                        double sum = 0;
                        for (int i = 0; i < k; i++) {
                            sum += a.real(transA ? i * m + row : row * k + i)
                                    * b.real(transB ? column * k + i : i * n + column);
                        }
                        y.set(row * n + column, sum);
                    }
                }
                fused = false;
            } else if (c.prepared() instanceof PackedMatrix packed && !transA) {
                c.kernels().matmul(a.tensor(m, k), packed, y.tensor(m, n), epilogue);
            } else {
                Tensor left = transA ? a.tensor(k, m).transpose(0, 1) : a.tensor(m, k);
                Tensor right = transB ? b.tensor(n, k).transpose(0, 1) : b.tensor(k, n);
                c.kernels().matmul(left, right, y.tensor(m, n), false, epilogue);
            }
            if (!fused && (added != null || alpha != 1)) {
                add(c, y, alpha, added, beta);
            }
            return new OnnxValue[] {y};
        }

        private static void add(OnnxCall c, OnnxValue y, float alpha, OnnxValue added, float beta) {
            int[] one = {};
            int[] shape = added == null ? one : added.shape();
            if (!Arrays.equals(Broadcast.shape(y.shape(), shape), y.shape())) {
                throw c.wrong("it adds " + added + " to " + y);
            }
            Broadcast.walk(y.shape(), y.shape(), shape, (at, count, i, stepY, j, stepC) -> {
                for (int s = 0; s < count; s++) {
                    double more = added == null ? 0 : beta * added.real(j + s * stepC);
                    y.set(at + s, alpha * y.real(at + s) + more);
                }
            });
        }
    }
}
