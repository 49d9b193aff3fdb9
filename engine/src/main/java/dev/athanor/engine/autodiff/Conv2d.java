package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Convolution;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/** {@code y = f(x ⋆ w + b)} over channels-last images, bias and activation fused. */
public final class Conv2d extends Op {
    private final Convolution shape;
    private final Value x;
    private final Value weight;
    private final Value bias;
    private final Activation activation;
    private final Value output;
    private final Epilogue epilogue;
    private final Tensor flatGradient;

    private Conv2d(Convolution shape, Value x, Value weight, Value bias, Activation activation) {
        super(bias == null ? new Value[] {x, weight} : new Value[] {x, weight, bias});
        this.shape = shape;
        this.x = x;
        this.weight = weight;
        this.bias = bias;
        this.activation = activation;
        this.output = result(shape.outHeight(), shape.outWidth(), shape.filters());
        this.epilogue = new Epilogue(bias == null ? null : bias.tensor(), activation, null);
        this.flatGradient = output.needsGradient() ? output.gradient().reshape(-1, shape.filters()) : null;
    }

    /**
     * Records the convolution.
     *
     * @param x (B,H,W,C)
     * @param weight (KH·KW·C, F)
     * @param bias (F), or null
     * @param activation one whose derivative follows from its result: not GELU
     * @return (B,OH,OW,F)
     */
    public static Value apply(Convolution shape, Value x, Value weight, Value bias, Activation activation) {
        Tensor t = x.tensor();
        if (t.rank() != 4
                || t.dim(1) != shape.height()
                || t.dim(2) != shape.width()
                || t.dim(3) != shape.channels()
                || weight.tensor().dim(0) != shape.windowSize()
                || weight.tensor().dim(1) != shape.filters()) {
            throw new IllegalArgumentException(
                    "Cannot record convolution " + shape + ": shapes " + t + " and " + weight.tensor() + " do not fit");
        }
        if (activation.differentiatesInput()) {
            throw new IllegalArgumentException("Cannot record convolution with " + activation
                    + ": its derivative needs the sum; record it as an op of its own");
        }
        return x.tape().record(new Conv2d(shape, x, weight, bias, activation)).output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void setRows(int rows) {
        if (flatGradient != null) {
            flatGradient.setRows(rows * shape.outHeight() * shape.outWidth());
        }
    }

    @Override
    void forward(Kernels kernels) {
        kernels.convolve(shape, x.tensor(), weight.tensor(), output.tensor(), epilogue);
    }

    @Override
    void backward(Kernels kernels) {
        Tensor dy = output.gradient();
        if (activation != Activation.IDENTITY) {
            kernels.activateBackward(activation, null, output.tensor(), dy, dy);
        }
        if (bias != null && bias.needsGradient()) {
            kernels.sumRows(flatGradient, bias.accumulateGradient(kernels));
        }
        if (weight.needsGradient()) {
            kernels.convolveBackwardFilter(shape, x.tensor(), dy, weight.accumulateGradient(kernels));
        }
        if (x.needsGradient()) {
            kernels.convolveBackwardInput(shape, dy, weight.tensor(), x.accumulateGradient(kernels));
        }
    }
}
