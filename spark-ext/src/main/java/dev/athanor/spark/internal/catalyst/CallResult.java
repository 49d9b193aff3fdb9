package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.model.Predictions;
import dev.athanor.engine.table.RowBatch;

/** Reads the value of a call for one row after the other out of the engine's {@link Predictions}. One thread. */
interface CallResult {
    /**
     * The value of a row, as Spark holds it in rows, or null; valid until the next call.
     *
     * @param batch what was predicted
     */
    Object value(Predictions predictions, RowBatch batch, int row);

    /** As {@link #value}, in memory of its own. */
    Object copy(Predictions predictions, RowBatch batch, int row);

    /** Whether a row that has all it needs has no value. */
    boolean failed(Predictions predictions, RowBatch batch, int row);
}
