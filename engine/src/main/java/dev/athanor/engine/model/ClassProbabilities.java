package dev.athanor.engine.model;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/**
 * From what a network says of classes to calibrated probabilities: {@code p = (1 - smoothing) · softmax(logits /
 * temperature) + smoothing / C}. The one place of it, so that a model is served as it was measured.
 */
public final class ClassProbabilities {
    private ClassProbabilities() {}

    /**
     * Calibrates in place; allocates nothing.
     *
     * @param logits (B,C) contiguous, probabilities afterwards
     * @param temperature above 0
     * @param smoothing within [0,1]: the share of each probability that is spread over all classes
     */
    public static void calibrate(Kernels kernels, Tensor logits, double temperature, double smoothing) {
        float[] values = logits.floats();
        int from = logits.offset();
        int to = from + logits.size();
        if (from == to) {
            return;
        }
        float scale = (float) (1 / temperature);
        for (int i = from; i < to; i++) {
            values[i] *= scale;
        }
        kernels.softmax(logits, logits);
        if (smoothing > 0) {
            float keep = (float) (1 - smoothing);
            float floor = (float) (smoothing / logits.dim(1));
            for (int i = from; i < to; i++) {
                values[i] = keep * values[i] + floor;
            }
        }
    }
}
