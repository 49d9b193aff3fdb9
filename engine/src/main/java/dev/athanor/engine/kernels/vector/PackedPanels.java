package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.KC;
import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.NR;

import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.tensor.Tensor;

/**
 * A right operand in panels of {@link Lanes#NR} columns, the last one of {@link Lanes#LANES} where that suffices.
 *
 * <p>Blocks of up to {@link Lanes#KC} steps follow each other; within a block its panels; within a panel its steps: the
 * order in which a product reads them.
 */
final class PackedPanels implements PackedMatrix {
    private final int rows;
    private final int columns;
    private final float[] data;
    private final boolean finite;

    PackedPanels(Tensor b) {
        rows = b.dim(0);
        columns = b.dim(1);
        data = new float[rows * paddedColumns(columns) + NR];
        int step = blockSteps(rows);
        Right right = new Right().of(b);
        for (int p0 = 0; p0 < rows; p0 += step) {
            int steps = Math.min(step, rows - p0);
            for (int j0 = 0; j0 < columns; j0 += NR) {
                right.pack(p0, steps, j0, data, at(p0, steps, j0));
            }
        }
        finite = VectorArithmetic.isFinite(data, 0, data.length);
    }

    /** Whether it holds neither NaN nor infinite values. */
    boolean isFinite() {
        return finite;
    }

    float[] data() {
        return data;
    }

    /** Where the panel of columns {@code j0 …} of the block at {@code p0} begins. */
    int at(int p0, int steps, int j0) {
        return p0 * paddedColumns(columns) + steps * j0;
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
        return (long) data.length * Float.BYTES;
    }

    /** Width of the panel that begins where {@code left} columns are left. */
    static int width(int left) {
        return left > LANES ? NR : LANES;
    }

    static int paddedColumns(int columns) {
        int tail = columns % NR;
        return columns - tail + (tail == 0 ? 0 : width(tail));
    }

    /** Steps of one block: the inner dimension cut into equal parts of at most KC. */
    static int blockSteps(int k) {
        int blocks = Math.max(1, (k + KC - 1) / KC);
        return Math.max(1, (k + blocks - 1) / blocks);
    }
}
