package dev.athanor.engine.nn;

import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.tensor.Tensor;

/** Runs a {@link RowModel}, one thread. Owns its memory; close it. */
public interface RowPass extends AutoCloseable {
    /**
     * Computes a batch.
     *
     * @param batch of the network's layout, at most as many rows as the pass was made for
     * @return (B,outputs): logits, or standardised numbers; valid until the next run
     */
    Tensor run(EncodedBatch batch);

    /** Bytes of buffers held. */
    long arenaBytes();

    @Override
    void close();
}
