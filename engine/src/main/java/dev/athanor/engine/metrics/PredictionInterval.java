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

    /**
     * @param residuals label minus prediction, one per validation row; sorted in place
     * @return the quantiles at 5 % and 95 % with the finite-sample correction; the extremes when there are fewer than 19
     */
    public static PredictionInterval of(double[] residuals) {
        int n = residuals.length;
        if (n == 0) {
            return new PredictionInterval(0, 0);
        }
        Arrays.sort(residuals);
        int from = (int) Math.floor((n + 1) * MISS / 2);
        int to = (int) Math.ceil((n + 1) * (1 - MISS / 2));
        return new PredictionInterval(residuals[Math.max(1, from) - 1], residuals[Math.min(n, to) - 1]);
    }
}
