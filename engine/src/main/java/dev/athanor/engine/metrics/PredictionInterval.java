package dev.athanor.engine.metrics;

import java.util.Arrays;

/**
 * A 90 % interval around a regression, from the residuals of validation rows (split conformal prediction, Lei et al.,
 * arXiv:1604.04173, with one quantile for each side).
 *
 * @param low what to add to a prediction for the lower end, the label's unit
 * @param high what to add to a prediction for the upper end
 */
public record PredictionInterval(double low, double high) {
    private static final double MISS = 0.1;
    /** Residuals below which a quantile for each side would need values beyond the extremes. */
    private static final int FEWEST_FOR_SIDES = 19;

    /**
     * @param residuals label minus prediction, one per validation row; sorted in place
     * @return the quantiles at 5 % and 95 % with the finite-sample correction; with fewer than 19 residuals the quantile at
     *     90 % of their absolute values to both sides, and with fewer than 9 the largest, which promises less than 90 %
     */
    public static PredictionInterval of(double[] residuals) {
        int n = residuals.length;
        if (n == 0) {
            return new PredictionInterval(0, 0);
        }
        if (n < FEWEST_FOR_SIDES) {
            double[] sizes = Arrays.stream(residuals).map(Math::abs).sorted().toArray();
            double size = sizes[Math.min(n, (int) Math.ceil((n + 1) * (1 - MISS))) - 1];
            return new PredictionInterval(-size, size);
        }
        Arrays.sort(residuals);
        int from = (int) Math.floor((n + 1) * MISS / 2);
        int to = (int) Math.ceil((n + 1) * (1 - MISS / 2));
        return new PredictionInterval(residuals[Math.max(1, from) - 1], residuals[Math.min(n, to) - 1]);
    }
}
