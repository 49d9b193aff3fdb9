package dev.athanor.engine.finetune;

import dev.athanor.engine.autodiff.ParameterSet;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.NetworkSize;
import dev.athanor.engine.nn.Objective;
import dev.athanor.engine.nn.RowModel;
import dev.athanor.engine.nn.Trainable;
import dev.athanor.engine.nn.TrainingStep;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.transformer.TrainableTransformer;
import dev.athanor.engine.transformer.TransformerReader;
import dev.athanor.engine.transformer.TransformerSpec;
import dev.athanor.engine.transformer.Tuning;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An encoder, its pooling and a linear layer: classes or a number from the texts of a row.
 *
 * <p>Vectors are not scaled to length 1 before the linear layer, whatever the encoder does when it embeds: their length says
 * something, and the layer would learn slowly from numbers so small.
 */
public final class SequenceNetwork implements Trainable {
    private final SequenceSpec spec;
    private final TrainableTransformer transformer;

    private SequenceNetwork(SequenceSpec spec, TrainableTransformer transformer) {
        this.spec = spec;
        this.transformer = transformer;
    }

    /**
     * The network to begin with: the encoder's weights, and outputs at zero.
     *
     * @param inputs one bag: ids of tokens, and their types as weights
     * @param outputs values per row
     * @param tuning what of the encoder is trained, and whether its blocks are computed again to save memory
     * @param seed of adapters
     */
    public static SequenceNetwork of(
            PretrainedEncoder encoder, InputLayout inputs, int outputs, Tuning tuning, long seed) {
        SequenceSpec spec = new SequenceSpec(
                encoder.name(),
                new String(encoder.config(), StandardCharsets.UTF_8),
                encoder.settings(),
                inputs,
                outputs,
                tuning.rank());
        int width = encoder.spec().width();
        return new SequenceNetwork(
                spec,
                TransformerReader.trainable(
                        encoder.config(),
                        encoder.location(),
                        encoder.weights().get(),
                        tuning,
                        SequenceHead.declarations(width, outputs),
                        seed));
    }

    /**
     * How much there is to such a network, without making it.
     *
     * @param batchRows rows of one worker's batch
     */
    public static NetworkSize size(TransformerSpec encoder, int outputs, Tuning tuning, int batchRows) {
        long table = (long) encoder.vocabulary() * encoder.width();
        long dense = encoder.parameters() - table + (long) outputs * (encoder.width() + 1);
        long activations =
                SequenceStep.activations(encoder, tuning.checkpoints()) * SequenceStep.tokenCapacity(encoder);
        return tuning.adapters()
                ? new NetworkSize(dense / 8, table + dense, activations / batchRows)
                : new NetworkSize(dense, table, activations / batchRows);
    }

    @Override
    public SequenceSpec spec() {
        return spec;
    }

    @Override
    public InputLayout inputs() {
        return spec.inputs();
    }

    @Override
    public boolean normalizesBatches() {
        return false;
    }

    @Override
    public ParameterSet parameters() {
        return transformer.parameters();
    }

    /** What {@code model.safetensors} holds: the encoder as its family's files have it, adapters added, and the outputs. */
    public Map<String, Tensor> files() {
        Map<String, Tensor> tensors = new LinkedHashMap<>(transformer.tensors());
        Tensor weight = parameters().get(SequenceHead.WEIGHT).tensor().transpose(0, 1);
        Tensor bias = parameters().get(SequenceHead.BIAS).tensor();
        tensors.put(SequenceHead.WEIGHT, Tensor.of(weight.toFloats(), weight.shape()));
        tensors.put(SequenceHead.BIAS, Tensor.of(bias.toFloats(), bias.shape()));
        return tensors;
    }

    @Override
    public TrainingStep step(Kernels kernels, EncodedBatch batch, Objective objective, long seed) {
        return new SequenceStep(spec, transformer, kernels, batch, objective, seed);
    }

    @Override
    public RowModel prepare(Kernels kernels) {
        return new PreparedSequence(
                spec.settings(),
                transformer.prepare(kernels),
                kernels.pack(parameters().get(SequenceHead.WEIGHT).tensor()),
                Tensor.of(parameters().get(SequenceHead.BIAS).tensor().toFloats(), spec.outputs()));
    }
}
