package dev.athanor.engine.kernels.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Width of the vectors and shape of the register tiles: constants, because the compiler needs the species to be one.
 *
 * <p>The width is the widest this processor has; {@code -Dathanor.vector.bits=256} (512, 256 or 128) sets another, for
 * tests.
 */
final class Lanes {
    /** Name of the system property that overrides the width. */
    static final String BITS_PROPERTY = "athanor.vector.bits";

    static final VectorSpecies<Float> S = species();
    static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, S.vectorShape());

    /** Floats of one vector. */
    static final int LANES = S.length();

    /** Columns of a wide register tile: two vectors. */
    static final int NR = 2 * LANES;

    /** Rows of a panel: 24 sums fill the 32 registers of AVX-512 and NEON, 12 the 16 registers of AVX2. */
    static final int MR = LANES == 16 || System.getProperty("os.arch", "").equals("aarch64") ? 12 : 6;

    /**
     * The most steps along the inner dimension that one pass takes: a panel of rows then stays in the first cache, and
     * results are visited rarely.
     */
    static final int KC = 768;

    /** Distance of a panel's rows: a little more than KC, so that rows do not meet in one cache set. */
    static final int STRIDE = KC + 8;

    private Lanes() {}

    private static VectorSpecies<Float> species() {
        Integer bits = Integer.getInteger(BITS_PROPERTY);
        return bits == null
                ? FloatVector.SPECIES_PREFERRED
                : VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
    }
}
