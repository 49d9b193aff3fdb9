package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.I;
import static dev.athanor.engine.kernels.vector.Lanes.NR;
import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.athanor.engine.kernels.BlockEncoding;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Turns one vector of columns of {@link BlockPanels}, some groups long, into floats, one step per row of the result.
 *
 * <p>Parameters of all: the words and where they begin, how many groups, and where the results go, {@link Lanes#NR} apart.
 */
final class BlockExpansion {
    /** The sign of a half, and its other bits where a float has them. */
    static final int HALF = 0x8fffe000;

    /** What halves at that place are multiplied by. */
    static final float HALF_SCALE = 0x1p112f;

    private BlockExpansion() {}

    static FloatVector lowHalf(IntVector word) {
        return highHalf(word.lanewise(LSHL, 16));
    }

    static FloatVector highHalf(IntVector word) {
        return word.lanewise(ASHR, 3).lanewise(AND, HALF).reinterpretAsFloats().mul(HALF_SCALE);
    }

    static FloatVector lower(IntVector word) {
        return word.lanewise(LSHL, 16).reinterpretAsFloats();
    }

    static FloatVector upper(IntVector word) {
        return word.lanewise(AND, 0xffff0000).reinterpretAsFloats();
    }

    static void floats(int[] from, int at, int groups, float[] to, int start) {
        for (int p = 0; p < 32 * groups; p++) {
            IntVector.fromArray(I, from, at + p * NR).reinterpretAsFloats().intoArray(to, start + p * NR);
        }
    }

    static void halves(int[] from, int at, int groups, float[] to, int start) {
        for (int r = 0; r < 16 * groups; r++) {
            IntVector word = IntVector.fromArray(I, from, at + r * NR);
            lowHalf(word).intoArray(to, start + 2 * r * NR);
            highHalf(word).intoArray(to, start + (2 * r + 1) * NR);
        }
    }

    static void upperHalves(int[] from, int at, int groups, float[] to, int start) {
        for (int r = 0; r < 16 * groups; r++) {
            IntVector word = IntVector.fromArray(I, from, at + r * NR);
            lower(word).intoArray(to, start + 2 * r * NR);
            upper(word).intoArray(to, start + (2 * r + 1) * NR);
        }
    }

    static void bits8(int[] from, int at, int groups, float[] to, int start) {
        for (int g = 0; g < groups; g++) {
            IntVector scales = IntVector.fromArray(I, from, at);
            at += NR;
            for (int half = 0; half < 2; half++, start += 32 * NR) {
                FloatVector s0 = highHalf(scales);
                FloatVector zero = s0.mul(-BlockEncoding.INT8.zero());
                FloatVector s1 = s0.mul(0x1p-8f);
                FloatVector s2 = s0.mul(0x1p-16f);
                scales = scales.lanewise(LSHL, 16);
                for (int r = 0; r < 8; r++) {
                    IntVector word = IntVector.fromArray(I, from, at + (2 * r + half) * NR);
                    int p = start + 4 * r * NR;
                    ((FloatVector) word.and(0xff).convert(I2F, 0)).fma(s0, zero).intoArray(to, p);
                    ((FloatVector) word.and(0xff00).convert(I2F, 0))
                            .fma(s1, zero)
                            .intoArray(to, p + NR);
                    ((FloatVector) word.and(0xff0000).convert(I2F, 0))
                            .fma(s2, zero)
                            .intoArray(to, p + 2 * NR);
                    ((FloatVector) word.lanewise(LSHR, 24).convert(I2F, 0))
                            .fma(s0, zero)
                            .intoArray(to, p + 3 * NR);
                }
            }
            at += 16 * NR;
        }
    }

    static void bits6(int[] from, int at, int groups, float[] to, int start) {
        for (int g = 0; g < groups; g++, at += 4 * NR) {
            IntVector header = IntVector.fromArray(I, from, at);
            FloatVector s0 = header.and(~BlockPanels.INT6_SPARE).reinterpretAsFloats();
            FloatVector zero = s0.mul(-BlockEncoding.INT6.zero());
            FloatVector s1 = s0.mul(0x1p-6f);
            FloatVector s2 = s0.mul(0x1p-12f);
            FloatVector s3 = s0.mul(0x1p-18f);
            FloatVector s4 = s0.mul(0x1p-24f);
            for (int r = 0; r < 3; r++) {
                IntVector word = IntVector.fromArray(I, from, at + (1 + r) * NR);
                ((FloatVector) word.and(0x3f).convert(I2F, 0)).fma(s0, zero).intoArray(to, start);
                ((FloatVector) word.and(0x3f << 6).convert(I2F, 0))
                        .fma(s1, zero)
                        .intoArray(to, start + NR);
                ((FloatVector) word.and(0x3f << 12).convert(I2F, 0))
                        .fma(s2, zero)
                        .intoArray(to, start + 2 * NR);
                ((FloatVector) word.and(0x3f << 18).convert(I2F, 0))
                        .fma(s3, zero)
                        .intoArray(to, start + 3 * NR);
                ((FloatVector) word.and(0x3f << 24).convert(I2F, 0))
                        .fma(s4, zero)
                        .intoArray(to, start + 4 * NR);
                start += 5 * NR;
            }
            ((FloatVector) header.and(0x3f).convert(I2F, 0)).fma(s0, zero).intoArray(to, start);
            start += NR;
        }
    }

    static void bits5(int[] from, int at, int groups, float[] to, int start) {
        for (int g = 0; g < groups; g++, at += 6 * NR) {
            IntVector header = IntVector.fromArray(I, from, at);
            FloatVector s0 = header.and(~BlockPanels.INT5_SPARE).reinterpretAsFloats();
            FloatVector zero = s0.mul(-BlockEncoding.INT5.zero());
            FloatVector s1 = s0.mul(0x1p-5f);
            FloatVector s2 = s0.mul(0x1p-10f);
            FloatVector s3 = s0.mul(0x1p-15f);
            FloatVector s4 = s0.mul(0x1p-20f);
            FloatVector s5 = s0.mul(0x1p-25f);
            for (int r = 1; r < 6; r++, start += 6 * NR) {
                IntVector word = IntVector.fromArray(I, from, at + r * NR);
                ((FloatVector) word.and(0x1f).convert(I2F, 0)).fma(s0, zero).intoArray(to, start);
                ((FloatVector) word.and(0x1f << 5).convert(I2F, 0))
                        .fma(s1, zero)
                        .intoArray(to, start + NR);
                ((FloatVector) word.and(0x1f << 10).convert(I2F, 0))
                        .fma(s2, zero)
                        .intoArray(to, start + 2 * NR);
                ((FloatVector) word.and(0x1f << 15).convert(I2F, 0))
                        .fma(s3, zero)
                        .intoArray(to, start + 3 * NR);
                ((FloatVector) word.and(0x1f << 20).convert(I2F, 0))
                        .fma(s4, zero)
                        .intoArray(to, start + 4 * NR);
                ((FloatVector) word.and(0x1f << 25).convert(I2F, 0))
                        .fma(s5, zero)
                        .intoArray(to, start + 5 * NR);
            }
            ((FloatVector) header.and(0x1f).convert(I2F, 0)).fma(s0, zero).intoArray(to, start);
            ((FloatVector) header.and(0x1f << 5).convert(I2F, 0)).fma(s1, zero).intoArray(to, start + NR);
            start += 2 * NR;
        }
    }

    static void bits5WithLeast(int[] from, int at, int groups, float[] to, int start) {
        for (int g = 0; g < groups; g++, at += 7 * NR) {
            IntVector header = IntVector.fromArray(I, from, at);
            IntVector second = IntVector.fromArray(I, from, at + NR);
            FloatVector s0 = header.and(~BlockPanels.UINT5_SPARE).reinterpretAsFloats();
            FloatVector zero = second.and(~BlockPanels.UINT5_SPARE).reinterpretAsFloats();
            FloatVector s1 = s0.mul(0x1p-5f);
            FloatVector s2 = s0.mul(0x1p-10f);
            FloatVector s3 = s0.mul(0x1p-15f);
            FloatVector s4 = s0.mul(0x1p-20f);
            FloatVector s5 = s0.mul(0x1p-25f);
            for (int r = 2; r < 7; r++, start += 6 * NR) {
                IntVector word = IntVector.fromArray(I, from, at + r * NR);
                ((FloatVector) word.and(0x1f).convert(I2F, 0)).fma(s0, zero).intoArray(to, start);
                ((FloatVector) word.and(0x1f << 5).convert(I2F, 0))
                        .fma(s1, zero)
                        .intoArray(to, start + NR);
                ((FloatVector) word.and(0x1f << 10).convert(I2F, 0))
                        .fma(s2, zero)
                        .intoArray(to, start + 2 * NR);
                ((FloatVector) word.and(0x1f << 15).convert(I2F, 0))
                        .fma(s3, zero)
                        .intoArray(to, start + 3 * NR);
                ((FloatVector) word.and(0x1f << 20).convert(I2F, 0))
                        .fma(s4, zero)
                        .intoArray(to, start + 4 * NR);
                ((FloatVector) word.and(0x1f << 25).convert(I2F, 0))
                        .fma(s5, zero)
                        .intoArray(to, start + 5 * NR);
            }
            ((FloatVector) header.and(0x1f).convert(I2F, 0)).fma(s0, zero).intoArray(to, start);
            ((FloatVector) second.and(0x1f).convert(I2F, 0)).fma(s0, zero).intoArray(to, start + NR);
            start += 2 * NR;
        }
    }

    static void bits4(int[] from, int at, int groups, float[] to, int start) {
        for (int g = 0; g < groups; g++, at += 5 * NR) {
            FloatVector s0 = IntVector.fromArray(I, from, at).reinterpretAsFloats();
            FloatVector zero = s0.mul(-BlockEncoding.INT4.zero());
            FloatVector s1 = s0.mul(0x1p-4f);
            FloatVector s2 = s0.mul(0x1p-8f);
            FloatVector s3 = s0.mul(0x1p-12f);
            FloatVector s4 = s0.mul(0x1p-16f);
            FloatVector s5 = s0.mul(0x1p-20f);
            FloatVector s6 = s0.mul(0x1p-24f);
            for (int r = 0; r < 4; r++) {
                IntVector word = IntVector.fromArray(I, from, at + (1 + r) * NR);
                ((FloatVector) word.and(0xf).convert(I2F, 0)).fma(s0, zero).intoArray(to, start);
                ((FloatVector) word.and(0xf0).convert(I2F, 0)).fma(s1, zero).intoArray(to, start + NR);
                ((FloatVector) word.and(0xf00).convert(I2F, 0)).fma(s2, zero).intoArray(to, start + 2 * NR);
                ((FloatVector) word.and(0xf000).convert(I2F, 0)).fma(s3, zero).intoArray(to, start + 3 * NR);
                ((FloatVector) word.and(0xf0000).convert(I2F, 0)).fma(s4, zero).intoArray(to, start + 4 * NR);
                ((FloatVector) word.and(0xf00000).convert(I2F, 0)).fma(s5, zero).intoArray(to, start + 5 * NR);
                ((FloatVector) word.and(0xf000000).convert(I2F, 0))
                        .fma(s6, zero)
                        .intoArray(to, start + 6 * NR);
                ((FloatVector) word.lanewise(LSHR, 28).convert(I2F, 0))
                        .fma(s0, zero)
                        .intoArray(to, start + 7 * NR);
                start += 8 * NR;
            }
        }
    }

    static void bits4WithLeast(int[] from, int at, int groups, float[] to, int start) {
        for (int g = 0; g < groups; g++, at += 6 * NR) {
            FloatVector s0 = IntVector.fromArray(I, from, at).reinterpretAsFloats();
            FloatVector zero = IntVector.fromArray(I, from, at + NR).reinterpretAsFloats();
            FloatVector s1 = s0.mul(0x1p-4f);
            FloatVector s2 = s0.mul(0x1p-8f);
            FloatVector s3 = s0.mul(0x1p-12f);
            FloatVector s4 = s0.mul(0x1p-16f);
            FloatVector s5 = s0.mul(0x1p-20f);
            FloatVector s6 = s0.mul(0x1p-24f);
            for (int r = 0; r < 4; r++) {
                IntVector word = IntVector.fromArray(I, from, at + (2 + r) * NR);
                ((FloatVector) word.and(0xf).convert(I2F, 0)).fma(s0, zero).intoArray(to, start);
                ((FloatVector) word.and(0xf0).convert(I2F, 0)).fma(s1, zero).intoArray(to, start + NR);
                ((FloatVector) word.and(0xf00).convert(I2F, 0)).fma(s2, zero).intoArray(to, start + 2 * NR);
                ((FloatVector) word.and(0xf000).convert(I2F, 0)).fma(s3, zero).intoArray(to, start + 3 * NR);
                ((FloatVector) word.and(0xf0000).convert(I2F, 0)).fma(s4, zero).intoArray(to, start + 4 * NR);
                ((FloatVector) word.and(0xf00000).convert(I2F, 0)).fma(s5, zero).intoArray(to, start + 5 * NR);
                ((FloatVector) word.and(0xf000000).convert(I2F, 0))
                        .fma(s6, zero)
                        .intoArray(to, start + 6 * NR);
                ((FloatVector) word.lanewise(LSHR, 28).convert(I2F, 0))
                        .fma(s0, zero)
                        .intoArray(to, start + 7 * NR);
                start += 8 * NR;
            }
        }
    }
}
