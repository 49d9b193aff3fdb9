package dev.athanor.engine.finetune;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.nn.RowModel;
import dev.athanor.engine.nn.RowPass;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.transformer.EmbeddingSettings;
import dev.athanor.engine.transformer.PreparedTransformer;
import dev.athanor.engine.transformer.TransformerReader;
import java.util.Arrays;
import java.util.Map;

/** A {@link SequenceNetwork} ready to run. Immutable. */
public final class PreparedSequence implements RowModel {
    private static final int MOST_ROWS = 256;

    private final EmbeddingSettings settings;
    private final PreparedTransformer transformer;
    private final PackedMatrix head;
    private final Tensor bias;

    PreparedSequence(EmbeddingSettings settings, PreparedTransformer transformer, PackedMatrix head, Tensor bias) {
        this.settings = settings;
        this.transformer = transformer;
        this.head = head;
        this.bias = bias;
    }

    /**
     * Makes one of its files.
     *
     * @param config content of {@code config.json}
     * @param tensors as {@link SequenceNetwork#files} gives them
     * @param outputs values per row
     * @param location of the files, for messages
     * @throws dev.athanor.engine.AthanorException naming the field or tensor that is missing or wrong
     * @throws IllegalArgumentException if the outputs are missing, or are others
     */
    public static PreparedSequence read(
            byte[] config,
            EmbeddingSettings settings,
            Map<String, Tensor> tensors,
            int outputs,
            String location,
            Kernels kernels) {
        PreparedTransformer transformer =
                TransformerReader.read(config, location, tensors, location, kernels, Precision.FLOAT32);
        Tensor weight = tensors.get(SequenceHead.WEIGHT);
        Tensor bias = tensors.get(SequenceHead.BIAS);
        boolean fits = weight != null
                && bias != null
                && Arrays.equals(
                        weight.shape(), new int[] {outputs, transformer.spec().width()})
                && Arrays.equals(bias.shape(), new int[] {outputs});
        if (!fits) {
            throw new IllegalArgumentException("tensors " + SequenceHead.WEIGHT + " and " + SequenceHead.BIAS + " are "
                    + weight + " and " + bias + ", the model has " + outputs + " outputs");
        }
        return new PreparedSequence(
                settings, transformer, kernels.pack(weight.transpose(0, 1)), Tensor.of(bias.toFloats(), outputs));
    }

    PreparedTransformer transformer() {
        return transformer;
    }

    EmbeddingSettings settings() {
        return settings;
    }

    PackedMatrix head() {
        return head;
    }

    Tensor bias() {
        return bias;
    }

    @Override
    public Kernels kernels() {
        return transformer.kernels();
    }

    @Override
    public long bytes() {
        return transformer.bytes() + head.bytes();
    }

    @Override
    public int mostRows() {
        return MOST_ROWS;
    }

    @Override
    public RowPass pass(int capacity) {
        return new SequencePass(this, capacity);
    }
}
