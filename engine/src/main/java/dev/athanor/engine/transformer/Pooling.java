package dev.athanor.engine.transformer;

import dev.athanor.engine.autodiff.SequencePool;
import dev.athanor.engine.tensor.Tensor;

/** How the hidden states of a sequence become one vector, as sentence-transformers names it. */
public enum Pooling {
    /** The first token's. */
    CLS,
    /** The last token's. */
    LASTTOKEN,
    /** Mean over tokens. */
    MEAN,
    /** Sum over tokens by the root of their number. */
    MEAN_SQRT_LEN_TOKENS,
    /** Largest value of each component. */
    MAX,
    /** Mean over tokens weighted by position, from 1. */
    WEIGHTEDMEAN;

    /** What a token weighs, or null for {@link #MAX}. */
    public SequencePool.Weights weights() {
        return switch (this) {
            case CLS -> (i, n) -> i == 0 ? 1 : 0;
            case LASTTOKEN -> (i, n) -> i == n - 1 ? 1 : 0;
            case MEAN -> (i, n) -> 1.0 / n;
            case MEAN_SQRT_LEN_TOKENS -> (i, n) -> 1 / Math.sqrt(n);
            case WEIGHTEDMEAN -> (i, n) -> 2.0 * (i + 1) / ((double) n * (n + 1));
            case MAX -> null;
        };
    }

    /**
     * Pools every sequence of a batch.
     *
     * @param hidden (T,W)
     * @param to (B,W), receives
     * @param normalise whether to scale each vector to length 1
     */
    public void apply(Tensor hidden, TokenBatch batch, Tensor to, boolean normalise) {
        int width = hidden.dim(1);
        for (int b = 0; b < batch.sequences(); b++) {
            int at = to.offset() + b * width;
            pool(hidden, batch.start(b), batch.start(b + 1), to.floats(), at);
            if (normalise) {
                normalise(to.floats(), at, width);
            }
        }
    }

    private void pool(Tensor hidden, int from, int end, float[] to, int at) {
        int width = hidden.dim(1);
        float[] x = hidden.floats();
        int first = this == LASTTOKEN ? end - 1 : from;
        int last = this == CLS ? from + 1 : end;
        System.arraycopy(x, hidden.offset() + first * width, to, at, width);
        float weights = 1;
        for (int t = first + 1; t < last; t++) {
            int row = hidden.offset() + t * width;
            float weight = this == WEIGHTEDMEAN ? t - from + 1 : 1;
            weights += weight;
            if (this == MAX) {
                for (int i = 0; i < width; i++) {
                    to[at + i] = Math.max(to[at + i], x[row + i]);
                }
            } else {
                for (int i = 0; i < width; i++) {
                    to[at + i] += weight * x[row + i];
                }
            }
        }
        if (this != MAX) {
            float scale = this == MEAN_SQRT_LEN_TOKENS ? (float) (1 / Math.sqrt(weights)) : 1 / weights;
            for (int i = 0; i < width; i++) {
                to[at + i] *= scale;
            }
        }
    }

    private static void normalise(float[] x, int at, int width) {
        double squares = 0;
        for (int i = 0; i < width; i++) {
            squares += (double) x[at + i] * x[at + i];
        }
        float scale = (float) (1 / Math.max(Math.sqrt(squares), 1e-12));
        for (int i = 0; i < width; i++) {
            x[at + i] *= scale;
        }
    }
}
