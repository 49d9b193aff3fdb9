package dev.athanor.udfs;

/**
 * {@code vector_cosine_similarity(a, b)}: the cosine of the angle between two vectors, in [-1,1]; null for empty vectors
 * and where one has no length.
 */
public final class VectorCosineSimilarity extends VectorFunction {
    private static final long serialVersionUID = 1L;

    @Override
    public String name() {
        return "vector_cosine_similarity";
    }

    @Override
    public String doc() {
        return "_FUNC_(a, b) - Returns the cosine of the angle between two vectors, ARRAY<FLOAT> both.";
    }

    @Override
    public Float apply(float[] a, float[] b, int length) {
        double lengths = Math.sqrt(dot(a, a, length)) * Math.sqrt(dot(b, b, length));
        return lengths == 0 ? null : (Float) (float) Math.max(-1, Math.min(1, dot(a, b, length) / lengths));
    }
}
