package dev.athanor.engine.kernels;

/**
 * Weights as a file stores them, one row per output, encoded: what {@link Kernels#pack(BlockWeights)} brings into a
 * provider's layout row by row, so that they are never in memory as floats.
 *
 * <p>Implementations are safe for use by many threads.
 */
public interface BlockWeights {
    /** Outputs: the dimension N of a product. */
    int rows();

    /** Weights per output, whole groups: the inner dimension K of a product. */
    int columns();

    /** How the numbers are written. */
    BlockEncoding encoding();

    /** Bytes they take where they are stored. */
    long bytes();

    /**
     * Reads one row.
     *
     * @param numbers receives its {@link #columns} numbers, 0 or more; of floats the bits, those of 16 in the lower half
     * @param scales receives the scale of each group, where there are groups
     * @param leasts receives the least value of each group, where groups have one
     */
    void read(int row, int[] numbers, float[] scales, float[] leasts);
}
