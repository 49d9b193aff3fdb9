package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;

/** {@code y = a · b}, elementwise: a gate. */
public final class Multiply extends Op {
    private final Value a;
    private final Value b;
    private final Value output;
    private final Tensor product;

    private Multiply(Value a, Value b) {
        super(a, b);
        this.a = a;
        this.b = b;
        int[] shape = a.tensor().shape();
        this.output = result(Arrays.copyOfRange(shape, 1, shape.length));
        this.product = tape().allocate(shape);
    }

    /** Records the product of two values of one shape. */
    public static Value apply(Value a, Value b) {
        if (!Arrays.equals(a.tensor().shape(), b.tensor().shape())) {
            throw new IllegalArgumentException(
                    "Cannot record multiply: shapes " + a.tensor() + " and " + b.tensor() + " differ");
        }
        return a.tape().record(new Multiply(a, b)).output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void setRows(int rows) {
        product.setRows(rows);
    }

    @Override
    void forward(Kernels kernels) {
        kernels.multiply(a.tensor(), b.tensor(), output.tensor());
    }

    @Override
    void backward(Kernels kernels) {
        pass(kernels, a, b);
        pass(kernels, b, a);
    }

    private void pass(Kernels kernels, Value to, Value other) {
        if (!to.needsGradient()) {
            return;
        }
        if (to.hasGradient()) {
            kernels.multiply(output.gradient(), other.tensor(), product);
            to.addGradient(kernels, product);
        } else {
            to.claimGradient();
            kernels.multiply(output.gradient(), other.tensor(), to.gradient());
        }
    }
}
