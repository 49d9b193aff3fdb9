package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Kernels;

/** {@code y = f(x)} elementwise, where it cannot be fused into the op before. */
public final class Activate extends Op {
    private final Activation activation;
    private final Value x;
    private final Value output;

    private Activate(Activation activation, Value x) {
        super(x);
        this.activation = activation;
        this.x = x;
        int[] shape = x.tensor().shape();
        this.output = result(java.util.Arrays.copyOfRange(shape, 1, shape.length));
    }

    /** Records the function; the identity records nothing. */
    public static Value apply(Activation activation, Value x) {
        return activation == Activation.IDENTITY
                ? x
                : x.tape().record(new Activate(activation, x)).output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void forward(Kernels kernels) {
        kernels.activate(activation, x.tensor(), output.tensor());
    }

    @Override
    void backward(Kernels kernels) {
        if (!x.needsGradient()) {
            return;
        }
        kernels.activateBackward(
                activation, x.tensor(), output.tensor(), output.gradient(), x.accumulateGradient(kernels));
    }
}
