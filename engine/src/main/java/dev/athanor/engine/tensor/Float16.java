package dev.athanor.engine.tensor;

/** Numbers of IEEE 754 half precision. */
public final class Float16 {
    private static final int SIGN = 0x8000;
    private static final int FRACTION = 0x3ff;
    private static final int INFINITE = 0x1f;
    /** The least one above zero, 2^-24. */
    private static final float STEP = 0x1p-24f;

    private Float16() {}

    /** The number of these bits. */
    public static float value(short bits) {
        int sign = (bits & SIGN) << 16;
        int exponent = (bits >> 10) & INFINITE;
        int fraction = bits & FRACTION;
        if (exponent == 0) {
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(fraction * STEP));
        }
        int biased = exponent == INFINITE ? 0xff : exponent + 112;
        return Float.intBitsToFloat(sign | (biased << 23) | (fraction << 13));
    }
}
