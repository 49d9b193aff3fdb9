package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import dev.athanor.engine.kernels.Shapes;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Sums, products and copies of tensors, and reductions. */
final class VectorArithmetic {
    /** Elements summed in single precision before the sum is added to one in double. */
    private static final int CHUNK = 4096;

    private VectorArithmetic() {}

    static void axpy(float alpha, float[] x, int xo, float[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(S, x, xo + i)
                    .fma(FloatVector.broadcast(S, alpha), FloatVector.fromArray(S, y, yo + i))
                    .intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] = Math.fma(alpha, x[xo + i], y[yo + i]);
        }
    }

    /** Whether there is neither NaN nor an infinite value: only theirs is a product with zero that is not zero. */
    static boolean isFinite(float[] x, int from, int n) {
        FloatVector products = FloatVector.zero(S);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            products = FloatVector.fromArray(S, x, from + i).mul(0f).add(products);
        }
        float sum = products.reduceLanes(VectorOperators.ADD);
        for (; i < n; i++) {
            sum += x[from + i] * 0f;
        }
        return sum == 0f;
    }

    /** {@code out = a ∘ b} with operands of any strides: runs along the last axis, in row-major order. */
    static void combine(boolean multiply, Tensor a, Tensor b, Tensor out) {
        float[] to = out.floats();
        if (a.isContiguous() && b.isContiguous()) {
            run(multiply, a.floats(), a.offset(), 1, b.floats(), b.offset(), 1, to, out.offset(), out.size());
            return;
        }
        int rank = out.rank();
        int n = Shapes.columns(out);
        int rows = Shapes.rows(out);
        int sa = a.stride(-1);
        int sb = b.stride(-1);
        int[] position = Panels.local().position;
        Arrays.fill(position, 0, rank, 0);
        int ao = a.offset();
        int bo = b.offset();
        for (int r = 0; r < rows; r++) {
            run(multiply, a.floats(), ao, sa, b.floats(), bo, sb, to, out.offset() + r * n, n);
            for (int axis = rank - 2; axis >= 0; axis--) {
                ao += a.stride(axis);
                bo += b.stride(axis);
                if (++position[axis] < out.dim(axis)) {
                    break;
                }
                ao -= a.stride(axis) * out.dim(axis);
                bo -= b.stride(axis) * out.dim(axis);
                position[axis] = 0;
            }
        }
    }

    private static void run(
            boolean multiply, float[] a, int ao, int sa, float[] b, int bo, int sb, float[] to, int at, int n) {
        int i = 0;
        if (sa == 1 && sb == 1) {
            for (; i <= n - LANES; i += LANES) {
                FloatVector x = FloatVector.fromArray(S, a, ao + i);
                FloatVector y = FloatVector.fromArray(S, b, bo + i);
                (multiply ? x.mul(y) : x.add(y)).intoArray(to, at + i);
            }
        } else if (sa == 1 && sb == 0 && n > 0) {
            float y = b[bo];
            for (; i <= n - LANES; i += LANES) {
                FloatVector x = FloatVector.fromArray(S, a, ao + i);
                (multiply ? x.mul(y) : x.add(y)).intoArray(to, at + i);
            }
        }
        for (; i < n; i++) {
            float x = a[ao + i * sa];
            float y = b[bo + i * sb];
            to[at + i] = multiply ? x * y : x + y;
        }
    }

    static void copy(Tensor from, Tensor to) {
        int rank = to.rank();
        if (rank == 0) {
            to.floats()[to.offset()] = from.floats()[from.offset()];
            return;
        }
        if (from.isContiguous() && to.isContiguous()) {
            System.arraycopy(from.floats(), from.offset(), to.floats(), to.offset(), to.size());
            return;
        }
        int n = Shapes.columns(to);
        int rows = Shapes.rows(to);
        int sf = from.stride(-1);
        int st = to.stride(-1);
        int[] position = Panels.local().position;
        Arrays.fill(position, 0, rank, 0);
        int source = from.offset();
        int target = to.offset();
        for (int r = 0; r < rows; r++) {
            if (sf == 1 && st == 1) {
                System.arraycopy(from.floats(), source, to.floats(), target, n);
            } else {
                for (int i = 0; i < n; i++) {
                    to.floats()[target + i * st] = from.floats()[source + i * sf];
                }
            }
            for (int axis = rank - 2; axis >= 0; axis--) {
                source += from.stride(axis);
                target += to.stride(axis);
                if (++position[axis] < to.dim(axis)) {
                    break;
                }
                source -= from.stride(axis) * to.dim(axis);
                target -= to.stride(axis) * to.dim(axis);
                position[axis] = 0;
            }
        }
    }

    /** {@code out[j] += Σ_i x[i,j]}: four vectors of columns at a time run down the rows. */
    static void sumRows(float[] x, int xo, int m, int n, float[] out, int oo) {
        int j = 0;
        for (; j <= n - 4 * LANES; j += 4 * LANES) {
            FloatVector s0 = FloatVector.zero(S);
            FloatVector s1 = FloatVector.zero(S);
            FloatVector s2 = FloatVector.zero(S);
            FloatVector s3 = FloatVector.zero(S);
            for (int i = 0; i < m; i++) {
                int at = xo + i * n + j;
                s0 = s0.add(FloatVector.fromArray(S, x, at));
                s1 = s1.add(FloatVector.fromArray(S, x, at + LANES));
                s2 = s2.add(FloatVector.fromArray(S, x, at + 2 * LANES));
                s3 = s3.add(FloatVector.fromArray(S, x, at + 3 * LANES));
            }
            s0.add(FloatVector.fromArray(S, out, oo + j)).intoArray(out, oo + j);
            s1.add(FloatVector.fromArray(S, out, oo + j + LANES)).intoArray(out, oo + j + LANES);
            s2.add(FloatVector.fromArray(S, out, oo + j + 2 * LANES)).intoArray(out, oo + j + 2 * LANES);
            s3.add(FloatVector.fromArray(S, out, oo + j + 3 * LANES)).intoArray(out, oo + j + 3 * LANES);
        }
        for (; j < n; j += LANES) {
            int width = Math.min(LANES, n - j);
            float[] sums = Panels.local().pad0;
            sumColumns(x, xo + j, m, n, width, sums);
            axpy(1, sums, 0, out, oo + j, width);
        }
    }

    /** Sums of up to one vector of columns; what lies beyond the last column is summed with them and left out later. */
    private static void sumColumns(float[] x, int at, int m, int n, int width, float[] sums) {
        int safe = x.length - LANES - at < 0 ? 0 : Math.min(m, (x.length - LANES - at) / n + 1);
        FloatVector s = FloatVector.zero(S);
        for (int i = 0; i < safe; i++) {
            s = s.add(FloatVector.fromArray(S, x, at + i * n));
        }
        s.intoArray(sums, 0);
        for (int i = safe; i < m; i++) {
            for (int j = 0; j < width; j++) {
                sums[j] += x[at + i * n + j];
            }
        }
    }

    static double sum(float[] x, int xo, int n) {
        double total = 0;
        for (int at = 0; at < n; at += CHUNK) {
            total += sumOfChunk(false, x, xo + at, Math.min(CHUNK, n - at));
        }
        return total;
    }

    static double sumOfSquares(float[] x, int xo, int n) {
        double total = 0;
        for (int at = 0; at < n; at += CHUNK) {
            total += sumOfChunk(true, x, xo + at, Math.min(CHUNK, n - at));
        }
        return total;
    }

    private static double sumOfChunk(boolean squares, float[] x, int xo, int n) {
        FloatVector s0 = FloatVector.zero(S);
        FloatVector s1 = FloatVector.zero(S);
        FloatVector s2 = FloatVector.zero(S);
        FloatVector s3 = FloatVector.zero(S);
        int i = 0;
        if (squares) {
            for (; i <= n - 4 * LANES; i += 4 * LANES) {
                FloatVector v0 = FloatVector.fromArray(S, x, xo + i);
                FloatVector v1 = FloatVector.fromArray(S, x, xo + i + LANES);
                FloatVector v2 = FloatVector.fromArray(S, x, xo + i + 2 * LANES);
                FloatVector v3 = FloatVector.fromArray(S, x, xo + i + 3 * LANES);
                s0 = v0.fma(v0, s0);
                s1 = v1.fma(v1, s1);
                s2 = v2.fma(v2, s2);
                s3 = v3.fma(v3, s3);
            }
        } else {
            for (; i <= n - 4 * LANES; i += 4 * LANES) {
                s0 = s0.add(FloatVector.fromArray(S, x, xo + i));
                s1 = s1.add(FloatVector.fromArray(S, x, xo + i + LANES));
                s2 = s2.add(FloatVector.fromArray(S, x, xo + i + 2 * LANES));
                s3 = s3.add(FloatVector.fromArray(S, x, xo + i + 3 * LANES));
            }
        }
        double total = s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
        for (; i < n; i++) {
            total += squares ? (double) x[xo + i] * x[xo + i] : x[xo + i];
        }
        return total;
    }
}
