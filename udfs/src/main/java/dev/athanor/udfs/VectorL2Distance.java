package dev.athanor.udfs;

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
    public Float apply(float[] a, float[] b, int length) {
        double sum = 0;
        for (int i = 0; i < length; i++) {
            double difference = (double) a[i] - b[i];
            sum += difference * difference;
        }
        return (float) Math.sqrt(sum);
    }
}
