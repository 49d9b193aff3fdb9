package dev.athanor.engine.transformer;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.text.NearestName;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tensors of an architecture, found in a family's files and checked against it. */
final class TransformerWeights {
    private static final String REMEDY = "Export the model again, or check that config.json belongs to these weights";

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    private TransformerWeights() {}

    /**
     * Finds every tensor.
     *
     * @param prefixes what the file may put before every name, the empty prefix among them
     * @throws AthanorException naming the tensor that is missing, or has another shape, or holds a value that is not
     *     finite
     */
    static TransformerWeights read(
            TransformerSpec spec, WeightNames names, List<String> prefixes, TensorSource source) {
        TransformerWeights weights = new TransformerWeights();
        String prefix = prefix(names, prefixes, source);
        for (Map.Entry<String, int[]> e : WeightShapes.of(spec).entrySet()) {
            WeightNames.Place place = names.places().get(e.getKey());
            if (place == null) {
                throw new IllegalStateException("No file has a place for " + e.getKey());
            }
            weights.tensors.put(e.getKey(), find(e.getKey(), e.getValue(), place, prefix, source));
        }
        return weights;
    }

    /** Which of the prefixes a file has. */
    static String prefix(WeightNames names, List<String> prefixes, TensorSource source) {
        String tokens = names.places().get(WeightShapes.TOKENS).file();
        return prefixes.stream()
                .filter(p -> source.names().contains(p + tokens))
                .findFirst()
                .orElseThrow(() -> missing(source, tokens));
    }

    private static Tensor find(String name, int[] shape, WeightNames.Place place, String prefix, TensorSource source) {
        Set<String> known = source.names();
        String file = known.contains(prefix + place.file()) ? prefix + place.file() : place.file();
        if (!known.contains(file)) {
            throw missing(source, prefix + place.file());
        }
        Tensor stored = source.read(file);
        int[] wanted = shape.clone();
        if (place.transposed()) {
            wanted = new int[] {shape[1], shape[0]};
        } else if (place.to() > 0) {
            wanted = stored.shape();
            int last = wanted.length - 1;
            boolean fits = stored.rank() == shape.length && place.to() <= wanted[last];
            wanted = fits ? wanted : shape;
        }
        if (stored.dtype() != DType.FLOAT32 || !Arrays.equals(stored.shape(), wanted)) {
            throw new AthanorException(
                    "Cannot read a transformer from " + source.location(),
                    "tensor " + file + " is " + stored + ", config.json asks for " + Arrays.toString(wanted),
                    REMEDY);
        }
        finite(file, stored, source);
        Tensor tensor = place.transposed() ? stored.transpose(0, 1) : stored;
        if (place.to() > 0) {
            tensor = tensor.slice(tensor.rank() - 1, place.from(), place.to());
        }
        if (!Arrays.equals(tensor.shape(), shape)) {
            throw new AthanorException(
                    "Cannot read a transformer from " + source.location(),
                    name + " is " + tensor + " in tensor " + file + ", config.json asks for " + Arrays.toString(shape),
                    REMEDY);
        }
        return place.addOne() ? plusOne(tensor) : tensor;
    }

    private static void finite(String file, Tensor tensor, TensorSource source) {
        float[] values = tensor.floats();
        for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
            if (!Float.isFinite(values[i])) {
                throw new AthanorException(
                        "Cannot read a transformer from " + source.location(),
                        "tensor " + file + " holds " + values[i] + " at element " + (i - tensor.offset()),
                        "The weights are damaged or their training diverged: take another checkpoint");
            }
        }
    }

    private static Tensor plusOne(Tensor tensor) {
        float[] values = tensor.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] += 1;
        }
        return Tensor.of(values, tensor.shape());
    }

    private static AthanorException missing(TensorSource source, String file) {
        return new AthanorException(
                "Cannot read a transformer from " + source.location(),
                "there is no tensor " + file
                        + NearestName.of(file, source.names())
                                .map(near -> ", the nearest is " + near)
                                .orElse(""),
                REMEDY);
    }

    Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("Cannot get weight " + name + ": the architecture has none");
        }
        return tensor;
    }

    /** A tensor that an architecture may lack, or null. */
    Tensor find(String name) {
        return tensors.get(name);
    }
}
