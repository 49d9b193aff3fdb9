package dev.athanor.engine.optim;

/**
 * Watches a metric from epoch to epoch: which epoch is best, and when to stop waiting for a better one.
 *
 * <p>Between epochs of one metric the lower loss is better, because a metric such as accuracy moves in steps.
 */
public final class EarlyStopping {
    private final boolean higherIsBetter;
    private final int patience;
    private final int warmupEpochs;
    private int bestEpoch;
    private double bestMetric = Double.NaN;
    private double bestLoss = Double.NaN;
    private double leastLoss = Double.POSITIVE_INFINITY;
    private int progressEpoch;
    private int lastEpoch;

    /**
     * @param higherIsBetter true for accuracy, false for an error
     * @param patience epochs without progress before {@link #shouldStop()}; 0 never stops
     * @param warmupEpochs epochs at a rate too low to judge by: patience begins after them
     */
    public EarlyStopping(boolean higherIsBetter, int patience, int warmupEpochs) {
        this.higherIsBetter = higherIsBetter;
        this.patience = patience;
        this.warmupEpochs = warmupEpochs;
    }

    /** Takes in an epoch; true when it is the best so far. */
    public boolean accept(int epoch, double metric, double loss) {
        lastEpoch = epoch;
        boolean better = bestEpoch == 0
                || (higherIsBetter ? metric > bestMetric : metric < bestMetric)
                || (metric == bestMetric && loss < bestLoss);
        if (better) {
            bestEpoch = epoch;
            bestMetric = metric;
            bestLoss = loss;
        }
        boolean lower = loss < leastLoss;
        if (lower) {
            leastLoss = loss;
        }
        if (better || lower) {
            progressEpoch = epoch;
        }
        return better;
    }

    /** Whether {@code patience} epochs passed since the warm-up, the best epoch and the least loss, whichever was last. */
    public boolean shouldStop() {
        return patience > 0 && lastEpoch - Math.max(progressEpoch, warmupEpochs) >= patience;
    }

    /** The best epoch, from 1; 0 before the first. */
    public int bestEpoch() {
        return bestEpoch;
    }

    /** The metric of the best epoch. */
    public double bestMetric() {
        return bestMetric;
    }
}
