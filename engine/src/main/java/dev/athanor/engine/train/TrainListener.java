package dev.athanor.engine.train;

/** Watches a training run, from the training thread; must return quickly. */
public interface TrainListener {
    /** After some steps, at most a few times a second. */
    void onProgress(TrainProgress progress);

    /** After each epoch's validation. */
    void onEpoch(EpochMetrics epoch);

    /** Asked between steps; when true, training stops with a {@link java.util.concurrent.CancellationException}. */
    boolean cancelled();
}
