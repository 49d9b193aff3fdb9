package dev.athanor.engine.transformer;

import dev.athanor.engine.autodiff.Parameter;
import dev.athanor.engine.autodiff.ParameterSet;
import dev.athanor.engine.kernels.AttentionShape;
import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * The parameters of a transformer as training has them: those of {@link WeightShapes}, but with query, key and value of a
 * block side by side, and with adapters where only those are trained.
 *
 * <p>An adapter of rank R (LoRA, arXiv:2106.09685) of a matrix W (K,N) is a pair A (K,R) and B (R,N): {@code x · W + x · A ·
 * B}. B starts at zero. What it learnt is added to W on the way out.
 */
final class TransformerParameters {
    private static final List<String> INPUTS = List.of("query", "key", "value");
    private static final String PROJECTION = "attention.projection";

    private final TransformerSpec spec;
    private final Tuning tuning;

    TransformerParameters(TransformerSpec spec, Tuning tuning) {
        this.spec = spec;
        this.tuning = tuning;
    }

    /** What is declared, in order. */
    List<Parameter.Declaration> declarations() {
        List<Parameter.Declaration> declared = new ArrayList<>();
        shapes().forEach((name, shape) -> {
            declared.add(new Parameter.Declaration(name, kind(name, shape), dimensions(shape)));
            if (tuning.adapters() && isMatrix(name)) {
                int rank = tuning.rank();
                Parameter.Kind kind = Parameter.Kind.WEIGHT;
                declared.add(new Parameter.Declaration(down(name), kind, List.of(shape[0], rank)));
                declared.add(new Parameter.Declaration(up(name), kind, List.of(rank, shape[1])));
            }
        });
        return declared;
    }

    private Parameter.Kind kind(String name, int[] shape) {
        if (tuning.adapters()) {
            return Parameter.Kind.BUFFER;
        } else if (name.equals(WeightShapes.TOKENS) && tuning.sparseTokens(spec)) {
            return Parameter.Kind.TABLE;
        }
        return shape.length > 1 ? Parameter.Kind.WEIGHT : Parameter.Kind.OFFSET;
    }

    /** Whether adapters go beside it: the products of the blocks. */
    private static boolean isMatrix(String name) {
        return name.startsWith(WeightShapes.BLOCKS) && name.endsWith(".weight");
    }

    static String down(String name) {
        return name.substring(0, name.length() - "weight".length()) + "adapter.down";
    }

    static String up(String name) {
        return name.substring(0, name.length() - "weight".length()) + "adapter.up";
    }

    private static List<Integer> dimensions(int[] shape) {
        return java.util.Arrays.stream(shape).boxed().toList();
    }

    /** Shapes by name, query, key and value joined. */
    private Map<String, int[]> shapes() {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        WeightShapes.of(spec).forEach((name, shape) -> {
            Part part = part(name);
            if (part == null) {
                shapes.put(name, shape);
            } else if (part.from() == 0) {
                int[] joined = shape.clone();
                joined[shape.length - 1] = part.width();
                shapes.put(part.of(), joined);
            }
        });
        return shapes;
    }

    /** Columns of a joined parameter. */
    private record Part(String of, int from, int to, int width) {}

    /** Where a query, key or value is, or null for another parameter. */
    private Part part(String name) {
        if (!name.startsWith(WeightShapes.BLOCKS)) {
            return null;
        }
        int block = Integer.parseInt(name.split("\\.")[1]);
        AttentionShape shape = spec.blocks().get(block).attention().shape();
        int at = 0;
        for (String input : INPUTS) {
            int width = input.equals("query") ? shape.queryWidth() : shape.keyWidth();
            for (String end : List.of(".weight", ".bias")) {
                if (name.equals(WeightShapes.block(block) + "attention." + input + end)) {
                    return new Part(
                            WeightShapes.block(block) + PROJECTION + end,
                            at,
                            at + width,
                            shape.queryWidth() + 2 * shape.keyWidth());
                }
            }
            at += width;
        }
        return null;
    }

    /** Copies weights into the parameters; adapters start at random down and at zero up. */
    void fill(ParameterSet parameters, TransformerWeights weights, long seed) {
        for (String name : WeightShapes.of(spec).keySet()) {
            copy(weights.get(name), view(parameters, name));
        }
        if (tuning.adapters()) {
            for (Parameter p : parameters.all()) {
                if (p.name().endsWith(".adapter.down")) {
                    normal(p, 1 / Math.sqrt(p.tensor().dim(0)), seed);
                }
            }
        }
    }

    /** First values for a model that learns from nothing: matrices and tables N(0, 0.02), gains one, the rest zero. */
    void initialise(ParameterSet parameters, long seed) {
        for (String name : shapes().keySet()) {
            Parameter p = parameters.get(name);
            if (name.endsWith(".gain")) {
                for (int i = 0; i < p.tensor().size(); i++) {
                    p.tensor().put(p.tensor().offset() + i, 1);
                }
            } else if (p.tensor().rank() > 1) {
                normal(p, 0.02, seed);
            }
        }
    }

    private static void normal(Parameter p, double deviation, long seed) {
        SplittableRandom random =
                new SplittableRandom(seed * 0x9E3779B97F4A7C15L + p.name().hashCode());
        Tensor t = p.tensor();
        for (int i = 0; i < t.size(); i++) {
            t.put(t.offset() + i, random.nextGaussian() * deviation);
        }
    }

    /** The weights as a transformer reads them, adapters added; views of the parameters where there are none. */
    TransformerWeights weights(ParameterSet parameters) {
        return parts(name -> merged(parameters, name));
    }

    /** What is laid out as the parameters are, as views by the names of {@link WeightShapes}. */
    TransformerWeights parts(Function<String, Tensor> wholes) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Map<String, Tensor> known = new LinkedHashMap<>();
        for (String name : WeightShapes.of(spec).keySet()) {
            Part part = part(name);
            String whole = part == null ? name : part.of();
            Tensor tensor = known.computeIfAbsent(whole, wholes);
            tensors.put(name, part == null ? tensor : tensor.slice(tensor.rank() - 1, part.from(), part.to()));
        }
        return TransformerWeights.of(tensors);
    }

    private Tensor merged(ParameterSet parameters, String name) {
        Tensor weight = parameters.get(name).tensor();
        if (!tuning.adapters() || !isMatrix(name)) {
            return weight;
        }
        Tensor down = parameters.get(down(name)).tensor();
        Tensor up = parameters.get(up(name)).tensor();
        Tensor sum = Tensor.of(weight.toFloats(), weight.shape());
        int columns = sum.dim(1);
        for (int i = 0; i < sum.dim(0); i++) {
            for (int r = 0; r < tuning.rank(); r++) {
                float factor = down.floats()[down.offset() + i * tuning.rank() + r];
                for (int j = 0; j < columns; j++) {
                    sum.floats()[i * columns + j] += factor * up.floats()[up.offset() + r * columns + j];
                }
            }
        }
        return sum;
    }

    private Tensor view(ParameterSet parameters, String name) {
        Part part = part(name);
        Tensor tensor = parameters.get(part == null ? name : part.of()).tensor();
        return part == null ? tensor : tensor.slice(tensor.rank() - 1, part.from(), part.to());
    }

    private static void copy(Tensor from, Tensor to) {
        int last = to.rank() - 1;
        int rows = last == 0 ? 1 : to.dim(0);
        for (int i = 0; i < rows; i++) {
            int source = from.offset() + (last == 0 ? 0 : i * from.stride(0));
            int target = to.offset() + (last == 0 ? 0 : i * to.stride(0));
            for (int j = 0; j < to.dim(last); j++) {
                to.put(target + j * to.stride(last), from.at(source + j * from.stride(last)));
            }
        }
    }

    /** The joined name of a block's query, key and value, less its end. */
    static String projection(int block) {
        return WeightShapes.block(block) + PROJECTION;
    }
}
