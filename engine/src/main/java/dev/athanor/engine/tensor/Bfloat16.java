package dev.athanor.engine.tensor;

/** Numbers that are the upper half of a FLOAT32. */
public final class Bfloat16 {
    private Bfloat16() {}

    /** The nearest one's 16 bits, ties to even; NaN stays NaN. */
    public static short bits(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }

    /** The nearest one, as a FLOAT32. */
    public static float round(float value) {
        return value(bits(value));
    }

    /** The number of these bits. */
    public static float value(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}
