package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import java.util.Arrays;

/** The result of a checkpointed block, in memory that no other block uses. */
final class KeptResult extends Op {
    private final Value x;
    private final Value output;

    KeptResult(Value x) {
        super(x);
        this.x = x;
        int[] shape = x.tensor().shape();
        this.output = result(Arrays.copyOfRange(shape, 1, shape.length));
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void forward(Kernels kernels) {
        TensorRows.copy(x.tensor(), 0, output.tensor(), 0, x.tensor().size());
    }

    @Override
    void backward(Kernels kernels) {
        if (x.needsGradient()) {
            x.addGradient(kernels, output.gradient());
        }
    }
}
