package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.I;
import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.MR;
import static dev.athanor.engine.kernels.vector.Lanes.S;
import static dev.athanor.engine.kernels.vector.Lanes.STRIDE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Finds, for each whole panel of the packed left operand, the steps at which some row is not zero. Reused by its thread.
 *
 * <p>A panel without zeros costs three looks; one that is scanned costs a small part of multiplying it by four panels.
 */
final class ZeroSteps {
    /** Of eight steps so many must stay for a panel to be multiplied whole: listing them costs some. */
    private static final int MOST_KEPT_OF_EIGHT = 7;

    private int[] steps = new int[0];
    private int[] counts = new int[0];
    private final int[] seen = new int[LANES];

    /** Packs the panels of {@code rows} rows of {@code count} steps more tightly where that saves steps enough. */
    void pack(float[] left, int rows, int count) {
        int panels = rows / MR;
        if (counts.length < panels) {
            counts = new int[panels];
            steps = new int[panels * STRIDE];
        }
        for (int panel = 0; panel < panels; panel++) {
            int at = panel * MR * STRIDE;
            boolean some = count >= LANES
                    && (hasZero(left, at)
                            || hasZero(left, at + (count - LANES) / 2)
                            || hasZero(left, at + count - LANES));
            counts[panel] = some ? pack(left, at, count, panel * STRIDE) : count;
        }
    }

    /** Steps of a panel that are left; all {@code count} if it was left as it is. */
    int count(int panel) {
        return counts[panel];
    }

    /** The steps to take, in order, from {@link #from} on. */
    int[] steps() {
        return steps;
    }

    static int from(int panel) {
        return panel * STRIDE;
    }

    /** Lists the steps to take and moves their values together, row by row. */
    private int pack(float[] left, int at, int count, int to) {
        int taken = list(left, at, count, to);
        if (taken * 8 >= count * MOST_KEPT_OF_EIGHT) {
            return count;
        }
        for (int row = at; row < at + MR * STRIDE; row += STRIDE) {
            for (int i = 0; i < taken; i++) {
                left[row + i] = left[row + steps[to + i]];
            }
        }
        return taken;
    }

    private int list(float[] left, int at, int count, int to) {
        int next = to;
        int p = 0;
        for (; p <= count - LANES; p += LANES) {
            look(left, at + p);
            for (int i = 0; i < LANES; i++) {
                steps[next] = p + i;
                next += seen[i] == 0 ? 0 : 1;
            }
        }
        for (; p < count; p++) {
            steps[next++] = p;
        }
        return next - to;
    }

    /** Whether all rows are zero at one of the steps of a vector. */
    private boolean hasZero(float[] left, int at) {
        look(left, at);
        for (int bits : seen) {
            if (bits == 0) {
                return true;
            }
        }
        return false;
    }

    /** Sets {@code seen} to zero at those steps of a vector at which all rows are 0 or -0: a mask would be an object. */
    private void look(float[] left, int at) {
        IntVector some = IntVector.zero(I);
        for (int r = 0; r < MR; r++) {
            some = some.or(FloatVector.fromArray(S, left, at + r * STRIDE).reinterpretAsInts());
        }
        some.lanewise(VectorOperators.LSHL, 1).intoArray(seen, 0);
    }
}
