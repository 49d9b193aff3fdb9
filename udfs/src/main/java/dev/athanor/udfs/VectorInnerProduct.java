package dev.athanor.udfs;

import java.util.List;

/** {@code vector_inner_product(a, b)}: the sum of the products of their elements, 0 for empty vectors. */
public final class VectorInnerProduct extends VectorFunction {
    private static final long serialVersionUID = 1L;

    @Override
    public String name() {
        return "vector_inner_product";
    }

    @Override
    public String doc() {
        return "_FUNC_(a, b) - Returns the inner product of two vectors, ARRAY<FLOAT> both.";
    }

    @Override
    public String nulls() {
        return super.nulls() + " 0 for empty vectors.";
    }

    @Override
    public List<String> example() {
        return List.of("vector_inner_product(array(1f, 2f), array(3f, 4f))", "11.0");
    }

    @Override
    public Float apply(float[] a, float[] b, int length) {
        return (float) dot(a, b, length);
    }
}
