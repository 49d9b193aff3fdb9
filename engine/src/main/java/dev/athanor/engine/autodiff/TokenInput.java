package dev.athanor.engine.autodiff;

import dev.athanor.engine.tensor.Tensor;

/** Where a {@link TokenEmbedding} reads its tokens: asked at every replay, because the tensors grow with the batch. */
public interface TokenInput extends SequenceInput {
    /** Tokens of the batch. */
    int tokens();

    /** INT32, at least {@link #tokens()} long: row of each token's embedding. */
    Tensor ids();

    /** INT32, at least {@link #tokens()} long: type of each token. */
    Tensor types();

    /** INT32, at least {@link #tokens()} long: place of each token within its sequence. */
    Tensor positions();
}
