package dev.athanor.udfs;

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
    public Float apply(float[] a, float[] b, int length) {
        return (float) dot(a, b, length);
    }
}
