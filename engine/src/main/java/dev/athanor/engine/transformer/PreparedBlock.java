package dev.athanor.engine.transformer;

import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.Collections;
import java.util.List;

/** The weights of one block, packed for one provider. Immutable. */
final class PreparedBlock {
    final TransformerSpec.Block spec;

    /** Query, key and value: one matrix (W, (H+2G)·D), or three where a file encodes them in different ways. */
    final List<PackedMatrix> projections;

    /** The end of each of {@link #projections}. */
    final List<Epilogue> projectionEnds;

    final Gain queryNorm;
    final Gain keyNorm;
    final PackedMatrix output;
    final Tensor outputBias;
    final Gain attentionNorm;
    final Gain attentionAfter;

    /** The activated product: the gate of a gated layer, else the input. */
    final PackedMatrix activated;

    final Epilogue activatedEnd;

    /** What multiplies the activated product, or null. */
    final PackedMatrix linear;

    final Epilogue linearEnd;
    final PackedMatrix feedOutput;
    final Tensor feedOutputBias;
    final Gain feedNorm;
    final Gain feedAfter;

    /** Gain and shift of a normalisation; the shift of an RMS norm is null. */
    record Gain(Tensor gain, Tensor shift) {}

    PreparedBlock(TransformerSpec.Block spec, String name, TransformerWeights w, Kernels kernels, Precision precision) {
        this.spec = spec;
        List<String> inputs = List.of(name + "attention.query", name + "attention.key", name + "attention.value");
        projections = w.pack(inputs.stream().map(n -> n + ".weight").toList(), kernels, precision);
        projectionEnds = ends(spec.attention().inputBias(), inputs, projections.size(), w);
        queryNorm = gain(name + "attention.query.norm", w);
        keyNorm = gain(name + "attention.key.norm", w);
        output = w.pack(name + "attention.output.weight", kernels, precision);
        outputBias = bias(name + "attention.output", w);
        attentionNorm = gain(name + "attention.norm", w);
        attentionAfter = gain(name + "attention.after", w);
        boolean gated = spec.feedForward().gated();
        String first = name + (gated ? "feed.gate" : "feed.input");
        activated = w.pack(first + ".weight", kernels, precision);
        activatedEnd = new Epilogue(bias(first, w), spec.feedForward().activation(), null);
        linear = gated ? w.pack(name + "feed.input.weight", kernels, precision) : null;
        linearEnd = gated ? Epilogue.bias(bias(name + "feed.input", w)) : Epilogue.NONE;
        feedOutput = w.pack(name + "feed.output.weight", kernels, precision);
        feedOutputBias = bias(name + "feed.output", w);
        feedNorm = gain(name + "feed.norm", w);
        feedAfter = gain(name + "feed.after", w);
    }

    private static List<Epilogue> ends(boolean biased, List<String> inputs, int matrices, TransformerWeights w) {
        if (!biased) {
            return Collections.nCopies(matrices, Epilogue.NONE);
        }
        List<Tensor> biases =
                inputs.stream().map(n -> w.get(n + ".bias").reshape(1, -1)).toList();
        return matrices == 1
                ? List.of(Epilogue.bias(row(joined(biases))))
                : biases.stream()
                        .map(b -> Epilogue.bias(row(joined(List.of(b)))))
                        .toList();
    }

    /** Matrices of one height side by side. */
    static Tensor joined(List<Tensor> parts) {
        int rows = parts.get(0).dim(0);
        int width = parts.stream().mapToInt(p -> p.dim(1)).sum();
        Tensor all = Tensor.zeros(DType.FLOAT32, rows, width);
        int column = 0;
        for (Tensor part : parts) {
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < part.dim(1); j++) {
                    all.floats()[i * width + column + j] =
                            part.floats()[part.offset() + i * part.stride(0) + j * part.stride(1)];
                }
            }
            column += part.dim(1);
        }
        return all;
    }

    private static Tensor row(Tensor matrix) {
        return matrix.reshape(-1);
    }

    /** A contiguous copy of a bias, or null. */
    static Tensor bias(String name, TransformerWeights w) {
        Tensor bias = w.find(name + ".bias");
        return bias == null ? null : Tensor.of(bias.toFloats(), bias.size());
    }

    static Gain gain(String name, TransformerWeights w) {
        Tensor gain = w.find(name + ".gain");
        return gain == null ? null : new Gain(gain, w.find(name + ".shift"));
    }

    long bytes() {
        return projections.stream().mapToLong(PackedMatrix::bytes).sum()
                + output.bytes()
                + activated.bytes()
                + (linear == null ? 0 : linear.bytes())
                + feedOutput.bytes();
    }
}
