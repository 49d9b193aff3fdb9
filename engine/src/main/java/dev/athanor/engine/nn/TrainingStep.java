package dev.athanor.engine.nn;

import dev.athanor.engine.autodiff.Gradients;

/** A worker's forward and backward pass over its batch, recorded once; one thread. */
public interface TrainingStep extends AutoCloseable {
    /**
     * Runs both passes over the rows that the batch holds; leaves sums over rows in {@link #gradients()}.
     *
     * @param step decides what dropout drops
     * @return the sum of the rows' weighted losses
     */
    double run(long step);

    /** This worker's gradients. */
    Gradients gradients();

    /** Folds the statistics of the batch last run into the running ones of every batch normalisation. */
    void updateRunningStatistics(double momentum);

    @Override
    void close();
}
