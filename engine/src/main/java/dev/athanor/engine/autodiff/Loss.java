package dev.athanor.engine.autodiff;

/** The last op of a tape: a sum over rows, whose gradient starts the backward pass. */
public abstract class Loss extends Op {
    private double value;

    Loss(Value prediction) {
        super(prediction);
    }

    @Override
    public final Value output() {
        return null;
    }

    /** Σ_b weight_b · loss_b of the last forward pass. */
    public final double value() {
        return value;
    }

    final void setValue(double value) {
        this.value = value;
    }
}
