package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.NR;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import dev.athanor.engine.tensor.Tensor;
import jdk.incubator.vector.FloatVector;

/** The right operand of a product that is packed as it is used; reused by its thread. */
final class Right {
    private float[] data;
    private int offset;
    private int rowStride;
    private int columnStride;
    private int rows;
    private int columns;

    Right of(Tensor b) {
        return of(b.floats(), b.offset(), b.dim(0), b.stride(0), b.dim(1), b.stride(1));
    }

    Right of(float[] from, int at, int numRows, int strideOfRows, int numColumns, int strideOfColumns) {
        data = from;
        offset = at;
        rows = numRows;
        rowStride = strideOfRows;
        columns = numColumns;
        columnStride = numColumns == 1 ? 1 : strideOfColumns;
        return this;
    }

    int rows() {
        return rows;
    }

    int columns() {
        return columns;
    }

    /** Elements. */
    long size() {
        return (long) rows * columns;
    }

    float[] data() {
        return data;
    }

    /** Whether the operand is one panel as it lies: then nothing needs packing. */
    boolean isPanel() {
        return columnStride == 1 && rowStride == columns && (columns == NR || columns == LANES);
    }

    /** Whether each row is one run of memory. */
    boolean rowsAreContiguous() {
        return columnStride == 1;
    }

    /** Distance of rows. */
    int rowStride() {
        return rowStride;
    }

    /** Where row {@code p} begins. */
    int at(int p) {
        return offset + p * rowStride;
    }

    /** Packs the panels of columns {@code j0 … j1} of steps {@code p0 … p0+steps} one after the other. */
    void pack(int p0, int steps, int j0, int j1, float[] to, int start) {
        int whole = 0;
        if (columnStride == 1) {
            int panels = (j1 - j0) / NR;
            whole = panels * NR;
            sweep(data, offset + p0 * rowStride + j0, rowStride, steps, panels, to, start);
        }
        for (int j = j0 + whole; j < j1; j += NR) {
            pack(p0, steps, j, to, start + (j - j0) * steps);
        }
    }

    /** Packs panels row by row, four rows at a time, so that rows are read in long runs and whole lines are written. */
    static void sweep(float[] from, int at, int stride, int steps, int panels, float[] to, int start) {
        int p = 0;
        for (; p <= steps - 4; p += 4) {
            int f0 = at + p * stride;
            int f1 = f0 + stride;
            int f2 = f1 + stride;
            int f3 = f2 + stride;
            int t = start + p * NR;
            for (int j = 0; j < panels; j++) {
                FloatVector.fromArray(S, from, f0).intoArray(to, t);
                FloatVector.fromArray(S, from, f0 + LANES).intoArray(to, t + LANES);
                FloatVector.fromArray(S, from, f1).intoArray(to, t + NR);
                FloatVector.fromArray(S, from, f1 + LANES).intoArray(to, t + NR + LANES);
                FloatVector.fromArray(S, from, f2).intoArray(to, t + 2 * NR);
                FloatVector.fromArray(S, from, f2 + LANES).intoArray(to, t + 2 * NR + LANES);
                FloatVector.fromArray(S, from, f3).intoArray(to, t + 3 * NR);
                FloatVector.fromArray(S, from, f3 + LANES).intoArray(to, t + 3 * NR + LANES);
                f0 += NR;
                f1 += NR;
                f2 += NR;
                f3 += NR;
                t += steps * NR;
            }
        }
        for (; p < steps; p++) {
            int f = at + p * stride;
            int t = start + p * NR;
            for (int j = 0; j < panels; j++) {
                FloatVector.fromArray(S, from, f).intoArray(to, t);
                FloatVector.fromArray(S, from, f + LANES).intoArray(to, t + LANES);
                f += NR;
                t += steps * NR;
            }
        }
    }

    /**
     * Packs the panel of columns {@code j0 …} of steps {@code p0 … p0+steps}. Columns past the operand's last are
     * whatever lies there: they are computed with and never written out.
     */
    void pack(int p0, int steps, int j0, float[] to, int start) {
        int width = PackedPanels.width(columns - j0);
        int used = Math.min(width, columns - j0);
        int at = offset + p0 * rowStride + j0 * columnStride;
        if (columnStride == 1) {
            byRows(data, at, rowStride, steps, used, width, to, start);
        } else {
            byColumns(data, at, rowStride, columnStride, steps, used, width, to, start);
        }
    }

    private static void byRows(
            float[] from, int at, int stride, int steps, int columns, int width, float[] to, int start) {
        int room = from.length - width - at;
        int safe = room < 0 ? 0 : stride <= 0 ? steps : Math.min(steps, room / stride + 1);
        if (width == NR) {
            for (int p = 0; p < safe; p++) {
                FloatVector.fromArray(S, from, at + p * stride).intoArray(to, start + p * NR);
                FloatVector.fromArray(S, from, at + p * stride + LANES).intoArray(to, start + p * NR + LANES);
            }
        } else {
            for (int p = 0; p < safe; p++) {
                FloatVector.fromArray(S, from, at + p * stride).intoArray(to, start + p * LANES);
            }
        }
        for (int p = safe; p < steps; p++) {
            System.arraycopy(from, at + p * stride, to, start + p * width, columns);
        }
    }

    /** Four columns at a time, so that four streams are read and whole lines are written. */
    private static void byColumns(
            float[] from,
            int at,
            int rowStride,
            int columnStride,
            int steps,
            int columns,
            int width,
            float[] to,
            int start) {
        int j = 0;
        for (; j <= columns - 4; j += 4) {
            int f0 = at + j * columnStride;
            int f1 = f0 + columnStride;
            int f2 = f1 + columnStride;
            int f3 = f2 + columnStride;
            int t = start + j;
            for (int p = 0; p < steps; p++) {
                to[t + p * width] = from[f0 + p * rowStride];
                to[t + p * width + 1] = from[f1 + p * rowStride];
                to[t + p * width + 2] = from[f2 + p * rowStride];
                to[t + p * width + 3] = from[f3 + p * rowStride];
            }
        }
        for (; j < columns; j++) {
            int f = at + j * columnStride;
            for (int p = 0; p < steps; p++) {
                to[start + j + p * width] = from[f + p * rowStride];
            }
        }
    }
}
