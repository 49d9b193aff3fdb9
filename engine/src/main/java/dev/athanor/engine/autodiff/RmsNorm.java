package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/** Root-mean-square normalisation over the last axis, arXiv:1910.07467. */
public final class RmsNorm extends Op {
    private final Value x;
    private final Value gamma;
    private final double epsilon;
    private final Value output;
    private final Tensor rstd;
    private final Tensor dx;
    private final Tensor dgamma;

    private RmsNorm(Value x, Value gamma, double epsilon) {
        super(x, gamma);
        this.x = x;
        this.gamma = gamma;
        this.epsilon = epsilon;
        this.output = result(x.tensor().dim(1));
        this.rstd = tape().allocate(x.tensor().dim(0));
        this.dx = x.needsGradient() ? x.gradient() : tape().allocate(x.tensor().shape());
        this.dgamma = gamma.needsGradient()
                ? gamma.gradient()
                : tape().allocate(gamma.tensor().shape());
    }

    /**
     * Records the normalisation.
     *
     * @param x (B,N)
     * @param gamma gain (N)
     * @param epsilon added to the mean of squares; inference must use the same
     * @return (B,N)
     */
    public static Value apply(Value x, Value gamma, double epsilon) {
        if (x.tensor().rank() != 2 || x.tensor().dim(1) != gamma.tensor().size()) {
            throw new IllegalArgumentException(
                    "Cannot record root mean square normalisation of " + x.tensor() + " with " + gamma.tensor());
        }
        return x.tape().record(new RmsNorm(x, gamma, epsilon)).output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void setRows(int rows) {
        rstd.setRows(rows);
        dx.setRows(rows);
    }

    @Override
    void forward(Kernels kernels) {
        kernels.rmsNorm(x.tensor(), gamma.tensor(), epsilon, output.tensor(), rstd);
    }

    @Override
    void backward(Kernels kernels) {
        if (x.needsGradient()) {
            x.accumulateGradient(kernels);
        }
        if (gamma.needsGradient()) {
            gamma.accumulateGradient(kernels);
        }
        kernels.rmsNormBackward(x.tensor(), gamma.tensor(), rstd, output.gradient(), dx, dgamma);
    }
}
