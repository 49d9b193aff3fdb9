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
 * Finds, for each group of {@link SkippingTiles#ROWS} rows of the packed left operand, the steps at which some row is not
 * zero. Reused by its thread.
 *
 * <p>A panel without zeros costs three looks; one that is listed costs a small part of multiplying it by four panels.
 */
final class ZeroSteps {
    /** Of eight steps so many must stay for a panel to be multiplied whole: listing them costs some. */
    private static final int MOST_KEPT_OF_EIGHT = 7;

    /** Groups of rows in a panel. */
    private static final int GROUPS = MR / SkippingTiles.ROWS;

    private int[] steps = new int[0];
    private int[] ends = new int[0];
    private boolean[] skipped = new boolean[0];
    private final int[] seen = new int[LANES];

    /** Looks at panels of together {@code rows} rows of {@code count} steps; whether any of them skips. */
    boolean find(float[] left, int rows, int count) {
        int panels = (rows + MR - 1) / MR;
        if (skipped.length < panels) {
            skipped = new boolean[panels];
            ends = new int[panels * GROUPS];
            steps = new int[panels * GROUPS * STRIDE];
        }
        boolean some = false;
        for (int panel = 0; panel < panels; panel++) {
            skipped[panel] = (panel + 1) * MR <= rows
                    && count >= LANES
                    && hasZero(left, panel * MR * STRIDE, count)
                    && list(left, panel, count);
            some |= skipped[panel];
        }
        return some;
    }

    /** Whether steps of a panel are left out: it must be whole, and have enough of them. */
    boolean skips(int panel) {
        return skipped[panel];
    }

    /** The steps to take, in order: those of a group from {@link #from} up to {@link #to}. */
    int[] steps() {
        return steps;
    }

    /** @param group of rows, counted from the first panel's */
    int from(int group) {
        return group * STRIDE;
    }

    int to(int group) {
        return ends[group];
    }

    /** Whether a group of rows is zero at one of the steps of three vectors. */
    private boolean hasZero(float[] left, int at, int count) {
        for (int group = 0; group < GROUPS; group++) {
            int rows = at + group * SkippingTiles.ROWS * STRIDE;
            if (hasZero(left, rows)
                    || hasZero(left, rows + (count - LANES) / 2)
                    || hasZero(left, rows + count - LANES)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasZero(float[] left, int at) {
        look(left, at);
        for (int bits : seen) {
            if (bits == 0) {
                return true;
            }
        }
        return false;
    }

    /** Lists the steps of a panel's groups; false if nearly all must be taken. */
    private boolean list(float[] left, int panel, int count) {
        int taken = 0;
        for (int group = panel * GROUPS; group < (panel + 1) * GROUPS; group++) {
            int end = list(left, group * SkippingTiles.ROWS * STRIDE, count, from(group));
            ends[group] = end;
            taken += end - from(group);
        }
        return taken * 8 < count * GROUPS * MOST_KEPT_OF_EIGHT;
    }

    private int list(float[] left, int at, int count, int first) {
        int next = first;
        int p = 0;
        for (; p <= count - LANES; p += LANES) {
            next = list(left, at, p, 0, next);
        }
        return p == count ? next : list(left, at, count - LANES, p - (count - LANES), next);
    }

    /** The steps of one vector, but for the first {@code done}. */
    private int list(float[] left, int at, int p, int done, int first) {
        look(left, at + p);
        int next = first;
        for (int i = done; i < LANES; i++) {
            steps[next] = p + i;
            next += seen[i] == 0 ? 0 : 1;
        }
        return next;
    }

    /** Sets {@code seen} to zero at those steps of a vector at which all rows are 0 or -0: a mask would be an object. */
    private void look(float[] left, int at) {
        IntVector some = IntVector.zero(I);
        for (int r = 0; r < SkippingTiles.ROWS; r++) {
            some = some.or(FloatVector.fromArray(S, left, at + r * STRIDE).reinterpretAsInts());
        }
        some.lanewise(VectorOperators.LSHL, 1).intoArray(seen, 0);
    }
}
