package dev.athanor.engine.kernels.vector;

import dev.athanor.engine.kernels.PackedMatrix;

/** A right operand kept small, of which a panel is expanded to floats each time a block of rows meets it. */
interface CompactPanels extends PackedMatrix {
    /** The most rows beyond those asked for that {@link #expand} writes. */
    int SLACK = 63;

    /** Steps of one block. */
    int blockSteps();

    /**
     * Expands a panel: {@code steps} rows as wide as {@link PackedPanels#width} says, and a few more of no meaning.
     *
     * @param p0 first step, a multiple of {@link #blockSteps}
     * @param j0 first column, a multiple of {@link Lanes#NR}
     */
    void expand(int p0, int steps, int j0, float[] to);
}
