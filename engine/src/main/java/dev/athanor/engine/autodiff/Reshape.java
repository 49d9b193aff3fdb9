package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;

/** Another shape of the same rows; shares memory with its input in both passes, so nothing runs. */
public final class Reshape extends Op {
    private final Value output;

    private Reshape(Value x, int[] shape) {
        super(x);
        Tensor gradient = x.needsGradient() ? x.gradient().reshape(shape) : null;
        this.output = tape().alias(x, x.tensor().reshape(shape), gradient);
    }

    /** Records (B,…) as (B, rowShape…). */
    public static Value apply(Value x, int... rowShape) {
        int[] shape = new int[rowShape.length + 1];
        shape[0] = x.tensor().dim(0);
        System.arraycopy(rowShape, 0, shape, 1, rowShape.length);
        return Arrays.equals(shape, x.tensor().shape())
                ? x
                : x.tape().record(new Reshape(x, shape)).output();
    }

    /** Records (B,…) as (B,N). */
    public static Value flatten(Value x) {
        return apply(x, x.width());
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void forward(Kernels kernels) {}

    @Override
    void backward(Kernels kernels) {}
}
