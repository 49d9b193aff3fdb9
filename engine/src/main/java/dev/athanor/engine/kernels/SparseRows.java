package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * The distinct rows of a table that one batch touches, and where each lookup's gradient is collected.
 *
 * <p>Only touched rows get a gradient and an optimizer step, so that a step over a table of a million rows costs what
 * the batch costs. Reused from step to step; grows to the largest batch seen and then allocates nothing.
 */
public final class SparseRows {
    private final int[] slotOfRow;
    private int[] rows = new int[256];
    private Tensor slots = Tensor.zeros(DType.INT32, 1024);
    private int count;

    /** @param tableRows V, number of rows of the table */
    public SparseRows(int tableRows) {
        slotOfRow = new int[tableRows];
        Arrays.fill(slotOfRow, -1);
    }

    /** Assigns a slot to each of the first {@code n} indices; the k-th distinct row in order of appearance gets slot k. */
    public void assign(Tensor indices, int n) {
        for (int i = 0; i < count; i++) {
            slotOfRow[rows[i]] = -1;
        }
        count = 0;
        extend(indices, n);
    }

    /** As {@link #assign}, but rows that have a slot keep it. */
    public void extend(Tensor indices, int n) {
        if (slots.size() < n) {
            slots = Tensor.zeros(DType.INT32, Math.max(n, slots.size() * 2));
        }
        int[] from = indices.ints();
        int base = indices.offset();
        int[] to = slots.ints();
        for (int i = 0; i < n; i++) {
            int row = from[base + i];
            int slot = slotOfRow[row];
            if (slot < 0) {
                slot = count++;
                slotOfRow[row] = slot;
                if (slot == rows.length) {
                    rows = Arrays.copyOf(rows, slot * 2);
                }
                rows[slot] = row;
            }
            to[i] = slot;
        }
    }

    /** Number of distinct rows S. */
    public int count() {
        return count;
    }

    /** Table row of a slot, for slots 0 to {@link #count()} - 1. */
    public int row(int slot) {
        return rows[slot];
    }

    /** INT32: slot of each index given to {@link #assign}, in the same order. */
    public Tensor slots() {
        return slots;
    }
}
