package dev.athanor.engine.autodiff;

import dev.athanor.engine.tensor.Tensor;

/** Which rows of a batch belong together in {@link Attention}: asked at every replay. */
public interface SequenceInput {
    /** Sequences of the batch; together they are all rows in use. */
    int sequences();

    /** INT32, more than {@link #sequences()} long: where each sequence starts, and where the last one ends. */
    Tensor starts();
}
