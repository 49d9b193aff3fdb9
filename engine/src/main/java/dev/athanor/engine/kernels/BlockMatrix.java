package dev.athanor.engine.kernels;

import java.util.Objects;

/**
 * A packed matrix that keeps its weights {@link BlockEncoding encoded}: the transpose of its {@link BlockWeights}.
 *
 * <p>Products with it leave the rows of the left operand as they are. A row that holds a value that is not finite has
 * results that are not finite.
 */
public interface BlockMatrix extends PackedMatrix {
    /** {@link #columns(int, int)} begins at multiples of this. */
    int STEP = 64;

    /** How the numbers are written. */
    BlockEncoding encoding();

    /**
     * Some neighbouring columns, over the same memory: parts of one product for several threads.
     *
     * @param from first, a multiple of {@link #STEP}
     * @param to end, exclusive
     */
    BlockMatrix columns(int from, int to);

    /** Checks the bounds of {@link #columns(int, int)}. */
    static void checkColumns(int from, int to, int columns) {
        Objects.checkFromToIndex(from, to, columns);
        if (from % STEP != 0) {
            throw new IllegalArgumentException(
                    "Cannot take columns " + from + " to " + to + ": the first is not a multiple of " + STEP);
        }
    }
}
