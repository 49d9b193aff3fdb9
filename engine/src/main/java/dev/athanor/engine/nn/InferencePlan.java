package dev.athanor.engine.nn;

import dev.athanor.engine.autodiff.BatchNorm;
import dev.athanor.engine.autodiff.ParameterSet;
import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Convolution;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The stages of a network's inference: weights packed, batch normalisation folded into the weights before it, bias and
 * activation fused, dropout gone. Immutable once built; shared by all passes.
 */
final class InferencePlan implements Layers<InferencePlan.Slot> {
    /** A buffer between two stages; slots of one {@code buffer} share memory. */
    record Slot(int buffer, List<Integer> rowShape) {
        int width() {
            return rowShape.stream().reduce(1, Math::multiplyExact);
        }
    }

    /** What a stage does to the rows of one chunk. */
    interface Action {
        void run(Kernels kernels, Tensor[] in, Tensor out, ForwardPass.Chunk chunk);
    }

    /** One step: reads slots, writes another. {@code winners}: whether it needs a place for the winners of a pooling. */
    record Stage(List<Slot> inputs, Slot output, boolean winners, Action action) {}

    static final int DENSE = 0;
    static final int IMAGE = 1;
    private static final int FIRST_OWN = 2;

    private final InputLayout inputs;
    private final ParameterSet parameters;
    private final Kernels kernels;
    private final List<Stage> stages = new ArrayList<>();
    private final Slot result;
    private int buffers = FIRST_OWN;
    private long bytes;

    InferencePlan(NetworkSpec spec, ParameterSet parameters, Kernels kernels) {
        this.inputs = spec.inputs();
        this.parameters = parameters;
        this.kernels = kernels;
        this.result = Architecture.build(spec, this);
    }

    List<Stage> stages() {
        return stages;
    }

    Slot result() {
        return result;
    }

    int buffers() {
        return buffers;
    }

    /** Bytes of packed weights, biases and tables. */
    long bytes() {
        return bytes;
    }

    @Override
    public Slot dense() {
        return new Slot(DENSE, List.of(inputs.denseWidth()));
    }

    @Override
    public Slot image() {
        InputLayout.ImageShape s = inputs.image();
        return new Slot(IMAGE, List.of(s.height(), s.width(), s.channels()));
    }

    @Override
    public Slot bag(String name, int bag, int width) {
        Tensor table = keep(parameters.get(name + ".weight").tensor());
        return stage(
                List.of(),
                List.of(width),
                false,
                (k, in, out, chunk) -> k.embeddingBag(
                        table, chunk.bag(bag).indices(), chunk.bag(bag).weights(), chunk.offsets(bag), out));
    }

    @Override
    public Slot convolution(String name, Slot x, NetworkSpec.ConvLayer c, boolean normalize, Activation f) {
        List<Integer> s = x.rowShape();
        Convolution shape = c.shape(s.get(0), s.get(1), s.get(2));
        Folded folded = fold(name, normalize);
        PackedMatrix weight = pack(folded.weight());
        Epilogue epilogue = Epilogue.bias(folded.bias(), f);
        int filters = c.filters();
        int pool = c.pool();
        Slot y = stage(
                List.of(x),
                List.of(shape.outHeight(), shape.outWidth(), filters),
                false,
                (k, in, out, chunk) -> k.convolve(shape, in[0], weight, out, epilogue));
        if (pool == 1) {
            return y;
        }
        Convolution window =
                new Convolution(shape.outHeight(), shape.outWidth(), filters, pool, pool, filters, pool, 0);
        return stage(
                List.of(y),
                List.of(window.outHeight(), window.outWidth(), filters),
                true,
                (k, in, out, chunk) -> k.maxPool(window, in[0], out, chunk.winners()));
    }

    @Override
    public Slot linear(String name, Slot x, int outputs, boolean normalize, Activation f) {
        Folded folded = fold(name, normalize);
        PackedMatrix weight = pack(folded.weight());
        Epilogue epilogue = Epilogue.bias(folded.bias(), f);
        return stage(
                List.of(x), List.of(outputs), false, (k, in, out, chunk) -> k.matmul(in[0], weight, out, epilogue));
    }

    @Override
    public Slot bias(String name, Slot x) {
        Tensor bias = keep(parameters.get(name + ".bias").tensor());
        int n = x.width();
        return stage(List.of(x), x.rowShape(), false, (k, in, out, chunk) -> {
            for (int b = 0; b < out.dim(0); b++) {
                int at = out.offset() + b * n;
                for (int i = 0; i < n; i++) {
                    out.floats()[at + i] = in[0].floats()[in[0].offset() + b * n + i] + bias.floats()[i];
                }
            }
        });
    }

    @Override
    public Slot flatten(Slot x) {
        return new Slot(x.buffer(), List.of(x.width()));
    }

    @Override
    public Slot join(List<Slot> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        int[] widths = parts.stream().mapToInt(Slot::width).toArray();
        int width = Arrays.stream(widths).sum();
        return stage(parts, List.of(width), false, (k, in, out, chunk) -> {
            int column = 0;
            for (int p = 0; p < widths.length; p++) {
                for (int b = 0; b < out.dim(0); b++) {
                    System.arraycopy(
                            in[p].floats(),
                            in[p].offset() + b * widths[p],
                            out.floats(),
                            out.offset() + b * width + column,
                            widths[p]);
                }
                column += widths[p];
            }
        });
    }

    @Override
    public Slot add(Slot a, Slot b) {
        return stage(List.of(a, b), a.rowShape(), false, (k, in, out, chunk) -> k.add(in[0], in[1], out));
    }

    @Override
    public Slot dropout(Slot x, double rate) {
        return x;
    }

    private Slot stage(List<Slot> in, List<Integer> rowShape, boolean winners, Action action) {
        Slot out = new Slot(buffers++, rowShape);
        stages.add(new Stage(in, out, winners, action));
        return out;
    }

    private PackedMatrix pack(Tensor weight) {
        PackedMatrix packed = kernels.pack(weight);
        bytes += packed.bytes();
        return packed;
    }

    /** A copy, so that later training does not show. */
    private Tensor keep(Tensor tensor) {
        bytes += (long) tensor.size() * DType.FLOAT32.bytes();
        return Tensor.of(tensor.toFloats(), tensor.shape());
    }

    private record Folded(Tensor weight, Tensor bias) {}

    /** Batch normalisation is linear once its statistics are fixed: {@code γ(x·w - μ)/σ + β = x·(wγ/σ) + (β - μγ/σ)}. */
    private Folded fold(String name, boolean normalize) {
        Tensor weight = parameters.get(name + ".weight").tensor();
        if (!normalize) {
            return new Folded(weight, keep(parameters.get(name + ".bias").tensor()));
        }
        float[] gain = parameters.get(name + ".norm.weight").tensor().toFloats();
        float[] shift = parameters.get(name + ".norm.bias").tensor().toFloats();
        float[] mean = parameters.get(name + ".norm.running_mean").tensor().toFloats();
        float[] variance = parameters.get(name + ".norm.running_var").tensor().toFloats();
        float[] folded = weight.toFloats();
        float[] bias = new float[gain.length];
        for (int c = 0; c < gain.length; c++) {
            double scale = gain[c] / Math.sqrt(variance[c] + BatchNorm.EPSILON);
            bias[c] = (float) (shift[c] - mean[c] * scale);
            for (int at = c; at < folded.length; at += gain.length) {
                folded[at] = (float) (folded[at] * scale);
            }
        }
        bytes += (long) bias.length * Float.BYTES;
        return new Folded(Tensor.of(folded, weight.shape()), Tensor.of(bias, bias.length));
    }
}
