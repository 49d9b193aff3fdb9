package dev.athanor.engine.table;

import java.io.IOException;

/** Rows that arrive once, in order, a batch at a time: a Spark partition, or arrays in a test. */
public interface RowSource {
    /**
     * Clears {@code into} and fills it with up to its capacity of rows.
     *
     * @return false when no row was left
     */
    boolean next(RowBatch into) throws IOException;
}
