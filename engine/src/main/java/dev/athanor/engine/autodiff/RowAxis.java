package dev.athanor.engine.autodiff;

import java.util.ArrayList;
import java.util.List;

/**
 * A kind of row of a {@link Tape}, of which each batch has another number: examples, or the tokens of all examples.
 * Belongs to its tape.
 */
public final class RowAxis {
    private final int capacity;
    private final List<Value> values = new ArrayList<>();
    private final List<Op> ops = new ArrayList<>();
    private int rows;

    RowAxis(int capacity) {
        this.capacity = capacity;
        this.rows = capacity;
    }

    /** Rows of the largest batch. */
    public int capacity() {
        return capacity;
    }

    /** Rows in use. */
    public int rows() {
        return rows;
    }

    void add(Value value) {
        values.add(value);
    }

    void add(Op op) {
        ops.add(op);
    }

    /** Sets how many rows of the capacity the next replay computes, on inputs too. */
    public void setRows(int newRows) {
        if (newRows < 1 || newRows > capacity) {
            throw new IllegalArgumentException(
                    "Cannot replay " + newRows + " rows: the tape was recorded for 1 to " + capacity);
        }
        if (newRows == rows) {
            return;
        }
        rows = newRows;
        for (int i = 0; i < values.size(); i++) {
            values.get(i).setRows(newRows);
        }
        for (int i = 0; i < ops.size(); i++) {
            ops.get(i).setRows(newRows);
        }
    }
}
