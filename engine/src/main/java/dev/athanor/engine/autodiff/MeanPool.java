package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/** Mean over all positions between the batch and the last axis: (B,…,C) to (B,C). */
public final class MeanPool extends Op {
    private final Value x;
    private final Value output;
    private final int channels;
    private final int positions;

    private MeanPool(Value x) {
        super(x);
        this.x = x;
        this.channels = x.tensor().dim(-1);
        this.positions = x.width() / channels;
        this.output = result(channels);
    }

    /**
     * Records the mean.
     *
     * @param x (B,…,C)
     * @return (B,C)
     */
    public static Value apply(Value x) {
        return x.tape().record(new MeanPool(x)).output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void forward(Kernels kernels) {
        Tensor y = output.tensor();
        kernels.fill(y, 0);
        for (int b = 0; b < y.dim(0); b++) {
            for (int p = 0; p < positions; p++) {
                TensorRows.add(x.tensor(), (b * positions + p) * channels, y, b * channels, channels, 1.0 / positions);
            }
        }
    }

    @Override
    void backward(Kernels kernels) {
        if (!x.needsGradient()) {
            return;
        }
        Tensor dx = x.accumulateGradient(kernels);
        Tensor dy = output.gradient();
        for (int b = 0; b < dy.dim(0); b++) {
            for (int p = 0; p < positions; p++) {
                TensorRows.add(dy, b * channels, dx, (b * positions + p) * channels, channels, 1.0 / positions);
            }
        }
    }
}
