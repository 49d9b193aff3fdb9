package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.Bfloat16;
import dev.athanor.engine.tensor.Float16;

/**
 * How {@link BlockWeights} write their numbers: floats one by one, or whole numbers of few bits in groups of neighbours of
 * one row that share a scale, {@code weight = scale · (number - zero) + least}.
 *
 * <p>Scales and least values are products of a half and a whole number of few bits; a provider may refuse others.
 */
public enum BlockEncoding {
    /** IEEE 754 single precision. */
    FLOAT32(32, 0, 0, false),
    /** {@link Float16}, finite ones. */
    FLOAT16(16, 0, 0, false),
    /** {@link Bfloat16}. */
    BFLOAT16(16, 0, 0, false),
    /** 32 numbers from -128 to 127, whose scale is a finite half: GGUF's Q8_0. */
    INT8(8, 32, 128, false),
    /** 16 numbers from -32 to 31, whose scale has up to 18 significant bits: GGUF's Q6_K. */
    INT6(6, 16, 32, false),
    /** 32 numbers from -16 to 15, whose scale has up to 14 significant bits: GGUF's Q5_0. */
    INT5(5, 32, 16, false),
    /** 32 numbers from 0 to 31 on top of a least value, both of up to 19 significant bits: GGUF's Q5_1 and Q5_K. */
    UINT5(5, 32, 0, true),
    /** 32 numbers from -8 to 7: GGUF's Q4_0. */
    INT4(4, 32, 8, false),
    /** 32 numbers from 0 to 15 on top of a least value: GGUF's Q4_1 and Q4_K. */
    UINT4(4, 32, 0, true);

    private final int bits;
    private final int group;
    private final int zero;
    private final boolean hasLeast;

    BlockEncoding(int bits, int group, int zero, boolean hasLeast) {
        this.bits = bits;
        this.group = group;
        this.zero = zero;
        this.hasLeast = hasLeast;
    }

    /** Bits of one number. */
    public int bits() {
        return bits;
    }

    /** Numbers that share a scale; 0 where each is a float by itself. */
    public int group() {
        return group;
    }

    /** The number that stands for zero, in groups without a least value. */
    public int zero() {
        return zero;
    }

    /** Whether each group has a least value, the weight of number 0. */
    public boolean hasLeast() {
        return hasLeast;
    }

    /** Groups in a row of so many weights. */
    public int groups(int columns) {
        return group == 0 ? 0 : columns / group;
    }

    /** The weight of these bits, where each is a float by itself. */
    public float value(int number) {
        return switch (this) {
            case FLOAT32 -> Float.intBitsToFloat(number);
            case FLOAT16 -> Float16.value((short) number);
            case BFLOAT16 -> Bfloat16.value((short) number);
            default -> throw new IllegalArgumentException(this + " has scales");
        };
    }

    /** The weight of a number of a group; {@code least} counts where the group has one. */
    public float value(int number, float scale, float least) {
        return hasLeast ? scale * number + least : scale * (number - zero);
    }
}
