package dev.athanor.engine.table;

import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * {@link ColumnPlan.DenseVector} and {@link ColumnPlan.VectorImage}: one pass scales, copies and looks for NaN.
 *
 * <p>{@code x · 0} is NaN for NaN and infinite x only: each place's products are summed over the rows of a batch, and
 * the rows are looked at one by one only if a sum is not zero. A row is worked on in an array of its own, because the
 * compiler makes vectors only of arrays that run in step.
 */
final class VectorEncoder extends ColumnEncoder {
    private final String column;
    private final int length;
    private final int dense;
    private final float factor;
    private final float[] mean;
    private final float[] scale;
    private final float[] products;
    private final float[] work;

    VectorEncoder(ColumnPlan.DenseVector plan) {
        this.column = plan.column();
        this.length = plan.length();
        this.dense = plan.dense();
        boolean shared = plan.scale().size() == 1 && plan.mean().get(0) == 0f;
        this.products = new float[length];
        this.work = new float[length];
        this.factor = plan.scale().get(0);
        this.mean = shared ? null : spread(plan.mean(), length);
        this.scale = shared ? null : spread(plan.scale(), length);
    }

    VectorEncoder(ColumnPlan.VectorImage plan) {
        this.column = plan.column();
        this.length = plan.shape().size();
        this.dense = -1;
        this.products = new float[length];
        this.work = new float[length];
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
        int start = target.offset() + Math.max(0, dense);
        float[] out = target.floats();
        Arrays.fill(products, 0f);
        for (int row = from, at = start; row < to; row++, at += stride) {
            if (whole(vectors, row)) {
                System.arraycopy(vectors.data(), vectors.start(row), work, 0, length);
                if (mean == null) {
                    scale();
                } else {
                    standardise();
                }
                System.arraycopy(work, 0, out, at, length);
            } else {
                Arrays.fill(out, at, at + length, 0f);
                into.setError(
                        row - from,
                        "column " + this.column + " "
                                + (vectors.isNull(row)
                                        ? "is null"
                                        : "has " + (vectors.end(row) - vectors.start(row)) + " values, not " + length));
            }
        }
        if (!allZero(products)) {
            rejectNotFinite(vectors, from, to, out, start, stride, into);
        }
    }

    private boolean whole(FeatureColumn.Vectors vectors, int row) {
        return !vectors.isNull(row) && vectors.end(row) - vectors.start(row) == length;
    }

    private void rejectNotFinite(
            FeatureColumn.Vectors vectors, int from, int to, float[] out, int start, int stride, EncodedBatch into) {
        for (int row = from, at = start; row < to; row++, at += stride) {
            if (whole(vectors, row) && !(finite(vectors.data(), vectors.start(row)) && finite(out, at))) {
                Arrays.fill(out, at, at + length, 0f);
                into.setError(row - from, "column " + column + " holds NaN or an infinite value");
            }
        }
    }

    /** Scales the row in {@code work}. */
    private void scale() {
        for (int i = 0; i < length; i++) {
            float value = work[i] * factor;
            work[i] = value;
            products[i] += value * 0f;
        }
    }

    /** Standardises the row in {@code work}. */
    private void standardise() {
        for (int i = 0; i < length; i++) {
            float value = work[i];
            work[i] = Math.max(-CLIP, Math.min(CLIP, (value - mean[i]) * scale[i]));
            products[i] += value * 0f;
        }
    }

    private static boolean allZero(float[] values) {
        for (float value : values) {
            if (value != 0f) { // true for NaN
                return false;
            }
        }
        return true;
    }

    private boolean finite(float[] values, int at) {
        for (int i = 0; i < length; i++) {
            if (!Float.isFinite(values[at + i])) {
                return false;
            }
        }
        return true;
    }
}
