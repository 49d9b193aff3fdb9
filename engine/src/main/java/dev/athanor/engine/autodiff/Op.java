package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import java.util.List;

/**
 * One step of a recorded computation, its forward and its backward pass side by side.
 *
 * <p>Everything an op needs (results, saved statistics, views) is allocated while recording; the passes allocate nothing.
 */
public abstract class Op {
    private final Tape tape;
    private final List<Value> inputs;
    private final RowAxis axis;

    Op(Value... inputs) {
        this(inputs[0].tape(), List.of(inputs), inputs[0].axis());
    }

    Op(Tape tape, List<Value> inputs, RowAxis axis) {
        this.tape = tape;
        this.inputs = inputs;
        this.axis = axis;
        for (Value input : inputs) {
            if (input.tape() != tape) {
                throw new IllegalArgumentException(
                        "Cannot record " + getClass().getSimpleName() + ": its inputs are on different tapes");
            }
        }
    }

    /** What it reads, parameters included. */
    public final List<Value> inputs() {
        return inputs;
    }

    /** What it writes, or null for a loss. */
    public abstract Value output();

    final Tape tape() {
        return tape;
    }

    /** What the rows of its result are. */
    final RowAxis axis() {
        return axis;
    }

    /** A result: as many rows as the axis can have, with a gradient if some input needs one. */
    final Value result(int... rowShape) {
        return tape.result(axis, anyNeedsGradient(), rowShape);
    }

    /** Whether some input needs a gradient. */
    final boolean anyNeedsGradient() {
        for (Value input : inputs) {
            if (input.needsGradient()) {
                return true;
            }
        }
        return false;
    }

    abstract void forward(Kernels kernels);

    /** Adds to the gradients of its inputs; may change its output's gradient, which nobody reads afterwards. */
    abstract void backward(Kernels kernels);

    /** Follows a change of the number of rows in use: views and saved tensors of its own. */
    void setRows(int rows) {}
}
