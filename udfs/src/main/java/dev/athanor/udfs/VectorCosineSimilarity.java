package dev.athanor.udfs;

import java.util.List;

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
    public String nulls() {
        return super.nulls() + " Null also for empty vectors, and where all elements of one are zero.";
    }

    @Override
    public List<String> example() {
        return List.of("vector_cosine_similarity(array(3f, 4f), array(3f, 0f))", "0.6");
    }

    @Override
    public Float apply(float[] a, float[] b, int length) {
        double lengths = Math.sqrt(dot(a, a, length)) * Math.sqrt(dot(b, b, length));
        return lengths == 0 ? null : (Float) (float) Math.max(-1, Math.min(1, dot(a, b, length) / lengths));
    }
}
