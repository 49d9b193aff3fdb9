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
    private static final int ROUNDS = 4;
    private static final int SECTIONS = 18;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    /**
     * The pair with the least negative log-likelihood, each in turn while the other stands still.
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
        double beta = 1 / TemperatureScaling.fit(logits, labels, used, classes);
        double smoothing = 0;
        for (int round = 0; round < ROUNDS; round++) {
            double b = beta;
            smoothing = least(s -> loss(logits, labels, used, classes, b, s), 0, MOST_SMOOTHING);
            double s = smoothing;
            double logarithm = least(
                    x -> loss(logits, labels, used, classes, Math.exp(x), s), Math.log(beta / 2), Math.log(beta * 2));
            beta = Math.exp(logarithm);
        }
        double temperature = Math.max(TemperatureScaling.LOWEST, Math.min(TemperatureScaling.HIGHEST, 1 / beta));
        return new Calibration(temperature, smoothing);
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

    private static double loss(float[] logits, int[] labels, int rows, int classes, double beta, double smoothing) {
        double loss = 0;
        for (int row = 0; row < rows; row++) {
            int at = row * classes;
            double max = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                max = Math.max(max, logits[at + c]);
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(beta * (logits[at + c] - max));
            }
            double p = Math.exp(beta * (logits[at + labels[row]] - max)) / sum;
            loss -= Math.log(Math.max(1e-15, (1 - smoothing) * p + smoothing / classes));
        }
        return loss;
    }

    /** Applies the smoothing to softmax probabilities, in place. */
    public void smooth(float[] probabilities, int from, int to, int classes) {
        if (smoothing > 0) {
            float keep = (float) (1 - smoothing);
            float floor = (float) (smoothing / classes);
            for (int i = from; i < to; i++) {
                probabilities[i] = keep * probabilities[i] + floor;
            }
        }
    }
}
