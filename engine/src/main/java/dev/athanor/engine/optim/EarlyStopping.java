package dev.athanor.engine.optim;

/**
 * Watches a metric from epoch to epoch: which epoch is best, and when to stop waiting for a better one.
 *
 * <p>Between epochs of one metric the lower loss is better, because a metric such as accuracy moves in steps.
 */
public final class EarlyStopping {
    private final boolean higherIsBetter;
    private final int patience;
    private int bestEpoch;
    private double bestMetric = Double.NaN;
    private double bestLoss = Double.NaN;
    private int lastEpoch;

    /**
     * @param higherIsBetter true for accuracy, false for an error
     * @param patience epochs without a better one before {@link #shouldStop()}; 0 never stops
     */
    public EarlyStopping(boolean higherIsBetter, int patience) {
        this.higherIsBetter = higherIsBetter;
        this.patience = patience;
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
        return better;
    }

    /** Whether {@code patience} epochs passed since the best one. */
    public boolean shouldStop() {
        return patience > 0 && lastEpoch - bestEpoch >= patience;
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
