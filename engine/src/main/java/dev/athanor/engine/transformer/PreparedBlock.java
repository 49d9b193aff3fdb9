package dev.athanor.engine.transformer;

import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.List;

/** The weights of one block, packed for one provider. Immutable. */
final class PreparedBlock {
    final TransformerSpec.Block spec;

    /** Query, key and value side by side: (W, (H+2G)·D). */
    final PackedMatrix projection;

    final Epilogue projectionEnd;
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
        projection = kernels.pack(
                joined(inputs.stream().map(n -> w.get(n + ".weight")).toList()), precision);
        projectionEnd = spec.attention().inputBias()
                ? Epilogue.bias(row(joined(inputs.stream()
                        .map(n -> w.get(n + ".bias").reshape(1, -1))
                        .toList())))
                : Epilogue.NONE;
        queryNorm = gain(name + "attention.query.norm", w);
        keyNorm = gain(name + "attention.key.norm", w);
        output = kernels.pack(w.get(name + "attention.output.weight"), precision);
        outputBias = bias(name + "attention.output", w);
        attentionNorm = gain(name + "attention.norm", w);
        attentionAfter = gain(name + "attention.after", w);
        boolean gated = spec.feedForward().gated();
        String first = name + (gated ? "feed.gate" : "feed.input");
        activated = kernels.pack(w.get(first + ".weight"), precision);
        activatedEnd = new Epilogue(bias(first, w), spec.feedForward().activation(), null);
        linear = gated ? kernels.pack(w.get(name + "feed.input.weight"), precision) : null;
        linearEnd = gated ? Epilogue.bias(bias(name + "feed.input", w)) : Epilogue.NONE;
        feedOutput = kernels.pack(w.get(name + "feed.output.weight"), precision);
        feedOutputBias = bias(name + "feed.output", w);
        feedNorm = gain(name + "feed.norm", w);
        feedAfter = gain(name + "feed.after", w);
    }

    /** Matrices of one height side by side. */
    private static Tensor joined(List<Tensor> parts) {
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
        return projection.bytes()
                + output.bytes()
                + activated.bytes()
                + (linear == null ? 0 : linear.bytes())
                + feedOutput.bytes();
    }
}
