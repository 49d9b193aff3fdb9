package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/** One row for each sequence: a weighted sum of its tokens' rows, or the largest of each component. */
public final class SequencePool extends Op {
    private final Value x;
    private final SequenceInput sequences;
    private final Weights weights;
    private final Value output;
    private final Tensor winners;
    private final int width;

    /** What a token weighs in the sum. */
    public interface Weights {
        /**
         * @param position of the token, from 0
         * @param length of its sequence
         */
        double at(int position, int length);
    }

    private SequencePool(Value x, RowAxis axis, SequenceInput sequences, Weights weights) {
        super(x.tape(), java.util.List.of(x), axis);
        this.x = x;
        this.sequences = sequences;
        this.weights = weights;
        this.width = x.tensor().dim(1);
        this.output = result(width);
        this.winners = weights == null ? tape().allocateInts(axis.capacity(), width) : null;
    }

    /**
     * Records the pooling.
     *
     * @param x (T,W)
     * @param axis of sequences
     * @param weights of the sum, or null for the largest of each component
     * @return (B,W)
     */
    public static Value apply(Value x, RowAxis axis, SequenceInput sequences, Weights weights) {
        return x.tape().record(new SequencePool(x, axis, sequences, weights)).output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void forward(Kernels kernels) {
        int[] starts = sequences.starts().ints();
        Tensor y = output.tensor();
        kernels.fill(y, 0);
        for (int b = 0; b < y.dim(0); b++) {
            int from = starts[b];
            int length = starts[b + 1] - from;
            if (weights == null) {
                largest(b, from, length);
                continue;
            }
            for (int i = 0; i < length; i++) {
                double weight = weights.at(i, length);
                if (weight != 0) {
                    TensorRows.add(x.tensor(), (from + i) * width, y, b * width, width, weight);
                }
            }
        }
    }

    private void largest(int b, int from, int length) {
        Tensor in = x.tensor();
        Tensor y = output.tensor();
        for (int c = 0; c < width; c++) {
            int best = from;
            for (int t = from + 1; t < from + length; t++) {
                if (in.at(in.offset() + t * width + c) > in.at(in.offset() + best * width + c)) {
                    best = t;
                }
            }
            winners.ints()[winners.offset() + b * width + c] = best;
            y.put(y.offset() + b * width + c, in.at(in.offset() + best * width + c));
        }
    }

    @Override
    void backward(Kernels kernels) {
        if (!x.needsGradient()) {
            return;
        }
        int[] starts = sequences.starts().ints();
        Tensor dx = x.accumulateGradient(kernels);
        Tensor dy = output.gradient();
        for (int b = 0; b < dy.dim(0); b++) {
            int length = starts[b + 1] - starts[b];
            for (int i = 0; weights != null && i < length; i++) {
                double weight = weights.at(i, length);
                if (weight != 0) {
                    TensorRows.add(dy, b * width, dx, (starts[b] + i) * width, width, weight);
                }
            }
            for (int c = 0; weights == null && c < width; c++) {
                int at = dx.offset() + winners.ints()[winners.offset() + b * width + c] * width + c;
                dx.put(at, dx.at(at) + dy.at(dy.offset() + b * width + c));
            }
        }
    }
}
