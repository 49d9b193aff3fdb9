package dev.athanor.engine.model;

import dev.athanor.engine.kernels.Precision;
import java.util.Objects;

/**
 * How the weights of a package were made smaller; {@code quantization.json} of a package that has one.
 *
 * @param precision of the matrices, and of the products with them
 */
public record Quantization(Precision precision) {
    /** Of packages without the file. */
    static final Quantization NONE = new Quantization(Precision.FLOAT32);

    public Quantization {
        Objects.requireNonNull(precision, "precision");
    }
}
