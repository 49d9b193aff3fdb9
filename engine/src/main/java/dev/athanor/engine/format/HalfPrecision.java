package dev.athanor.engine.format;

/** Half-precision numbers as single ones. */
final class HalfPrecision {
    private static final int SIGN = 0x8000;
    private static final int FRACTION = 0x3ff;
    private static final int INFINITE = 0x1f;
    /** The least half above zero, 2^-24. */
    private static final float STEP = 0x1p-24f;

    private HalfPrecision() {}

    static float toFloat(short half) {
        int sign = (half & SIGN) << 16;
        int exponent = (half >> 10) & INFINITE;
        int fraction = half & FRACTION;
        if (exponent == 0) {
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(fraction * STEP));
        }
        int biased = exponent == INFINITE ? 0xff : exponent + 112;
        return Float.intBitsToFloat(sign | (biased << 23) | (fraction << 13));
    }
}
