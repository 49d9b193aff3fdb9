package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/** {@code y = f(x · w + b)}, bias and activation fused into the product. */
public final class Linear extends Op {
    private final Value x;
    private final Value weight;
    private final Value bias;
    private final Activation activation;
    private final Value output;
    private final Epilogue epilogue;
    private final Tensor preActivation;
    private Tensor transposedInput;
    private final Tensor transposedWeight;

    private Linear(Value x, Value weight, Value bias, Activation activation) {
        super(bias == null ? new Value[] {x, weight} : new Value[] {x, weight, bias});
        this.x = x;
        this.weight = weight;
        this.bias = bias;
        this.activation = activation;
        this.output = tape().result(anyNeedsGradient(), weight.tensor().dim(1));
        boolean separate = activation.differentiatesInput() && anyNeedsGradient();
        this.preActivation = separate ? tape().allocate(output.tensor().shape()) : null;
        this.epilogue =
                new Epilogue(bias == null ? null : bias.tensor(), separate ? Activation.IDENTITY : activation, null);
        this.transposedInput = x.tensor().transpose(0, 1);
        this.transposedWeight = weight.tensor().transpose(0, 1);
    }

    /**
     * Records the product.
     *
     * @param x (B,K)
     * @param weight (K,N)
     * @param bias (N), or null
     * @return (B,N)
     */
    public static Value apply(Value x, Value weight, Value bias, Activation activation) {
        if (x.tensor().rank() != 2
                || weight.tensor().rank() != 2
                || x.tensor().dim(1) != weight.tensor().dim(0)
                || (bias != null && bias.tensor().size() != weight.tensor().dim(1))) {
            throw new IllegalArgumentException("Cannot record linear: shapes " + x.tensor() + " and " + weight.tensor()
                    + (bias == null ? "" : " and " + bias.tensor()) + " do not fit");
        }
        return x.tape().record(new Linear(x, weight, bias, activation)).output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void setRows(int rows) {
        if (preActivation != null) {
            preActivation.setRows(rows);
        }
        transposedInput = x.tensor().transpose(0, 1); // the batch is its second axis, which no view can shorten
    }

    @Override
    void forward(Kernels kernels) {
        Tensor product = preActivation == null ? output.tensor() : preActivation;
        kernels.matmul(x.tensor(), weight.tensor(), product, false, epilogue);
        if (preActivation != null) {
            kernels.activate(activation, preActivation, output.tensor());
        }
    }

    @Override
    void backward(Kernels kernels) {
        Tensor dy = output.gradient();
        if (activation != Activation.IDENTITY) {
            kernels.activateBackward(activation, preActivation, output.tensor(), dy, dy);
        }
        if (bias != null && bias.needsGradient()) {
            kernels.sumRows(dy, bias.accumulateGradient(kernels));
        }
        if (weight.needsGradient()) {
            kernels.matmul(transposedInput, dy, weight.gradient(), weight.claimGradient(), Epilogue.NONE);
        }
        if (x.needsGradient()) {
            kernels.matmul(dy, transposedWeight, x.gradient(), x.claimGradient(), Epilogue.NONE);
        }
    }
}
