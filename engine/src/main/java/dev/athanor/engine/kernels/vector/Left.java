package dev.athanor.engine.kernels.vector;

/** The left operand of a product, as something that can be packed into panels: a matrix, or the windows of images. */
interface Left {
    /** Whether panels hold each step's rows side by side (see {@link WideColumnTiles}), not each row by itself. */
    boolean byColumns();

    /**
     * Packs rows {@code i0 … i0+rows} and steps {@code p0 … p0+steps} into panels of {@link Lanes#MR} rows, each
     * {@code MR · STRIDE} long, from {@code to[0]} on.
     */
    void pack(float[] to, int i0, int rows, int p0, int steps);
}
