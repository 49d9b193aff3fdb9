package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/** Inverted dropout, arXiv:1207.0580: what is dropped depends on the tape's seed, the step and the position alone. */
public final class Dropout extends Op {
    private final Value x;
    private final double rate;
    private final long seed;
    private final Value output;
    private final Tensor mask;

    private Dropout(Value x, double rate) {
        super(x);
        this.x = x;
        this.rate = rate;
        this.seed = tape().opSeed();
        int[] shape = x.tensor().shape();
        this.output = result(java.util.Arrays.copyOfRange(shape, 1, shape.length));
        this.mask = tape().allocate(shape);
    }

    /**
     * Records dropout; a rate of 0 records nothing.
     *
     * @param rate share of values set to zero, in [0,1)
     */
    public static Value apply(Value x, double rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("Cannot record dropout: rate " + rate + " is not in [0,1)");
        }
        return rate == 0 ? x : x.tape().record(new Dropout(x, rate)).output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void setRows(int rows) {
        mask.setRows(rows);
    }

    @Override
    void forward(Kernels kernels) {
        kernels.dropout(x.tensor(), rate, seed, tape().step(), mask, output.tensor());
    }

    @Override
    void backward(Kernels kernels) {
        if (!x.needsGradient()) {
            return;
        }
        Tensor dy = output.gradient();
        if (x.claimGradient()) {
            kernels.multiply(dy, mask, dy);
            kernels.axpy(1, dy, x.gradient());
        } else {
            kernels.multiply(dy, mask, x.gradient());
        }
    }
}
