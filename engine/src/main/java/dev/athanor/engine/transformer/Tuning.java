package dev.athanor.engine.transformer;

/**
 * What of a transformer is trained.
 *
 * @param rank of adapters beside the products of the blocks, nothing else being trained then; 0 to train all weights
 * @param sparse whether only the embeddings that a batch looks up have a gradient, where they are used for nothing else
 * @param checkpoints whether what a block computes on its way is computed again for the backward pass instead of kept
 */
public record Tuning(int rank, boolean sparse, boolean checkpoints) {
    /** All weights, each with a gradient at every step. */
    public static final Tuning DENSE = new Tuning(0, false, false);

    public Tuning {
        if (rank < 0) {
            throw new IllegalArgumentException("Cannot train adapters of rank " + rank);
        }
    }

    /** The same with or without {@link #checkpoints}. */
    public Tuning withCheckpoints(boolean with) {
        return new Tuning(rank, sparse, with);
    }

    /** Whether adapters are trained, and the weights they stand beside are not. */
    public boolean adapters() {
        return rank > 0;
    }

    boolean sparseTokens(TransformerSpec spec) {
        return sparse && spec.head() != TransformerSpec.Head.TIED;
    }
}
