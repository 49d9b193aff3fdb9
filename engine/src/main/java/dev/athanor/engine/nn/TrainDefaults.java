package dev.athanor.engine.nn;

/**
 * How a network is trained when nothing else is said.
 *
 * @param epochs passes at most; early stopping may end sooner
 * @param batchSize rows per step
 * @param learningRate peak of the schedule
 * @param warmupShare share of all steps over which the rate rises to its peak
 * @param weightDecay decoupled decay of weights and table rows, per unit of learning rate
 * @param labelSmoothing share of the target spread over all classes
 * @param clipNorm largest norm of the mean gradient; 0 for no limit
 * @param patience epochs without improvement before training stops
 * @param augment whether images are shifted, turned and scaled a little, at random
 */
public record TrainDefaults(
        int epochs,
        int batchSize,
        double learningRate,
        double warmupShare,
        double weightDecay,
        double labelSmoothing,
        double clipNorm,
        int patience,
        boolean augment) {

    /** Training rows below which batches are smaller, and an epoch is judged by its loss: accuracy moves in steps then. */
    public static final long FEW_ROWS = 1000;

    /**
     * The defaults for a network.
     *
     * @param rows training rows, or 0 when unknown: with many rows fewer epochs do, with few more are needed
     */
    public static TrainDefaults of(NetworkSpec spec, long rows) {
        return Defaults.training(spec, rows);
    }
}
