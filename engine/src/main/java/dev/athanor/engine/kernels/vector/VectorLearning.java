package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import dev.athanor.engine.kernels.Shapes;
import dev.athanor.engine.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Embedding bags and cross-entropy. */
final class VectorLearning {
    private VectorLearning() {}

    static void embeddingBag(Tensor table, Tensor indices, Tensor weights, Tensor offsets, Tensor y) {
        int d = table.dim(1);
        int v = table.dim(0);
        int[] ends = offsets.ints();
        int[] rows = indices.ints();
        for (int b = 0; b < y.dim(0); b++) {
            int from = ends[offsets.offset() + b];
            int to = ends[offsets.offset() + b + 1];
            for (int i = from; i < to; i++) {
                int row = rows[indices.offset() + i];
                if (row < 0 || row >= v) {
                    throw Shapes.outOfRange("index", b, row, v);
                }
            }
            bag(
                    table.floats(),
                    table.offset(),
                    d,
                    rows,
                    indices.offset(),
                    weights.floats(),
                    weights.offset(),
                    from,
                    to,
                    y.floats(),
                    y.offset() + b * d);
        }
    }

    /** Four vectors of the sum at a time stay in registers while all rows of the bag pass. */
    private static void bag(
            float[] table,
            int base,
            int d,
            int[] indices,
            int io,
            float[] weights,
            int wo,
            int from,
            int to,
            float[] y,
            int yo) {
        int j = 0;
        for (; j <= d - 4 * LANES; j += 4 * LANES) {
            FloatVector s0 = FloatVector.zero(S);
            FloatVector s1 = FloatVector.zero(S);
            FloatVector s2 = FloatVector.zero(S);
            FloatVector s3 = FloatVector.zero(S);
            for (int i = from; i < to; i++) {
                int at = base + indices[io + i] * d + j;
                FloatVector w = FloatVector.broadcast(S, weights[wo + i]);
                s0 = w.fma(FloatVector.fromArray(S, table, at), s0);
                s1 = w.fma(FloatVector.fromArray(S, table, at + LANES), s1);
                s2 = w.fma(FloatVector.fromArray(S, table, at + 2 * LANES), s2);
                s3 = w.fma(FloatVector.fromArray(S, table, at + 3 * LANES), s3);
            }
            s0.intoArray(y, yo + j);
            s1.intoArray(y, yo + j + LANES);
            s2.intoArray(y, yo + j + 2 * LANES);
            s3.intoArray(y, yo + j + 3 * LANES);
        }
        for (; j <= d - LANES; j += LANES) {
            FloatVector s0 = FloatVector.zero(S);
            for (int i = from; i < to; i++) {
                FloatVector w = FloatVector.broadcast(S, weights[wo + i]);
                s0 = w.fma(FloatVector.fromArray(S, table, base + indices[io + i] * d + j), s0);
            }
            s0.intoArray(y, yo + j);
        }
        for (; j < d; j++) {
            float sum = 0;
            for (int i = from; i < to; i++) {
                sum = Math.fma(weights[wo + i], table[base + indices[io + i] * d + j], sum);
            }
            y[yo + j] = sum;
        }
    }

    static void embeddingBagBackward(Tensor slots, Tensor weights, Tensor offsets, Tensor dy, Tensor rows) {
        int d = dy.dim(1);
        int[] ends = offsets.ints();
        int[] targets = slots.ints();
        for (int b = 0; b < dy.dim(0); b++) {
            int to = ends[offsets.offset() + b + 1];
            for (int i = ends[offsets.offset() + b]; i < to; i++) {
                VectorArithmetic.axpy(
                        weights.floats()[weights.offset() + i],
                        dy.floats(),
                        dy.offset() + b * d,
                        rows.floats(),
                        rows.offset() + targets[slots.offset() + i] * d,
                        d);
            }
        }
    }

    static double crossEntropy(
            Tensor logits, Tensor labels, Tensor rowWeights, double smoothing, double scale, Tensor dlogits) {
        int n = Shapes.columns(logits);
        int m = Shapes.rows(logits);
        Panels panels = Panels.local();
        float[] exponentials = panels.window(n);
        float[] x = logits.floats();
        double total = 0;
        for (int i = 0; i < m; i++) {
            int at = logits.offset() + i * n;
            int label = labels.ints()[labels.offset() + i];
            if (label < 0 || label >= n) {
                throw Shapes.outOfRange("label", i, label, n);
            }
            double weight = rowWeights == null ? 1 : rowWeights.floats()[rowWeights.offset() + i];
            float sum = VectorNorms.exponentials(panels, x, at, exponentials, 0, n);
            double logSum = panels.pad3[0] + Math.log(sum);
            double smoothed = smoothing == 0 ? 0 : smoothing * VectorArithmetic.sum(x, at, n) / n;
            total += weight * (logSum - (1 - smoothing) * x[at + label] - smoothed);
            if (dlogits != null) {
                double factor = scale * weight;
                float[] d = dlogits.floats();
                int to = dlogits.offset() + i * n;
                affine((float) (factor / sum), (float) (-factor * smoothing / n), exponentials, d, to, n);
                d[to + label] -= (float) (factor * (1 - smoothing));
            }
        }
        return total;
    }

    /** {@code y = a·x + b}. */
    private static void affine(float a, float b, float[] x, float[] y, int yo, int n) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector.fromArray(S, x, i)
                    .fma(FloatVector.broadcast(S, a), FloatVector.broadcast(S, b))
                    .intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] = Math.fma(a, x[i], b);
        }
    }

    /**
     * One AdamW step of n elements; {@code keep} is {@code 1 - lr·λ}, {@code rate} is {@code lr / (1 - β₁ᵗ)}, {@code
     * new1} is {@code 1 - β₁}, {@code new2} is {@code 1 - β₂} and {@code root} is {@code 1 / √(1 - β₂ᵗ)}.
     */
    static void adamW(
            float[] p,
            int po,
            float[] g,
            int go,
            float[] m,
            int mo,
            float[] v,
            int vo,
            int n,
            float keep,
            float rate,
            float beta1,
            float new1,
            float beta2,
            float new2,
            float root,
            float epsilon,
            float gradientScale) {
        int whole = n / LANES * LANES;
        for (int i = 0; i < whole; i += LANES) {
            FloatVector gradient = FloatVector.fromArray(S, g, go + i).mul(gradientScale);
            FloatVector first = FloatVector.fromArray(S, m, mo + i).mul(beta1).add(gradient.mul(new1));
            FloatVector second = FloatVector.fromArray(S, v, vo + i)
                    .mul(beta2)
                    .add(gradient.mul(gradient).mul(new2));
            first.intoArray(m, mo + i);
            second.intoArray(v, vo + i);
            FloatVector step = first.mul(rate)
                    .div(second.lanewise(VectorOperators.SQRT).mul(root).add(epsilon));
            FloatVector.fromArray(S, p, po + i).mul(keep).sub(step).intoArray(p, po + i);
        }
        if (whole < n) {
            Panels panels = Panels.local();
            int rest = n - whole;
            Panels.pad(panels.pad0, p, po + whole, rest, 0);
            Panels.pad(panels.pad1, g, go + whole, rest, 0);
            Panels.pad(panels.pad2, m, mo + whole, rest, 0);
            Panels.pad(panels.pad3, v, vo + whole, rest, 0);
            adamW(
                    panels.pad0,
                    0,
                    panels.pad1,
                    0,
                    panels.pad2,
                    0,
                    panels.pad3,
                    0,
                    LANES,
                    keep,
                    rate,
                    beta1,
                    new1,
                    beta2,
                    new2,
                    root,
                    epsilon,
                    gradientScale);
            System.arraycopy(panels.pad0, 0, p, po + whole, rest);
            System.arraycopy(panels.pad2, 0, m, mo + whole, rest);
            System.arraycopy(panels.pad3, 0, v, vo + whole, rest);
        }
    }

    static void sgd(
            float[] p,
            int po,
            float[] g,
            int go,
            float[] v,
            int vo,
            int n,
            float rate,
            float momentum,
            float decay,
            float gradientScale) {
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            FloatVector parameter = FloatVector.fromArray(S, p, po + i);
            FloatVector velocity = FloatVector.fromArray(S, v, vo + i)
                    .mul(momentum)
                    .add(FloatVector.fromArray(S, g, go + i).mul(gradientScale))
                    .add(parameter.mul(decay));
            velocity.intoArray(v, vo + i);
            parameter.sub(velocity.mul(rate)).intoArray(p, po + i);
        }
        for (; i < n; i++) {
            v[vo + i] = v[vo + i] * momentum + g[go + i] * gradientScale + p[po + i] * decay;
            p[po + i] -= v[vo + i] * rate;
        }
    }
}
