package dev.athanor.engine.nn;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.autodiff.Parameter;
import dev.athanor.engine.autodiff.ParameterSet;
import dev.athanor.engine.autodiff.Tape;
import dev.athanor.engine.autodiff.Value;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/**
 * A specification and its parameters: recorded on tapes to train it, prepared to run it.
 *
 * <p>Parameters are mutable and shared with every tape recorded from it; do not train and read at the same time.
 */
public final class Network implements Trainable {
    private final NetworkSpec spec;
    private final ParameterSet parameters;

    private Network(NetworkSpec spec, ParameterSet parameters) {
        this.spec = spec;
        this.parameters = parameters;
    }

    /** A new network; the same seed gives the same bits. */
    public static Network create(NetworkSpec spec, long seed) {
        ParameterSet parameters = new ParameterSet(DType.FLOAT32, Declarations.of(spec));
        Initializer.fill(spec, parameters, seed);
        return new Network(spec, parameters);
    }

    /**
     * A network with given parameters, which are copied.
     *
     * @param tensors FLOAT32 by name, as {@link #tensors()} gives them
     * @throws AthanorException if one is missing, unknown or of another shape
     */
    public static Network of(NetworkSpec spec, Map<String, Tensor> tensors) {
        ParameterSet parameters = new ParameterSet(DType.FLOAT32, Declarations.of(spec));
        for (Parameter p : parameters.all()) {
            Tensor from = tensors.get(p.name());
            if (from == null || !Arrays.equals(from.shape(), p.tensor().shape()) || from.dtype() != DType.FLOAT32) {
                throw mismatch("tensor " + p.name() + " is " + (from == null ? "missing" : from)
                        + ", the network needs " + p.tensor());
            }
            float[] values = from.isContiguous() ? from.floats() : from.toFloats();
            int at = from.isContiguous() ? from.offset() : 0;
            System.arraycopy(values, at, p.tensor().floats(), p.tensor().offset(), from.size());
        }
        for (String name : tensors.keySet()) {
            if (parameters.all().stream().noneMatch(p -> p.name().equals(name))) {
                throw mismatch("tensor " + name + " is not part of the network");
            }
        }
        return new Network(spec, parameters);
    }

    private static AthanorException mismatch(String reason) {
        return new AthanorException(
                "Cannot make network from its weights",
                reason,
                "The weights and config.json belong to different models: restore the package from its source");
    }

    @Override
    public NetworkSpec spec() {
        return spec;
    }

    @Override
    public InputLayout inputs() {
        return spec.inputs();
    }

    @Override
    public boolean normalizesBatches() {
        return spec.normalize();
    }

    /** The parameters as training sees them. */
    @Override
    public ParameterSet parameters() {
        return parameters;
    }

    /**
     * Records the training pass.
     *
     * @param tape made over {@link #parameters()}
     * @param batch read in place at every replay; its capacity is the tape's
     * @return (B,outputs)
     */
    public Value record(Tape tape, EncodedBatch batch) {
        if (batch.capacity() != tape.capacity() || tape.parameters() != parameters) {
            throw new IllegalArgumentException("Cannot record network: the batch holds " + batch.capacity()
                    + " rows, the tape " + tape.capacity() + ", or the tape was made for another network");
        }
        batch.setRows(batch.capacity());
        return Architecture.build(spec, new Recorder(tape, batch));
    }

    @Override
    public TrainingStep step(Kernels kernels, EncodedBatch batch, Objective objective, long seed) {
        return new NetworkStep(this, kernels, batch, objective, seed);
    }

    /** Packs the weights as they are now, normalisations folded in; later training does not change the result. */
    @Override
    public PreparedNetwork prepare(Kernels kernels) {
        return new PreparedNetwork(spec, new InferencePlan(spec, parameters, kernels), kernels);
    }
}
