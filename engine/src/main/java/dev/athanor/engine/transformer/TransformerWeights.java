package dev.athanor.engine.transformer;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.format.StoredTensor;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.kernels.Precision;
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
    private final Map<String, EncodedMatrix> encoded = new LinkedHashMap<>();

    private TransformerWeights() {}

    /** Weights that are in memory, by the names of {@link WeightShapes}; shared, not copied. */
    static TransformerWeights of(Map<String, Tensor> tensors) {
        TransformerWeights weights = new TransformerWeights();
        weights.tensors.putAll(tensors);
        return weights;
    }

    /** The same, each with storage of its own. */
    TransformerWeights copied() {
        TransformerWeights weights = new TransformerWeights();
        tensors.forEach((name, tensor) -> weights.tensors.put(name, Tensor.of(tensor.toFloats(), tensor.shape())));
        return weights;
    }

    /** New tensors as a family's files have them, by their names there less any prefix. */
    Map<String, Tensor> inFiles(WeightNames names) {
        Map<String, Tensor> files = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            WeightNames.Place place = names.places().get(name);
            if (place.to() == 0) {
                Tensor laid = place.transposed() ? tensor.transpose(0, 1) : tensor;
                files.put(place.file(), place.addOne() ? plus(laid, -1) : Tensor.of(laid.toFloats(), laid.shape()));
                return;
            }
            int last = tensor.rank() - 1;
            int width = names.places().values().stream()
                    .filter(p -> p.file().equals(place.file()))
                    .mapToInt(WeightNames.Place::to)
                    .max()
                    .orElseThrow();
            int[] shape = tensor.shape();
            shape[last] = width;
            Tensor whole = files.computeIfAbsent(place.file(), f -> Tensor.zeros(DType.FLOAT32, shape));
            float[] part = tensor.toFloats();
            int columns = place.to() - place.from();
            for (int i = 0; i < part.length; i++) {
                whole.floats()[i / columns * width + place.from() + i % columns] = part[i];
            }
        });
        return files;
    }

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
            String file = file(place, prefix, source);
            StoredTensor stored = source.stored(file);
            boolean matrix = place.transposed() || e.getKey().equals(WeightShapes.TOKENS);
            if (stored != null && matrix && e.getValue().length == 2) {
                weights.encoded.put(e.getKey(), encoded(e.getValue(), place, stored, source));
            } else {
                weights.tensors.put(e.getKey(), find(e.getKey(), e.getValue(), place, file, source));
            }
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

    private static String file(WeightNames.Place place, String prefix, TensorSource source) {
        Set<String> known = source.names();
        String file = known.contains(prefix + place.file()) ? prefix + place.file() : place.file();
        if (!known.contains(file)) {
            throw missing(source, prefix + place.file());
        }
        return file;
    }

    /** A matrix that stays as it is stored, which is (outputs, inputs). */
    private static EncodedMatrix encoded(
            int[] shape, WeightNames.Place place, StoredTensor stored, TensorSource source) {
        int inputs = shape[place.transposed() ? 0 : 1];
        int outputs = shape[place.transposed() ? 1 : 0];
        int[] found = stored.shape();
        int[] wanted = {place.to() > 0 && found.length == 2 ? Math.max(place.to(), found[0]) : outputs, inputs};
        if (!Arrays.equals(found, wanted) || outputs % Math.max(1, 2 * place.half()) != 0) {
            throw new AthanorException(
                    "Cannot read a transformer from " + source.location(),
                    "tensor " + stored.name() + " is " + Arrays.toString(found) + ", " + source.configuration()
                            + " asks for " + Arrays.toString(wanted),
                    REMEDY);
        }
        return new EncodedMatrix(stored, place, outputs);
    }

    private static Tensor find(String name, int[] shape, WeightNames.Place place, String file, TensorSource source) {
        Tensor stored = source.read(file);
        int last = stored.rank() - 1;
        int[] whole = shape.clone();
        if (place.to() > 0 && stored.rank() == shape.length && last >= 0) {
            whole[last] = Math.max(place.to(), stored.dim(place.transposed() ? 0 : last));
        }
        int[] wanted = place.transposed() ? new int[] {whole[1], whole[0]} : whole;
        if (stored.dtype() != DType.FLOAT32 || !Arrays.equals(stored.shape(), wanted)) {
            throw new AthanorException(
                    "Cannot read a transformer from " + source.location(),
                    "tensor " + file + " is " + stored + ", " + source.configuration() + " asks for "
                            + Arrays.toString(wanted),
                    REMEDY);
        }
        finite(file, stored, source);
        Tensor tensor = place.transposed() ? stored.transpose(0, 1) : stored;
        if (place.to() > 0) {
            tensor = tensor.slice(tensor.rank() - 1, place.from(), place.to());
        }
        if (place.half() > 0) {
            tensor = unpaired(tensor, place);
        }
        if (!Arrays.equals(tensor.shape(), shape)) {
            throw new AthanorException(
                    "Cannot read a transformer from " + source.location(),
                    name + " is " + tensor + " in tensor " + file + ", " + source.configuration() + " asks for "
                            + Arrays.toString(shape),
                    REMEDY);
        }
        return place.addOne() ? plus(tensor, 1) : tensor;
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

    /** The same numbers with the columns in the architecture's order. */
    private static Tensor unpaired(Tensor tensor, WeightNames.Place place) {
        int last = tensor.rank() - 1;
        int columns = tensor.dim(last);
        if (columns % (2 * place.half()) != 0) {
            return tensor; // of another shape, which is said later
        }
        Tensor ordered = Tensor.zeros(DType.FLOAT32, tensor.shape());
        int rows = last == 0 ? 1 : tensor.dim(0);
        for (int i = 0; i < rows; i++) {
            int from = tensor.offset() + (last == 0 ? 0 : i * tensor.stride(0));
            for (int j = 0; j < columns; j++) {
                ordered.floats()[i * columns + j] = tensor.floats()[from + place.column(j) * tensor.stride(last)];
            }
        }
        return ordered;
    }

    private static Tensor plus(Tensor tensor, int more) {
        float[] values = tensor.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] += more;
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

    /** Packs a matrix (inputs, outputs), or several of the same inputs side by side. */
    List<PackedMatrix> pack(List<String> names, Kernels kernels, Precision precision) {
        if (!encoded.containsKey(names.get(0))) {
            List<Tensor> parts = names.stream().map(this::get).toList();
            return List.of(kernels.pack(parts.size() == 1 ? parts.get(0) : PreparedBlock.joined(parts), precision));
        }
        List<EncodedMatrix> parts = names.stream().map(encoded::get).toList();
        if (parts.stream().map(EncodedMatrix::encoding).distinct().count() == 1) {
            return List.of(kernels.pack(EncodedMatrix.joined(parts)));
        }
        return parts.stream().map(part -> (PackedMatrix) kernels.pack(part)).toList();
    }

    PackedMatrix pack(String name, Kernels kernels, Precision precision) {
        return pack(List.of(name), kernels, precision).get(0);
    }

    /** The rows of tokens. */
    TokenTable tokens() {
        EncodedMatrix table = encoded.get(WeightShapes.TOKENS);
        return table == null ? new TokenTable.Floats(get(WeightShapes.TOKENS)) : new TokenTable.Encoded(table);
    }

    /** The rows of tokens as the last matrix. */
    PackedMatrix packTokens(Kernels kernels, Precision precision) {
        EncodedMatrix table = encoded.get(WeightShapes.TOKENS);
        return table == null ? kernels.pack(get(WeightShapes.TOKENS).transpose(0, 1), precision) : kernels.pack(table);
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
