package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Arena;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A computation recorded once for a batch capacity and replayed for every batch: forward in order, backward in reverse.
 *
 * <p>One thread. Owns an {@link Arena} for all results; replaying allocates nothing. Parameters are shared with other
 * tapes, gradients are this tape's own.
 *
 * <pre>{@code
 * Tape tape = new Tape(kernels, parameters, 64, seed);
 * Value x = tape.input(batch.dense());                                  // (64,784)
 * Value h = Linear.apply(x, tape.parameter("hidden.weight"), tape.parameter("hidden.bias"), Activation.RELU);
 * Value y = Linear.apply(h, tape.parameter("out.weight"), tape.parameter("out.bias"), Activation.IDENTITY);
 * Loss loss = SoftmaxCrossEntropy.apply(y, batch.labels(), batch.weights(), 0.0);
 * tape.setRows(batch.rows());
 * tape.forward();
 * tape.backward();                                                      // loss.value(), tape.gradients()
 * }</pre>
 */
public final class Tape implements AutoCloseable {
    private final Kernels kernels;
    private final ParameterSet parameters;
    private final Gradients gradients;
    private final RowAxis examples;
    private final long seed;
    private final Arena arena = new Arena();
    private final Arena blockArena = new Arena();
    private final List<Op> ops = new ArrayList<>();
    private final List<Value> values = new ArrayList<>();
    private final Map<String, Value> parameterValues = new LinkedHashMap<>();
    private final List<Value> trained = new ArrayList<>();
    private final List<CheckpointedBlock> blocks = new ArrayList<>();
    private CheckpointedBlock recording;
    private boolean accumulating;
    private long step;

    /**
     * @param capacity rows of the largest batch
     * @param seed of dropout
     */
    public Tape(Kernels kernels, ParameterSet parameters, int capacity, long seed) {
        this.kernels = kernels;
        this.parameters = parameters;
        this.gradients = new Gradients(parameters);
        this.examples = new RowAxis(capacity);
        this.seed = seed;
    }

    /** The rows of a batch. */
    public RowAxis examples() {
        return examples;
    }

    /**
     * Another kind of row.
     *
     * @param rows of the largest batch
     */
    public RowAxis axis(int rows) {
        return new RowAxis(rows);
    }

    /**
     * A batched input without gradient, read in place at every replay.
     *
     * @param tensor (capacity, …)
     */
    public Value input(Tensor tensor) {
        return add(new Value(this, tensor, null, examples, null));
    }

    /** A value that is the same for every batch and has no gradient. */
    public Value constant(Tensor tensor) {
        return add(new Value(this, tensor, null, null, null));
    }

    /** A batched input whose gradient is computed too. */
    public Value variable(Tensor tensor) {
        return variable(tensor, examples);
    }

    /** As {@link #variable(Tensor)}, with rows of another kind. */
    public Value variable(Tensor tensor, RowAxis axis) {
        return add(new Value(this, tensor, allocate(tensor.shape()), axis, null));
    }

    /** A weight, bias, norm or buffer of the network. Embedding tables enter by {@link EmbeddingBag}. */
    public Value parameter(String name) {
        return parameterValues.computeIfAbsent(name, n -> {
            Parameter p = parameters.get(n);
            Value value = add(new Value(this, p.tensor(), gradients.of(p), null, null));
            if (value.needsGradient()) {
                trained.add(value);
            }
            return value;
        });
    }

    /**
     * Records a block of which only the result is kept: what it computes on its way shares memory with that of all other
     * such blocks, and is computed once more when the backward pass comes to it (arXiv:1604.06174). Results do not change.
     *
     * @param block records ops on this tape; what is used after it is its result alone
     */
    public Value checkpoint(Supplier<Value> block) {
        if (recording != null) {
            throw new IllegalStateException("Cannot checkpoint a block within another");
        }
        int first = ops.size();
        CheckpointedBlock made = new CheckpointedBlock(first);
        recording = made;
        Value inner;
        Arena.Scope scope = blockArena.scope();
        try {
            inner = block.get();
        } finally {
            scope.close();
            recording = null;
        }
        made.end(ops.size());
        blocks.add(made);
        KeptResult kept = new KeptResult(inner);
        ops.add(kept);
        kept.axis().add(kept);
        return kept.output();
    }

    /** Runs every op in the order of recording. */
    public void forward() {
        for (int i = 0; i < ops.size(); i++) {
            ops.get(i).forward(kernels);
        }
    }

    /** Runs every op backward, in reverse; leaves the sums over rows in {@link #gradients()}. */
    public void backward() {
        backward(false);
    }

    /**
     * As {@link #backward()}; with {@code accumulate} adds to what the passes before left in {@link #gradients()}, so that
     * a batch can be run in parts.
     */
    public void backward(boolean accumulate) {
        accumulating = accumulate;
        for (int i = 0; i < values.size(); i++) {
            values.get(i).forgetGradient();
        }
        if (accumulate) {
            for (int i = 0; i < trained.size(); i++) {
                trained.get(i).keepGradient();
            }
        }
        int block = blocks.size() - 1;
        for (int i = ops.size() - 1; i >= 0; i--) {
            if (block >= 0 && i == blocks.get(block).last()) {
                if (block < blocks.size() - 1) { // the last one's values are still there
                    blocks.get(block).forward(ops, kernels);
                }
                block--;
            }
            Op op = ops.get(i);
            Value output = op.output();
            if (output == null || output.hasGradient()) {
                op.backward(kernels);
            }
        }
        for (int i = 0; i < trained.size(); i++) { // an iterator would be an object per step
            if (!trained.get(i).hasGradient()) {
                kernels.fill(trained.get(i).gradient(), 0);
            }
        }
    }

    /** Folds the statistics of the batch last run into the running ones of every batch normalisation. */
    public void updateRunningStatistics(double momentum) {
        for (int i = 0; i < ops.size(); i++) {
            if (ops.get(i) instanceof BatchNorm norm) {
                norm.updateRunningStatistics(momentum);
            }
        }
    }

    /** Sets how many examples of the capacity the next replay computes, on inputs too. */
    public void setRows(int newRows) {
        examples.setRows(newRows);
    }

    /** Sets the step, which with the seed decides what dropout drops. */
    public void setStep(long step) {
        this.step = step;
    }

    public int rows() {
        return examples.rows();
    }

    public int capacity() {
        return examples.capacity();
    }

    /** This tape's own gradients, sums over rows. */
    public Gradients gradients() {
        return gradients;
    }

    public ParameterSet parameters() {
        return parameters;
    }

    /** The recorded steps, in order. */
    public List<Op> ops() {
        return List.copyOf(ops);
    }

    /** Bytes held for results, saved values and their gradients. */
    public long bytes() {
        return arena.bytes() + blockArena.bytes();
    }

    @Override
    public void close() {
        arena.close();
        blockArena.close();
    }

    long step() {
        return step;
    }

    /** Whether the backward pass adds to the gradients of the ones before. */
    boolean accumulating() {
        return accumulating;
    }

    /** A seed that differs from op to op of the same tape. */
    long opSeed() {
        return seed + 0x9E3779B97F4A7C15L * (ops.size() + 1L);
    }

    /** A zeroed tensor of the tape's element type that lives as long as the tape. */
    Tensor allocate(int... shape) {
        return (recording == null ? arena : blockArena).allocate(parameters.dtype(), shape);
    }

    Tensor allocateInts(int... shape) {
        return arena.allocate(DType.INT32, shape);
    }

    /** A result of an op: as many rows as the axis can have, (capacity, rowShape…). */
    Value result(RowAxis axis, boolean needsGradient, int... rowShape) {
        int[] shape = new int[rowShape.length + 1];
        shape[0] = axis.capacity();
        System.arraycopy(rowShape, 0, shape, 1, rowShape.length);
        return add(new Value(this, allocate(shape), needsGradient ? allocate(shape) : null, axis, null));
    }

    /** A view of another value. */
    Value alias(Value of, Tensor tensor, Tensor gradient) {
        return add(new Value(this, tensor, gradient, of.axis(), of));
    }

    /** The block being recorded, or null. */
    CheckpointedBlock recording() {
        return recording;
    }

    <O extends Op> O record(O op) {
        for (Value input : op.inputs()) {
            if (input.block() != null && input.block() != recording) {
                throw new IllegalArgumentException(
                        "Cannot record " + op.getClass().getSimpleName()
                                + ": an input is within a checkpointed block, of which only the result is kept");
            }
        }
        ops.add(op);
        op.axis().add(op);
        return op;
    }

    private Value add(Value value) {
        values.add(value);
        if (value.axis() != null) {
            value.axis().add(value);
        }
        return value;
    }
}
