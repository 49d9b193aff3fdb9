package dev.athanor.engine.kernels;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.tensor.Tensor;

/**
 * Weights as whole numbers from -127 to 127 and a scale per column: the largest magnitude of a column becomes 127, the
 * others are rounded to nearest, ties to even. Immutable.
 *
 * <p>Quantising {@code value · scale} again gives the same values. A column that holds a value that is not finite has the
 * scale NaN, which reaches every result of that column.
 *
 * @see RowScale for the other operand
 */
public final class Int8Matrix {
    /** Most rows: so many products of a byte and an unsigned byte fit the 32 bits of their sum. */
    public static final int ROWS_LIMIT = 1 << 16;

    private static final int MOST = 127;

    private final int rows;
    private final int columns;
    private final byte[] values;
    private final float[] scales;

    private Int8Matrix(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        this.values = new byte[rows * columns];
        this.scales = new float[columns];
    }

    /**
     * Quantises a matrix.
     *
     * @param b (K,N), any strides
     * @throws AthanorException if it has more than {@link #ROWS_LIMIT} rows
     */
    public static Int8Matrix of(Tensor b) {
        if (b.dim(0) > ROWS_LIMIT) {
            throw new AthanorException(
                    "Cannot quantise " + b + " to 8 bits",
                    "its sums of " + b.dim(0) + " products may exceed 32 bits; at most " + ROWS_LIMIT + " are taken",
                    "Keep this model in bf16");
        }
        Int8Matrix matrix = new Int8Matrix(b.dim(0), b.dim(1));
        for (int j = 0; j < matrix.columns; j++) {
            matrix.column(b, j);
        }
        return matrix;
    }

    private void column(Tensor b, int j) {
        float most = 0;
        for (int p = 0; p < rows; p++) {
            most = Math.max(most, Math.abs(at(b, p, j)));
        }
        if (!Float.isFinite(most)) {
            scales[j] = Float.NaN;
            return;
        }
        float scale = most / MOST;
        if (scale < Float.MIN_NORMAL) {
            return; // next to nothing: scale and values stay zero
        }
        scales[j] = scale;
        for (int p = 0; p < rows; p++) {
            values[p * columns + j] = (byte) Math.rint(at(b, p, j) / scale);
        }
    }

    private static float at(Tensor b, int p, int j) {
        return (float) b.at(b.offset() + p * b.stride(0) + j * b.stride(1));
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /** The whole number at (p,j). */
    public byte value(int p, int j) {
        return values[p * columns + j];
    }

    /** What a column's whole numbers are multiplied by. */
    public float scale(int j) {
        return scales[j];
    }

    /** Sum of a column's whole numbers. */
    public int sum(int j) {
        int sum = 0;
        for (int p = 0; p < rows; p++) {
            sum += values[p * columns + j];
        }
        return sum;
    }
}
