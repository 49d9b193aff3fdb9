package dev.athanor.engine.autodiff;

import dev.athanor.engine.tensor.Tensor;

/** Where an {@link EmbeddingBag} reads its lookups: asked at every replay, because the tensors grow with the batch. */
public interface BagInput {
    /** INT32, at least {@link #size()} long. */
    Tensor indices();

    /** FLOAT32, as long as {@link #indices()}. */
    Tensor weights();

    /** INT32 (capacity+1): where each row's lookups start. */
    Tensor offsets();

    /** Lookups of the whole batch. */
    int size();
}
