package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.SparseRows;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;

/**
 * One worker's gradient of an embedding table: the rows its batch touched, compacted.
 *
 * <p>Grows to the largest batch seen and then allocates nothing.
 */
public final class SparseGradient {
    private final SparseRows rows;
    private final int width;
    private final DType dtype;
    private Tensor values;
    private int capacity;

    /** @param table (V,D) */
    public SparseGradient(Tensor table) {
        this.rows = new SparseRows(table.dim(0));
        this.width = table.dim(1);
        this.dtype = table.dtype();
        this.values = Tensor.zeros(dtype, 0, width);
    }

    /**
     * Finds the distinct rows among the first {@code n} indices and makes {@link #values()} one row for each; what they
     * hold is left from before.
     */
    public void assign(Tensor indices, int n) {
        rows.assign(indices, n);
        if (capacity < rows.count()) {
            capacity = Math.max(1024, Math.max(rows.count(), capacity * 2));
            values = Tensor.zeros(dtype, capacity, width);
        }
        values.setRows(rows.count());
    }

    /** Which table rows were touched. */
    public SparseRows rows() {
        return rows;
    }

    /** (S,D): the gradient of each touched row, in slot order. */
    public Tensor values() {
        return values;
    }

    /** D, values per row. */
    public int width() {
        return width;
    }
}
