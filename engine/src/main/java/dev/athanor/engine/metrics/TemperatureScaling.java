package dev.athanor.engine.metrics;

/**
 * One number that makes a classifier's confidence honest: logits are divided by it before the softmax (Guo et al.,
 * arXiv:1706.04599). It leaves the order of classes, and so the accuracy, alone.
 */
public final class TemperatureScaling {
    /** Temperatures outside this range mean that the validation rows say too little. */
    static final double LOWEST = 0.05;

    static final double HIGHEST = 20;

    private static final double PRECISION = 1e-6;

    private TemperatureScaling() {}

    /**
     * The temperature with the least negative log-likelihood, which is convex in {@code 1/T}: the sign of its slope
     * halves the range until one part in a million is left.
     *
     * <p>Each label counts as {@code (n + 1) / (n + 2)} of its class and the rest of the others (Platt, 1999, "Probabilistic
     * outputs for support vector machines"): n rows without a mistake do not prove that there will never be one, and
     * without this their likelihood has its maximum at absolute certainty.
     *
     * @param logits (rows, classes), row by row
     * @param labels class index of each row
     * @return within [0.05, 20]; 1 without rows
     */
    public static double fit(float[] logits, int[] labels, int rows, int classes) {
        if (rows == 0 || classes < 2) {
            return 1;
        }
        double low = 1 / HIGHEST;
        double high = 1 / LOWEST;
        while (high / low - 1 > PRECISION) {
            double middle = Math.sqrt(low * high);
            if (slope(logits, labels, rows, classes, middle) > 0) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return 1 / Math.sqrt(low * high);
    }

    /** Derivative of the negative log-likelihood by {@code beta = 1/T}: Σ E[z] - Σ t·z with the targets t. */
    private static double slope(float[] logits, int[] labels, int rows, int classes, double beta) {
        double others = 1.0 / (rows + 2) / (classes - 1);
        double own = 1 - 1.0 / (rows + 2);
        double slope = 0;
        for (int row = 0; row < rows; row++) {
            int at = row * classes;
            double max = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                max = Math.max(max, logits[at + c]);
            }
            double sum = 0;
            double mean = 0;
            double all = 0;
            for (int c = 0; c < classes; c++) {
                double z = logits[at + c] - max;
                double e = Math.exp(beta * z);
                sum += e;
                mean += e * z;
                all += z;
            }
            double label = logits[at + labels[row]] - max;
            slope += mean / sum - (own * label + others * (all - label));
        }
        return slope;
    }
}
