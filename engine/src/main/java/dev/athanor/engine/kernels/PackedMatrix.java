package dev.athanor.engine.kernels;

/**
 * The right-hand matrix of a product in its provider's own layout: packed once at load, used by many products.
 *
 * <p>Immutable and safe to share between threads. Made by {@link Kernels#pack}, only good for the provider that made it.
 */
public interface PackedMatrix {
    /** Rows of the matrix: the inner dimension K of a product. */
    int rows();

    /** Columns of the matrix: the dimension N of a product. */
    int columns();

    /** How the weights are kept. */
    default Precision precision() {
        return Precision.FLOAT32;
    }

    /** Memory held, in bytes. */
    long bytes();
}
