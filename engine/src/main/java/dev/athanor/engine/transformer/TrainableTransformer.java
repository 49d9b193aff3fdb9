package dev.athanor.engine.transformer;

import dev.athanor.engine.autodiff.Parameter;
import dev.athanor.engine.autodiff.ParameterSet;
import dev.athanor.engine.autodiff.RowAxis;
import dev.athanor.engine.autodiff.Tape;
import dev.athanor.engine.autodiff.Value;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A transformer whose weights change: its parameters, how it is recorded on a tape, and how it is prepared to run as
 * trained. The parameters are shared by all tapes; changing them is the optimizer's business.
 *
 * <pre>{@code
 * TrainableTransformer model = TransformerFolder.open(folder).trainable(Tuning.DENSE, List.of(), seed);
 * Tape tape = new Tape(kernels, model.parameters(), 32, seed);
 * TrainableTransformer.Recording recording = model.record(tape, tape.axis(2048));
 * Value hidden = recording.hidden();                                     // (T,W); a loss is recorded on it
 * recording.batch().add(tokens);
 * recording.setRows();                                                   // then tape.forward(), tape.backward()
 * }</pre>
 */
public final class TrainableTransformer {
    private final TransformerSpec spec;
    private final WeightNames names;
    private final Tuning tuning;
    private final TransformerParameters layout;
    private final ParameterSet parameters;

    private TrainableTransformer(
            TransformerSpec spec, WeightNames names, Tuning tuning, List<Parameter.Declaration> more) {
        this.spec = spec;
        this.names = names;
        this.tuning = tuning;
        this.layout = new TransformerParameters(spec, tuning);
        List<Parameter.Declaration> declared = new ArrayList<>(layout.declarations());
        declared.addAll(more);
        this.parameters = new ParameterSet(DType.FLOAT32, declared);
    }

    static TrainableTransformer of(
            Family family, TensorSource source, Tuning tuning, List<Parameter.Declaration> more, long seed) {
        TransformerWeights weights = TransformerWeights.read(family.spec(), family.names(), family.prefixes(), source);
        TrainableTransformer model = new TrainableTransformer(family.spec(), family.names(), tuning, more);
        model.layout.fill(model.parameters, weights, seed);
        return model;
    }

    static TrainableTransformer untrained(Family family, Tuning tuning, long seed) {
        TrainableTransformer model = new TrainableTransformer(family.spec(), family.names(), tuning, List.of());
        model.layout.initialise(model.parameters, seed);
        return model;
    }

    /**
     * A transformer that begins from nothing: matrices and tables drawn from N(0, 0.02), gains one, the rest zero.
     *
     * @param more parameters beside its own, zeroed
     */
    public static TrainableTransformer create(TransformerSpec spec, List<Parameter.Declaration> more, long seed) {
        TrainableTransformer model = new TrainableTransformer(spec, null, Tuning.DENSE, more);
        model.layout.initialise(model.parameters, seed);
        return model;
    }

    public TransformerSpec spec() {
        return spec;
    }

    /** Its parameters, and what was declared beside them. */
    public ParameterSet parameters() {
        return parameters;
    }

    TransformerParameters layout() {
        return layout;
    }

    /** Packs the weights as they are now, adapters added; later training does not change the result. */
    public PreparedTransformer prepare(Kernels kernels) {
        return new PreparedTransformer(spec, layout.weights(parameters).copied(), kernels, Precision.FLOAT32);
    }

    /**
     * The weights by the names, and in the layout, of the family's files, adapters added; new tensors.
     *
     * @throws IllegalStateException for one that began from nothing, and so is of no family
     */
    public Map<String, Tensor> tensors() {
        if (names == null) {
            throw new IllegalStateException("Cannot name the tensors of a transformer of no family");
        }
        return layout.weights(parameters).inFiles(names);
    }

    /**
     * Records the hidden states of a batch that is filled before each replay.
     *
     * @param tape made over {@link #parameters()}
     * @param tokens axis of the tape
     */
    public Recording record(Tape tape, RowAxis tokens) {
        if (tape.parameters() != parameters) {
            throw new IllegalArgumentException("Cannot record transformer: the tape was made for another");
        }
        return new Recording(this, tape, tokens);
    }

    /** A recorded transformer and the batch it reads. */
    public static final class Recording {
        private final RowAxis axis;
        private final TokenBatch batch = new TokenBatch();
        private final Tensor positions;
        private final TransformerRecorder recorder;
        private final Value hidden;

        private Recording(TrainableTransformer model, Tape tape, RowAxis axis) {
            this.axis = axis;
            this.positions = Tensor.zeros(DType.INT32, axis.capacity());
            this.recorder = new TransformerRecorder(model.spec(), model.tuning, tape, axis, batch, positions);
            this.hidden = recorder.hidden();
        }

        /** What the next replay computes. */
        public TokenBatch batch() {
            return batch;
        }

        /** Hidden states (T,W). */
        public Value hidden() {
            return hidden;
        }

        /** Records logits over the vocabulary (T,V). */
        public Value logits() {
            return recorder.logits(hidden);
        }

        /** Makes the axis of tokens as long as the batch. */
        public void setRows() {
            int n = batch.tokens();
            axis.setRows(n);
            positions.setRows(n);
            System.arraycopy(batch.positions().ints(), 0, positions.ints(), 0, n);
        }
    }
}
