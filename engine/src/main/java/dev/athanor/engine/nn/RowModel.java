package dev.athanor.engine.nn;

import dev.athanor.engine.kernels.Kernels;

/** A network ready to run over encoded rows: weights packed once, shared by every thread. Immutable. */
public interface RowModel {
    /** The kernels it was packed for and runs with. */
    Kernels kernels();

    /** Bytes of weights in memory. */
    long bytes();

    /** Rows that it had better be given at once, at most: so many that a pass over them takes a second or so. */
    default int mostRows() {
        return Integer.MAX_VALUE;
    }

    /** Memory of one thread to run batches of up to {@code capacity} rows. */
    RowPass pass(int capacity);
}
