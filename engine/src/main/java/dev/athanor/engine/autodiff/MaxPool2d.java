package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Convolution;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/**
 * Maximum over windows of an image, channel by channel, then an activation.
 *
 * <p>An activation that never falls commutes with the maximum, so it is applied to the pooled image: a quarter of the
 * work, for 2×2 windows, of applying it before.
 */
public final class MaxPool2d extends Op {
    private final Convolution shape;
    private final Value x;
    private final Activation activation;
    private final Value output;
    private final Tensor argmax;

    private MaxPool2d(Convolution shape, Value x, Activation activation) {
        super(x);
        this.shape = shape;
        this.x = x;
        this.activation = activation;
        this.output = result(shape.outHeight(), shape.outWidth(), shape.channels());
        this.argmax = tape().allocateInts(output.tensor().shape());
    }

    /**
     * Records the pooling.
     *
     * @param shape window and stride; {@code filters} equals {@code channels}
     * @param x (B,H,W,C)
     * @param activation one that never falls: not one of those that differentiate their input
     * @return (B,OH,OW,C)
     */
    public static Value apply(Convolution shape, Value x, Activation activation) {
        if (activation.differentiatesInput()) { // all of them fall somewhere, the others never
            throw new IllegalArgumentException(
                    "Cannot record pooling with " + activation + ": it does not commute with the maximum");
        }
        return x.tape().record(new MaxPool2d(shape, x, activation)).output();
    }

    /** Records a square window of {@code size} with the same stride, dropping what does not fill a window. */
    public static Value apply(int size, Value x, Activation activation) {
        Tensor t = x.tensor();
        return apply(new Convolution(t.dim(1), t.dim(2), t.dim(3), size, size, t.dim(3), size, 0), x, activation);
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void setRows(int rows) {
        argmax.setRows(rows);
    }

    @Override
    void forward(Kernels kernels) {
        kernels.maxPool(shape, x.tensor(), output.tensor(), argmax);
        if (activation != Activation.IDENTITY) {
            kernels.activate(activation, output.tensor(), output.tensor());
        }
    }

    @Override
    void backward(Kernels kernels) {
        if (x.needsGradient()) {
            Tensor dy = output.gradient();
            if (activation != Activation.IDENTITY) {
                kernels.activateBackward(activation, null, output.tensor(), dy, dy);
            }
            kernels.maxPoolBackward(shape, dy, argmax, x.accumulateGradient(kernels));
        }
    }
}
