package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;

/** {@code y = a + b} of one shape: a residual connection. */
public final class Add extends Op {
    private final Value a;
    private final Value b;
    private final Value output;

    private Add(Value a, Value b) {
        super(a, b);
        this.a = a;
        this.b = b;
        int[] shape = a.tensor().shape();
        this.output = result(java.util.Arrays.copyOfRange(shape, 1, shape.length));
    }

    /** Records the sum of two values of one shape. */
    public static Value apply(Value a, Value b) {
        if (!java.util.Arrays.equals(a.tensor().shape(), b.tensor().shape())) {
            throw new IllegalArgumentException(
                    "Cannot record add: shapes " + a.tensor() + " and " + b.tensor() + " differ");
        }
        return a.tape().record(new Add(a, b)).output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void forward(Kernels kernels) {
        kernels.add(a.tensor(), b.tensor(), output.tensor());
    }

    @Override
    void backward(Kernels kernels) {
        if (a.needsGradient()) {
            a.addGradient(kernels, output.gradient());
        }
        if (b.needsGradient()) {
            b.addGradient(kernels, output.gradient());
        }
    }
}
