package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/** Layer normalisation over the last axis, arXiv:1607.06450. */
public final class LayerNorm extends Op {
    /** Customary addition to the variance. */
    public static final double EPSILON = 1e-5;

    private final Value x;
    private final Value gamma;
    private final Value beta;
    private final double epsilon;
    private final Value output;
    private final Tensor mean;
    private final Tensor rstd;
    private final Tensor dx;
    private final Tensor dgamma;
    private final Tensor dbeta;

    private LayerNorm(Value x, Value gamma, Value beta, double epsilon) {
        super(x, gamma, beta);
        this.x = x;
        this.gamma = gamma;
        this.beta = beta;
        this.epsilon = epsilon;
        this.output = result(x.tensor().dim(1));
        this.mean = tape().allocate(x.tensor().dim(0));
        this.rstd = tape().allocate(x.tensor().dim(0));
        this.dx = x.needsGradient() ? x.gradient() : tape().allocate(x.tensor().shape());
        this.dgamma = gamma.needsGradient()
                ? gamma.gradient()
                : tape().allocate(gamma.tensor().shape());
        this.dbeta = beta.needsGradient()
                ? beta.gradient()
                : tape().allocate(beta.tensor().shape());
    }

    /**
     * Records the normalisation.
     *
     * @param x (B,N)
     * @param gamma gain (N)
     * @param beta shift (N)
     * @return (B,N)
     */
    public static Value apply(Value x, Value gamma, Value beta) {
        return apply(x, gamma, beta, EPSILON);
    }

    /**
     * As {@link #apply(Value, Value, Value)}.
     *
     * @param epsilon added to the variance; inference must use the same
     */
    public static Value apply(Value x, Value gamma, Value beta, double epsilon) {
        if (x.tensor().rank() != 2 || x.tensor().dim(1) != gamma.tensor().size()) {
            throw new IllegalArgumentException(
                    "Cannot record layer normalisation of " + x.tensor() + " with " + gamma.tensor());
        }
        return x.tape().record(new LayerNorm(x, gamma, beta, epsilon)).output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void setRows(int rows) {
        mean.setRows(rows);
        rstd.setRows(rows);
        dx.setRows(rows);
    }

    @Override
    void forward(Kernels kernels) {
        kernels.layerNorm(x.tensor(), gamma.tensor(), beta.tensor(), epsilon, output.tensor(), mean, rstd);
    }

    @Override
    void backward(Kernels kernels) {
        if (x.needsGradient()) {
            x.accumulateGradient(kernels);
        }
        if (gamma.needsGradient()) {
            gamma.accumulateGradient(kernels);
        }
        if (beta.needsGradient()) {
            beta.accumulateGradient(kernels);
        }
        kernels.layerNormBackward(x.tensor(), gamma.tensor(), mean, rstd, output.gradient(), dx, dgamma, dbeta);
    }
}
