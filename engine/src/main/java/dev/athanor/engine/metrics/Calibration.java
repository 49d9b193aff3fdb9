package dev.athanor.engine.metrics;

import java.util.function.DoubleUnaryOperator;

/**
 * What makes a classifier's confidence honest: {@code p = (1 - smoothing) · softmax(logits / temperature) + smoothing / C}.
 *
 * <p>The temperature is that of Guo et al., arXiv:1706.04599. Alone it cannot mend a network that is too sure where it is
 * sure and not sure enough elsewhere, which is what labels with a share of mistakes teach; the smoothing is that share.
 * Neither changes the order of classes, and so the accuracy.
 *
 * @param temperature within [0.05, 20]
 * @param smoothing within [0, 0.2]
 */
public record Calibration(double temperature, double smoothing) {
    /** Confidence as the network gives it. */
    public static final Calibration NONE = new Calibration(1, 0);

    private static final double MOST_SMOOTHING = 0.2;
    private static final int OUTPUTS_LIMIT = 200_000;
    /** How far temperatures are from 1 before any row is seen: two in three lie between 0.6 and 1.65. */
    private static final double LOGARITHM_DEVIATION = 0.5;

    private static final int ROUNDS = 8;
    private static final int SECTIONS = 22;
    private static final double WIDEST = Math.log(20);
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    /**
     * The most probable pair, each in turn while the other stands still, given whether each row's most probable class is
     * its label: that is what a confidence claims. The likelihood of all classes would leave the confidence crooked where
     * mistakes fall on few of them (news texts, 6 splits: ECE 0.028 by all classes, 0.022 by the top one).
     *
     * <p>Before any row is seen, the logarithm of the temperature is normal around 0: a few rows, or rows without a
     * mistake, whose likelihood has its maximum at absolute certainty, move it a little; some hundred decide it.
     *
     * @param logits (rows, classes), row by row
     * @param labels class index of each row
     * @param rows of which the first 200,000 / classes are used
     */
    public static Calibration fit(float[] logits, int[] labels, int rows, int classes) {
        int used = Math.min(rows, Math.max(1, OUTPUTS_LIMIT / Math.max(1, classes)));
        if (rows == 0 || classes < 2) {
            return NONE;
        }
        double logarithm = 0;
        double smoothing = 0;
        for (int round = 0; round < ROUNDS; round++) {
            double s = smoothing;
            logarithm =
                    least(x -> loss(logits, labels, used, classes, Math.exp(-x), s) + unlikelihood(x), -WIDEST, WIDEST);
            double beta = Math.exp(-logarithm);
            smoothing = least(x -> loss(logits, labels, used, classes, beta, x), 0, MOST_SMOOTHING);
        }
        return new Calibration(Math.exp(logarithm), smoothing);
    }

    private static double unlikelihood(double logarithm) {
        double deviations = logarithm / LOGARITHM_DEVIATION;
        return deviations * deviations / 2;
    }

    /** Golden-section search for the least value of a function with one valley. */
    private static double least(DoubleUnaryOperator f, double from, double to) {
        double low = from;
        double high = to;
        double a = high - GOLDEN * (high - low);
        double b = low + GOLDEN * (high - low);
        double atA = f.applyAsDouble(a);
        double atB = f.applyAsDouble(b);
        for (int i = 0; i < SECTIONS; i++) {
            if (atA <= atB) {
                high = b;
                b = a;
                atB = atA;
                a = high - GOLDEN * (high - low);
                atA = f.applyAsDouble(a);
            } else {
                low = a;
                a = b;
                atA = atB;
                b = low + GOLDEN * (high - low);
                atB = f.applyAsDouble(b);
            }
        }
        return f.applyAsDouble(from) <= Math.min(atA, atB) ? from : (low + high) / 2;
    }

    /** Negative log-likelihood of whether each row's most probable class is its label. */
    private static double loss(float[] logits, int[] labels, int rows, int classes, double beta, double smoothing) {
        double loss = 0;
        for (int row = 0; row < rows; row++) {
            int at = row * classes;
            int top = 0;
            for (int c = 1; c < classes; c++) {
                if (logits[at + c] > logits[at + top]) {
                    top = c;
                }
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(beta * (logits[at + c] - logits[at + top]));
            }
            double confidence = (1 - smoothing) / sum + smoothing / classes;
            loss -= Math.log(Math.max(1e-15, top == labels[row] ? confidence : 1 - confidence));
        }
        return loss;
    }
}
