package dev.athanor.engine.autodiff;

import dev.athanor.engine.tensor.Tensor;
import java.util.List;

/**
 * A named tensor of a network: what training changes, or, for a {@link Kind#BUFFER}, what it measures.
 *
 * <p>Shared by all workers of a run; each worker's {@link Tape} has its own {@link Gradients}.
 *
 * @param name unique within its network, as written to {@code model.safetensors}
 * @param kind how it is trained
 * @param tensor its values, changed in place
 */
public record Parameter(String name, Kind kind, Tensor tensor) {
    /** How a parameter is trained. */
    public enum Kind {
        /** A matrix or filter: weight decay applies. */
        WEIGHT,
        /** A bias, or the gain or shift of a normalisation: no weight decay. */
        OFFSET,
        /** An embedding table (V,D): only the rows a batch touches have a gradient. */
        TABLE,
        /** Not trained: running statistics. */
        BUFFER
    }

    /** A parameter yet to be given memory. */
    public record Declaration(String name, Kind kind, List<Integer> shape) {
        public Declaration {
            shape = List.copyOf(shape);
        }

        /** As an array, for a tensor. */
        int[] dimensions() {
            return shape.stream().mapToInt(Integer::intValue).toArray();
        }
    }
}
