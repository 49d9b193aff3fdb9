package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/**
 * A tensor on a {@link Tape}, with the gradient of the loss with respect to it when one is needed.
 *
 * <p>During the backward pass the first op to contribute to a gradient overwrites it and later ones add to it, so that no
 * pass is spent on clearing.
 */
public final class Value {
    private final Tape tape;
    private final Tensor tensor;
    private final Tensor gradient;
    private final RowAxis axis;
    private final Value aliasOf;
    private final CheckpointedBlock block;
    private boolean written;

    Value(Tape tape, Tensor tensor, Tensor gradient, RowAxis axis, Value aliasOf) {
        this.tape = tape;
        this.tensor = tensor;
        this.gradient = gradient;
        this.axis = axis;
        this.aliasOf = aliasOf;
        this.block = axis == null ? null : tape.recording();
    }

    /** The tape it is recorded on. */
    public Tape tape() {
        return tape;
    }

    /** Its values after the forward pass. */
    public Tensor tensor() {
        return tensor;
    }

    /** The gradient of the loss after the backward pass, or null when none is computed. */
    public Tensor gradient() {
        return gradient;
    }

    /** Whether a gradient is computed: inputs of the network have none. */
    public boolean needsGradient() {
        return gradient != null;
    }

    /** Values per row of the batch. */
    public int width() {
        return tensor.dim(0) == 0 ? 0 : tensor.size() / tensor.dim(0);
    }

    /** For an op whose kernel can add or overwrite: whether it must add. The gradient counts as written from now on. */
    boolean claimGradient() {
        Value root = root();
        boolean add = root.written;
        root.written = true;
        return add;
    }

    /** For an op whose kernel only adds: the gradient, cleared if nobody wrote to it in this pass. */
    Tensor accumulateGradient(Kernels kernels) {
        if (!claimGradient()) {
            kernels.fill(gradient, 0);
        }
        return gradient;
    }

    /** Adds to the gradient, or sets it if nobody wrote to it in this pass. */
    void addGradient(Kernels kernels, Tensor more) {
        if (claimGradient()) {
            kernels.axpy(1, more, gradient);
        } else {
            TensorRows.copy(more, 0, gradient, 0, more.size());
        }
    }

    /** Whether an op already wrote to the gradient in this pass. */
    boolean hasGradient() {
        return root().written;
    }

    void forgetGradient() {
        written = false;
    }

    /** Says that the gradient holds what later ones are added to. */
    void keepGradient() {
        written = true;
    }

    /** The block within which it is computed, or null where it is kept. */
    CheckpointedBlock block() {
        return block;
    }

    /** What its rows are, or null when it is the same for every batch. */
    public RowAxis axis() {
        return axis;
    }

    void setRows(int rows) {
        tensor.setRows(rows);
        if (gradient != null) {
            gradient.setRows(rows);
        }
    }

    private Value root() {
        Value v = this;
        while (v.aliasOf != null) {
            v = v.aliasOf;
        }
        return v;
    }
}
