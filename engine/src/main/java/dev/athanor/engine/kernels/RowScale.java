package dev.athanor.engine.kernels;

/**
 * How a row of a product's left operand becomes whole numbers from 0 to 255: {@code q = rint(x / scale + zero)}, so that
 * zero stays exact and {@code x ≈ (q - zero) · scale}.
 *
 * @param scale a 254th of the way from the row's least value to its greatest, both taken from zero on; 0 for a row of
 *     next to nothing; NaN for a row with a value that is not finite
 * @param zero what zero becomes, from 0 to 254
 */
public record RowScale(float scale, int zero) {
    /** Rows that span less than this are taken for zero. */
    public static final float LEAST = 1e-30f;

    private static final float STEPS = 254;

    /**
     * @param below how far the row goes below zero, at least 0
     * @param above how far above
     */
    public static RowScale of(float below, float above) {
        float scale = scale(below, above);
        return new RowScale(scale, zero(below, scale));
    }

    /** {@link #scale()} without making a record. */
    public static float scale(float below, float above) {
        float span = below + above;
        if (!Float.isFinite(span)) {
            return Float.NaN;
        }
        return span < LEAST ? 0 : span / STEPS;
    }

    /** {@link #zero()} without making a record. */
    public static int zero(float below, float scale) {
        return scale > 0 ? (int) Math.ceil(below * (1 / scale)) : 0;
    }

    /** What values are multiplied by: {@code 1 / scale}, or 0. */
    public static float inverse(float scale) {
        return scale > 0 ? 1 / scale : 0;
    }
}
