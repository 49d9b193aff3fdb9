package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/**
 * {@code y = f(batch normalisation of x)} per channel over all rows and positions, arXiv:1502.03167.
 *
 * <p>The statistics of a batch reach the running ones only by {@link Tape#updateRunningStatistics}, so that workers that
 * share the running ones fold theirs in in a fixed order.
 */
public final class BatchNorm extends Op {
    /** Added to the variance; inference must use the same. */
    public static final double EPSILON = 1e-5;

    private final Value x;
    private final Value gamma;
    private final Value beta;
    private final Tensor runningMean;
    private final Tensor runningVariance;
    private final Activation activation;
    private final Value output;
    private final Tensor mean;
    private final Tensor rstd;
    private final Tensor flatX;
    private final Tensor flatY;
    private final Tensor flatDx;
    private final Tensor flatDy;
    private final int positions;

    private BatchNorm(Value x, Value gamma, Value beta, Value mean, Value variance, Activation activation) {
        super(x, gamma, beta);
        this.x = x;
        this.gamma = gamma;
        this.beta = beta;
        this.runningMean = mean.tensor();
        this.runningVariance = variance.tensor();
        this.activation = activation;
        int channels = gamma.tensor().size();
        int[] shape = x.tensor().shape();
        this.output = result(java.util.Arrays.copyOfRange(shape, 1, shape.length));
        this.mean = tape().allocate(channels);
        this.rstd = tape().allocate(channels);
        this.positions = x.width() / channels;
        this.flatX = x.tensor().reshape(-1, channels);
        this.flatY = output.tensor().reshape(-1, channels);
        this.flatDx = x.needsGradient() ? x.gradient().reshape(-1, channels) : tape().allocate(flatX.shape());
        this.flatDy = output.needsGradient() ? output.gradient().reshape(-1, channels) : null;
    }

    /**
     * Records the normalisation.
     *
     * @param x (B,…,C)
     * @param gamma gain (C)
     * @param beta shift (C)
     * @param mean buffer (C): running mean
     * @param variance buffer (C): running unbiased variance
     * @param activation one whose derivative follows from its result, see {@link Activation#differentiatesInput}
     * @return the shape of x
     */
    public static Value apply(Value x, Value gamma, Value beta, Value mean, Value variance, Activation activation) {
        if (x.tensor().dim(-1) != gamma.tensor().size() || activation.differentiatesInput()) {
            throw new IllegalArgumentException("Cannot record batch normalisation of " + x.tensor() + " with "
                    + gamma.tensor() + " and " + activation);
        }
        return x.tape()
                .record(new BatchNorm(x, gamma, beta, mean, variance, activation))
                .output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void setRows(int rows) {
        flatX.setRows(rows * positions);
        flatY.setRows(rows * positions);
        flatDx.setRows(rows * positions);
        if (flatDy != null) {
            flatDy.setRows(rows * positions);
        }
    }

    @Override
    void forward(Kernels kernels) {
        kernels.batchNorm(flatX, gamma.tensor(), beta.tensor(), EPSILON, flatY, mean, rstd);
        if (activation != Activation.IDENTITY) {
            kernels.activate(activation, flatY, flatY);
        }
    }

    @Override
    void backward(Kernels kernels) {
        if (activation != Activation.IDENTITY) {
            kernels.activateBackward(activation, null, flatY, flatDy, flatDy);
        }
        if (x.needsGradient()) {
            x.accumulateGradient(kernels);
        }
        kernels.batchNormBackward(
                flatX,
                gamma.tensor(),
                mean,
                rstd,
                flatDy,
                flatDx,
                gamma.accumulateGradient(kernels),
                beta.accumulateGradient(kernels));
    }

    void updateRunningStatistics(double momentum) {
        int n = flatX.dim(0);
        double unbiased = n > 1 ? n / (n - 1.0) : 1;
        for (int c = 0; c < mean.size(); c++) {
            double r = rstd.at(rstd.offset() + c);
            double variance = Math.max(0, 1 / (r * r) - EPSILON) * unbiased;
            blend(runningMean, c, mean.at(mean.offset() + c), momentum);
            blend(runningVariance, c, variance, momentum);
        }
    }

    private static void blend(Tensor running, int channel, double now, double momentum) {
        int at = running.offset() + channel;
        running.put(at, (1 - momentum) * running.at(at) + momentum * now);
    }
}
