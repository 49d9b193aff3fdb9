package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/** {@code y = x + b}, one value per column, where there is no product to fuse it into. */
public final class Bias extends Op {
    private final Value x;
    private final Value bias;
    private final Value output;
    private final Tensor rows;

    private Bias(Value x, Value bias) {
        super(x, bias);
        this.x = x;
        this.bias = bias;
        this.output = result(x.tensor().dim(1));
        this.rows = bias.tensor().expand(x.tensor().shape());
    }

    /**
     * Records the sum.
     *
     * @param x (B,N)
     * @param bias (N)
     * @return (B,N)
     */
    public static Value apply(Value x, Value bias) {
        return x.tape().record(new Bias(x, bias)).output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void setRows(int newRows) {
        rows.setRows(newRows);
    }

    @Override
    void forward(Kernels kernels) {
        kernels.add(x.tensor(), rows, output.tensor());
    }

    @Override
    void backward(Kernels kernels) {
        Tensor dy = output.gradient();
        if (bias.needsGradient()) {
            kernels.sumRows(dy, bias.accumulateGradient(kernels));
        }
        if (x.needsGradient()) {
            x.addGradient(kernels, dy);
        }
    }
}
