package dev.athanor.engine.language;

import dev.athanor.engine.autodiff.ParameterSet;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.NetworkSize;
import dev.athanor.engine.nn.Objective;
import dev.athanor.engine.nn.RowModel;
import dev.athanor.engine.nn.RowPass;
import dev.athanor.engine.nn.Trainable;
import dev.athanor.engine.nn.TrainingStep;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.transformer.PreparedTransformer;
import dev.athanor.engine.transformer.TrainableTransformer;
import dev.athanor.engine.transformer.TransformerReader;
import dev.athanor.engine.transformer.TransformerSpec;
import dev.athanor.engine.transformer.Tuning;
import java.util.List;
import java.util.Map;

/**
 * A decoder that learns to predict each token of a window from those before it. A row is a window: a bag of 2 to T+1 ids,
 * and as its weight the number of tokens that it predicts, so that a mean over weights is one over tokens.
 *
 * <p>As a {@link RowModel} it yields each window's mean loss (B,1), in nats per token.
 */
public final class LanguageNetwork implements Trainable {
    private final LanguageSpec spec;
    private final TrainableTransformer transformer;
    private final InputLayout inputs;

    private LanguageNetwork(LanguageSpec spec, TrainableTransformer transformer) {
        this.spec = spec;
        this.transformer = transformer;
        this.inputs = layout(spec);
    }

    /**
     * A network that knows nothing yet.
     *
     * @param checkpoints whether what a block computes is computed again for the backward pass instead of kept
     * @param seed of the first weights
     */
    public static LanguageNetwork create(LanguageSpec spec, boolean checkpoints, long seed) {
        return new LanguageNetwork(
                spec,
                TransformerReader.untrained(
                        spec.config(), "config.json", Tuning.DENSE.withCheckpoints(checkpoints), seed));
    }

    /** What it reads: one bag of ids. */
    public static InputLayout layout(LanguageSpec spec) {
        return new InputLayout(0, null, List.of(new InputLayout.BagShape("text", spec.vocabulary())));
    }

    /**
     * How much there is to such a network, without making it.
     *
     * @param checkpoints whether blocks share their memory
     * @param threads that share a batch
     * @param batchSize windows per step
     */
    public static NetworkSize size(LanguageSpec spec, boolean checkpoints, int threads, int batchSize) {
        TransformerSpec architecture = spec.architecture();
        long block = 4L * spec.width() + 4L * spec.width() + 2L * 4 * spec.width();
        long perToken = checkpoints ? block + (long) spec.layers() * spec.width() : block * spec.layers();
        long tokens = (long) LanguageStep.windows(spec.context()) * spec.context();
        return new NetworkSize(
                architecture.parameters(), 0, (perToken + spec.vocabulary()) * tokens * threads / batchSize + 1);
    }

    /** Puts a window into a batch as its next row, which must have been counted by {@link EncodedBatch#setRows}. */
    public static void add(EncodedBatch batch, int row, int[] ids, int size) {
        for (int i = 0; i < size; i++) {
            batch.bag(0).add(ids[i], 0);
        }
        batch.bag(0).endRow();
        batch.weights().floats()[batch.weights().offset() + row] = size - 1;
    }

    @Override
    public LanguageSpec spec() {
        return spec;
    }

    @Override
    public InputLayout inputs() {
        return inputs;
    }

    @Override
    public boolean normalizesBatches() {
        return false;
    }

    @Override
    public ParameterSet parameters() {
        return transformer.parameters();
    }

    /** What {@code model.safetensors} holds, by GPT-2's names. */
    public Map<String, Tensor> files() {
        return transformer.tensors();
    }

    /** @param objective ignored: there is one way to be right about a text */
    @Override
    public TrainingStep step(Kernels kernels, EncodedBatch batch, Objective objective, long seed) {
        return new LanguageStep(transformer, kernels, batch, seed);
    }

    @Override
    public RowModel prepare(Kernels kernels) {
        return new Prepared(transformer.prepare(kernels));
    }

    private record Prepared(PreparedTransformer transformer) implements RowModel {
        @Override
        public Kernels kernels() {
            return transformer.kernels();
        }

        @Override
        public long bytes() {
            return transformer.bytes();
        }

        @Override
        public RowPass pass(int capacity) {
            return new LanguagePass(transformer, capacity);
        }
    }
}
