package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.MR;
import static dev.athanor.engine.kernels.vector.Lanes.S;
import static dev.athanor.engine.kernels.vector.Lanes.STRIDE;

import dev.athanor.engine.tensor.Tensor;
import jdk.incubator.vector.FloatVector;

/** A matrix of any strides as the left operand; reused by its thread. */
final class StridedLeft implements Left {
    private float[] data;
    private int offset;
    private int rowStride;
    private int stepStride;
    private boolean byColumns;

    StridedLeft of(Tensor a) {
        data = a.floats();
        offset = a.offset();
        rowStride = a.stride(0);
        stepStride = a.dim(1) == 1 ? 1 : a.stride(1);
        byColumns = stepStride != 1 && (rowStride == 1 || a.dim(0) == 1);
        return this;
    }

    /** A contiguous matrix of {@code columns} columns. */
    StridedLeft of(float[] a, int at, int columns) {
        data = a;
        offset = at;
        rowStride = columns;
        stepStride = 1;
        byColumns = false;
        return this;
    }

    @Override
    public boolean byColumns() {
        return byColumns;
    }

    @Override
    public void pack(float[] to, int i0, int rows, int p0, int steps) {
        int from = offset + i0 * rowStride + p0 * stepStride;
        if (byColumns) {
            for (int i = 0; i < rows; i += MR) {
                column(data, from + i, stepStride, to, i * STRIDE, Math.min(MR, rows - i), steps);
            }
        } else if (stepStride == 1) {
            for (int i = 0; i < rows; i++) {
                copy(data, from + i * rowStride, to, i * STRIDE, steps);
            }
        } else {
            for (int i = 0; i < rows; i++) {
                gather(data, from + i * rowStride, stepStride, to, i * STRIDE, steps);
            }
        }
    }

    static void gather(float[] from, int at, int stride, float[] to, int start, int count) {
        for (int p = 0; p < count; p++) {
            to[start + p] = from[at + p * stride];
        }
    }

    static void copy(float[] from, int at, float[] to, int start, int count) {
        int p = 0;
        for (; p <= count - 4 * LANES; p += 4 * LANES) {
            FloatVector v0 = FloatVector.fromArray(S, from, at + p);
            FloatVector v1 = FloatVector.fromArray(S, from, at + p + LANES);
            FloatVector v2 = FloatVector.fromArray(S, from, at + p + 2 * LANES);
            FloatVector v3 = FloatVector.fromArray(S, from, at + p + 3 * LANES);
            v0.intoArray(to, start + p);
            v1.intoArray(to, start + p + LANES);
            v2.intoArray(to, start + p + 2 * LANES);
            v3.intoArray(to, start + p + 3 * LANES);
        }
        for (; p <= count - LANES; p += LANES) {
            FloatVector.fromArray(S, from, at + p).intoArray(to, start + p);
        }
        for (; p < count; p++) {
            to[start + p] = from[at + p];
        }
    }

    /**
     * Copies {@code MR} neighbours per step, reading and writing whole vectors: what is too much is overwritten by the
     * next step, or lies in the panel's slack. Only where a vector would leave the source are rows copied exactly.
     */
    static void column(float[] from, int at, int stride, float[] to, int start, int rows, int steps) {
        int width = (MR + LANES - 1) / LANES * LANES;
        int safe = stride == 0 ? 0 : (int) Math.max(0, Math.min(steps, ((long) from.length - width - at) / stride + 1));
        if (from.length - width - at < 0) {
            safe = 0;
        }
        for (int p = 0; p < safe; p++) {
            for (int r = 0; r < MR; r += LANES) {
                FloatVector.fromArray(S, from, at + p * stride + r).intoArray(to, start + p * MR + r);
            }
        }
        for (int p = safe; p < steps; p++) {
            for (int r = 0; r < rows; r++) {
                to[start + p * MR + r] = from[at + p * stride + r];
            }
        }
    }
}
