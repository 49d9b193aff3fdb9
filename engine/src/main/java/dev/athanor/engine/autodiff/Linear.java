package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/** {@code y = f(x · w + b)}, or {@code x · w + b + r}: bias, activation and residual fused into the product. */
public final class Linear extends Op {
    private final Value x;
    private final Value weight;
    private final Value bias;
    private final Value residual;
    private final boolean tied;
    private final Activation activation;
    private final Value output;
    private final Epilogue epilogue;
    private final Tensor preActivation;
    private final Tensor right;
    private final Tensor transposedRight;
    private final Tensor transposedInput;
    private final Tensor transposedGradient;

    private Linear(Value x, Value weight, Value bias, Activation activation, Value residual, boolean tied) {
        super(inputs(x, weight, bias, residual));
        this.x = x;
        this.weight = weight;
        this.bias = bias;
        this.residual = residual;
        this.tied = tied;
        this.activation = activation;
        this.right = tied ? weight.tensor().transpose(0, 1) : weight.tensor();
        this.transposedRight = right.transpose(0, 1);
        this.output = result(right.dim(1));
        boolean separate = activation.differentiatesInput() && anyNeedsGradient();
        this.preActivation = separate ? tape().allocate(output.tensor().shape()) : null;
        this.epilogue = new Epilogue(
                bias == null ? null : bias.tensor(),
                separate ? Activation.IDENTITY : activation,
                residual == null ? null : residual.tensor());
        this.transposedInput = x.tensor().transpose(0, 1);
        this.transposedGradient =
                tied && output.needsGradient() ? output.gradient().transpose(0, 1) : null;
    }

    private static Value[] inputs(Value x, Value weight, Value bias, Value residual) {
        return java.util.stream.Stream.of(x, weight, bias, residual)
                .filter(java.util.Objects::nonNull)
                .toArray(Value[]::new);
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
        return record(new int[] {0, 1}, x, weight, bias, activation, null);
    }

    /**
     * Records the product and what it is added to: {@code x · w + b + r}.
     *
     * @param residual (B,N)
     * @return (B,N)
     */
    public static Value add(Value x, Value weight, Value bias, Value residual) {
        return record(new int[] {0, 1}, x, weight, bias, Activation.IDENTITY, residual);
    }

    /**
     * Records the product with a matrix that is used as a table too: {@code x · tableᵀ}.
     *
     * @param x (B,K)
     * @param table (N,K)
     * @return (B,N)
     */
    public static Value tied(Value x, Value table) {
        return record(new int[] {1, 0}, x, table, null, Activation.IDENTITY, null);
    }

    private static Value record(int[] axes, Value x, Value weight, Value bias, Activation activation, Value residual) {
        Tensor w = weight.tensor();
        boolean fits = x.tensor().rank() == 2
                && w.rank() == 2
                && x.tensor().dim(1) == w.dim(axes[0])
                && (bias == null || bias.tensor().size() == w.dim(axes[1]))
                && (residual == null || residual.tensor().dim(1) == w.dim(axes[1]));
        if (!fits) {
            throw new IllegalArgumentException("Cannot record linear: shapes " + x.tensor() + " and " + w
                    + (bias == null ? "" : " and " + bias.tensor())
                    + (residual == null ? "" : " and " + residual.tensor())
                    + " do not fit");
        }
        return x.tape()
                .record(new Linear(x, weight, bias, activation, residual, axes[0] == 1))
                .output();
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
        transposedInput.setColumns(rows);
        if (transposedGradient != null) {
            transposedGradient.setColumns(rows);
        }
    }

    @Override
    void forward(Kernels kernels) {
        Tensor product = preActivation == null ? output.tensor() : preActivation;
        kernels.matmul(x.tensor(), right, product, false, epilogue);
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
            if (tied) {
                kernels.matmul(
                        transposedGradient, x.tensor(), weight.gradient(), weight.claimGradient(), Epilogue.NONE);
            } else {
                kernels.matmul(transposedInput, dy, weight.gradient(), weight.claimGradient(), Epilogue.NONE);
            }
        }
        if (x.needsGradient()) {
            kernels.matmul(dy, transposedRight, x.gradient(), x.claimGradient(), Epilogue.NONE);
        }
        if (residual != null && residual.needsGradient()) {
            residual.addGradient(kernels, dy);
        }
    }
}
