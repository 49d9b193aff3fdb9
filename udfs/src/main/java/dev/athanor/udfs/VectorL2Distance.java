package dev.athanor.udfs;

import java.util.List;

/** {@code vector_l2_distance(a, b)}: the Euclidean distance of two vectors, 0 for empty ones. */
public final class VectorL2Distance extends VectorFunction {
    private static final long serialVersionUID = 1L;

    @Override
    public String name() {
        return "vector_l2_distance";
    }

    @Override
    public String doc() {
        return "_FUNC_(a, b) - Returns the Euclidean distance of two vectors, ARRAY<FLOAT> both.";
    }

    @Override
    public String nulls() {
        return super.nulls() + " 0 for empty vectors.";
    }

    @Override
    public List<String> example() {
        return List.of("vector_l2_distance(array(1f, 2f), array(4f, 6f))", "5.0");
    }

    @Override
    public Float apply(float[] a, float[] b, int length) {
        double sum = 0;
        for (int i = 0; i < length; i++) {
            double difference = (double) a[i] - b[i];
            sum += difference * difference;
        }
        return (float) Math.sqrt(sum);
    }
}
