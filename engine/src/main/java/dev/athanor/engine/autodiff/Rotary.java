package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/**
 * Rotary positions of the first heads of each row, arXiv:2104.09864, in place in both passes: what comes before must not
 * need its own result for its backward pass, as a {@link Linear} without activation does not.
 */
public final class Rotary extends Op {
    private final Value x;
    private final int heads;
    private final Tensor positions;
    private final Tensor cos;
    private final Tensor sin;
    private final Tensor turned;
    private final Tensor turnedGradient;
    private final Value output;

    private Rotary(Value x, int heads, int width, Tensor positions, Tensor cos, Tensor sin) {
        super(x);
        this.x = x;
        this.heads = heads;
        this.positions = positions;
        this.cos = cos;
        this.sin = sin;
        this.turned = x.tensor().slice(1, 0, heads * width);
        this.turnedGradient = x.needsGradient() ? x.gradient().slice(1, 0, heads * width) : null;
        this.output = tape().alias(x, x.tensor(), x.gradient());
    }

    /**
     * Records the rotation.
     *
     * @param x (T, at least heads·width)
     * @param heads how many of a row's heads turn: queries and keys, of a product that holds values too
     * @param width D, numbers per head
     * @param positions INT32 (T), read at every replay
     * @param cos (P,R/2), by position
     * @param sin (P,R/2), by position
     * @return x itself
     */
    public static Value apply(Value x, int heads, int width, Tensor positions, Tensor cos, Tensor sin) {
        if (x.tensor().rank() != 2 || x.tensor().dim(1) < heads * width || 2 * cos.dim(1) > width) {
            throw new IllegalArgumentException("Cannot record rotary positions of " + heads + " heads of width " + width
                    + " in " + x.tensor() + " by " + cos);
        }
        return x.tape().record(new Rotary(x, heads, width, positions, cos, sin)).output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void setRows(int rows) {
        turned.setRows(rows);
        if (turnedGradient != null) {
            turnedGradient.setRows(rows);
        }
    }

    @Override
    void forward(Kernels kernels) {
        kernels.rotary(turned, heads, positions, cos, sin, false);
    }

    @Override
    void backward(Kernels kernels) {
        if (x.needsGradient()) {
            kernels.rotary(turnedGradient, heads, positions, cos, sin, true);
        }
    }
}
