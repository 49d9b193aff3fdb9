package dev.athanor.engine.model;

import dev.athanor.engine.table.RowBatch;

/**
 * Runs a model over batches: encodes, computes, calibrates. One thread; owns its arena; close it.
 *
 * <p>Any number of rows up to the capacity it was made for; nothing is allocated in the steady state.
 */
public interface Predictor extends AutoCloseable {
    /** Rows it takes at once. */
    int capacity();

    /** Predicts the rows of {@code batch}, whose columns follow {@link Model#signature()}. */
    Predictions predict(RowBatch batch);

    /** Tokens of texts read and written since it was made; 0 for a model that reads no texts by tokens. */
    default long tokens() {
        return 0;
    }

    /** Bytes of arena held. */
    long arenaBytes();

    /** Nanoseconds spent in encoding and in kernels since it was made. */
    long engineNanos();

    @Override
    void close();
}
