package dev.athanor.engine.table;

import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** {@link ColumnPlan.DenseVector} and {@link ColumnPlan.VectorImage}: one pass scales, copies and looks for NaN. */
final class VectorEncoder extends ColumnEncoder {
    private final String column;
    private final int length;
    private final int dense;
    private final float factor;
    private final float[] mean;
    private final float[] scale;

    VectorEncoder(ColumnPlan.DenseVector plan) {
        this.column = plan.column();
        this.length = plan.length();
        this.dense = plan.dense();
        boolean shared = plan.scale().size() == 1 && plan.mean().get(0) == 0f;
        this.factor = plan.scale().get(0);
        this.mean = shared ? null : spread(plan.mean(), length);
        this.scale = shared ? null : spread(plan.scale(), length);
    }

    VectorEncoder(ColumnPlan.VectorImage plan) {
        this.column = plan.column();
        this.length = plan.shape().size();
        this.dense = -1;
        this.factor = plan.scale();
        this.mean = null;
        this.scale = null;
    }

    private static float[] spread(List<Float> values, int length) {
        float[] all = new float[length];
        for (int i = 0; i < length; i++) {
            all[i] = values.get(values.size() == 1 ? 0 : i);
        }
        return all;
    }

    @Override
    void encode(FeatureColumn column, int from, int to, EncodedBatch into) {
        FeatureColumn.Vectors vectors = (FeatureColumn.Vectors) column;
        Tensor target = dense < 0 ? into.image() : into.dense();
        int stride = dense < 0 ? length : into.layout().denseWidth();
        int at = target.offset() + Math.max(0, dense);
        float[] out = target.floats();
        for (int row = from; row < to; row++, at += stride) {
            int start = vectors.start(row);
            if (vectors.isNull(row)) {
                fail(row - from, "is null", out, at, into);
            } else if (vectors.end(row) - start != length) {
                fail(row - from, "has " + (vectors.end(row) - start) + " values, not " + length, out, at, into);
            } else {
                boolean finite = mean == null
                        ? scaled(vectors.data(), start, out, at)
                        : standardised(vectors.data(), start, out, at);
                if (!finite) {
                    fail(row - from, "holds NaN or an infinite value", out, at, into);
                }
            }
        }
    }

    private void fail(int row, String why, float[] out, int at, EncodedBatch into) {
        Arrays.fill(out, at, at + length, 0f);
        into.setError(row, "column " + column + " " + why);
    }

    private boolean scaled(float[] in, int start, float[] out, int at) {
        for (int i = 0; i < length; i++) {
            out[at + i] = in[start + i] * factor;
        }
        return finite(out, at);
    }

    private boolean standardised(float[] in, int start, float[] out, int at) {
        if (!finite(in, start)) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            out[at + i] = Math.max(-CLIP, Math.min(CLIP, (in[start + i] - mean[i]) * scale[i]));
        }
        return true;
    }

    /** {@code x · 0} is NaN for NaN and infinite x only; four sums side by side hide the latency of one. */
    private boolean finite(float[] values, int at) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = 0;
        for (; i + 4 <= length; i += 4) {
            a += values[at + i] * 0f;
            b += values[at + i + 1] * 0f;
            c += values[at + i + 2] * 0f;
            d += values[at + i + 3] * 0f;
        }
        for (; i < length; i++) {
            a += values[at + i] * 0f;
        }
        return a + b + c + d == 0f;
    }
}
