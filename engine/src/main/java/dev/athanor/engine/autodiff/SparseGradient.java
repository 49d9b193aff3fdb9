package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.SparseRows;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

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
    private Tensor merged = Tensor.zeros(DType.INT32, 0);

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

    /**
     * As {@link #assign}, but keeps the rows that are there and their values; rows that are new begin at zero, and the
     * slots are those of these indices.
     */
    public void extend(Tensor indices, int n) {
        int before = rows.count();
        rows.extend(indices, n);
        if (capacity < rows.count()) {
            capacity = Math.max(1024, Math.max(rows.count(), capacity * 2));
            Tensor more = Tensor.zeros(dtype, capacity, width);
            TensorRows.copy(values, 0, more, 0, before * width);
            values = more;
        }
        values.setRows(rows.count());
        clear(before);
    }

    /**
     * Sums one share of several workers' gradients, in the order given, so that the same workers give the same bits.
     *
     * @param sources one per worker
     * @param share which rows: those whose number leaves this remainder when divided by {@code shares}
     */
    public void merge(List<SparseGradient> sources, int share, int shares) {
        int n = 0;
        for (int w = 0; w < sources.size(); w++) {
            SparseRows from = sources.get(w).rows;
            if (merged.size() < n + from.count()) {
                int[] more = Arrays.copyOf(merged.ints(), Math.max(1024, 2 * (n + from.count())));
                merged = Tensor.of(more, more.length);
            }
            for (int s = 0; s < from.count(); s++) {
                if (from.row(s) % shares == share) {
                    merged.ints()[n++] = from.row(s);
                }
            }
        }
        assign(merged, n);
        clear(0);
        int i = 0;
        for (int w = 0; w < sources.size(); w++) {
            SparseGradient from = sources.get(w);
            for (int s = 0; s < from.rows.count(); s++) {
                if (from.rows.row(s) % shares == share) {
                    int slot = rows.slots().ints()[i++];
                    TensorRows.add(from.values, s * width, values, slot * width, width, 1);
                }
            }
        }
    }

    private void clear(int from) {
        int n = rows.count() * width;
        if (dtype == DType.FLOAT64) {
            Arrays.fill(values.doubles(), from * width, n, 0);
        } else {
            Arrays.fill(values.floats(), from * width, n, 0);
        }
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
