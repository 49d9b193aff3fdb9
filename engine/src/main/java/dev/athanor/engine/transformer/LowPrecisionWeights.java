package dev.athanor.engine.transformer;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.format.EncodedTensor;
import dev.athanor.engine.kernels.Int8Matrix;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Weights of a transformer as files of low precision hold them, and back.
 *
 * <p>In {@link Precision#INT8} a matrix is whole numbers of 8 bits beside a FLOAT32 tensor {@code <name>.scale}, which is
 * 1 wide along the axis that a scale spans; tables are bfloat16. In {@link Precision#BFLOAT16} both are bfloat16. Biases
 * and normalisations stay as they are. Read back, a matrix holds the very numbers that products of its precision use.
 */
public final class LowPrecisionWeights {
    private static final String SCALE = ".scale";

    private LowPrecisionWeights() {}

    /**
     * Encodes the tensors of a model's file; those that the architecture does not use stay as they are.
     *
     * @param config content of {@code config.json}
     * @param location of the files, for messages
     * @param tensors by the names of the family's files, FLOAT32 where they are weights
     */
    public static Map<String, EncodedTensor> encode(
            byte[] config, String location, Map<String, Tensor> tensors, Precision precision) {
        Family family = Family.of(ConfigJson.parse(config, location));
        String prefix =
                TransformerWeights.prefix(family.names(), family.prefixes(), TensorSource.of(tensors, location));
        Map<String, Boolean> matrices = new LinkedHashMap<>(); // whether the file has them as (outputs, inputs)
        Set<String> tables = new HashSet<>();
        WeightShapes.of(family.spec()).forEach((name, shape) -> {
            WeightNames.Place place = family.names().places().get(name);
            String file = tensors.containsKey(prefix + place.file()) ? prefix + place.file() : place.file();
            if (WeightShapes.isTable(name)) {
                tables.add(file);
            } else if (shape.length == 2) {
                matrices.put(file, place.transposed());
            }
        });
        Map<String, EncodedTensor> encoded = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            Boolean transposed = matrices.get(name);
            if (precision == Precision.INT8 && transposed != null) {
                putInt8(encoded, name, tensor, transposed);
            } else if (precision != Precision.FLOAT32 && (transposed != null || tables.contains(name))) {
                encoded.put(name, EncodedTensor.bfloat16(tensor));
            } else {
                encoded.put(name, EncodedTensor.of(tensor));
            }
        });
        return encoded;
    }

    private static void putInt8(Map<String, EncodedTensor> encoded, String name, Tensor tensor, boolean outputsFirst) {
        Int8Matrix matrix = Int8Matrix.of(outputsFirst ? tensor.transpose(0, 1) : tensor);
        byte[] values = new byte[tensor.size()];
        int inner = tensor.dim(1);
        for (int i = 0; i < tensor.dim(0); i++) {
            for (int j = 0; j < inner; j++) {
                values[i * inner + j] = outputsFirst ? matrix.value(j, i) : matrix.value(i, j);
            }
        }
        float[] scales = new float[matrix.columns()];
        for (int j = 0; j < scales.length; j++) {
            scales[j] = matrix.scale(j);
        }
        int[] shape = outputsFirst ? new int[] {scales.length, 1} : new int[] {1, scales.length};
        encoded.put(name, EncodedTensor.int8(values, tensor.shape()));
        encoded.put(name + SCALE, EncodedTensor.of(Tensor.of(scales, shape)));
    }

    /**
     * Puts whole numbers and scales together again.
     *
     * @param stored as read from a file
     * @param location of the file, for messages
     * @return the tensors without scales
     * @throws AthanorException if a scale does not fit its tensor
     */
    static Map<String, Tensor> decode(Map<String, Tensor> stored, String location) {
        Map<String, Tensor> decoded = new LinkedHashMap<>();
        stored.forEach((name, tensor) -> {
            boolean isScale =
                    name.endsWith(SCALE) && stored.containsKey(name.substring(0, name.length() - SCALE.length()));
            if (!isScale) {
                Tensor scale = stored.get(name + SCALE);
                decoded.put(name, scale == null ? tensor : scaled(name, tensor, scale, location));
            }
        });
        return decoded;
    }

    private static Tensor scaled(String name, Tensor values, Tensor scale, String location) {
        boolean matrices = values.rank() == 2
                && scale.rank() == 2
                && values.dtype() == DType.INT32
                && scale.dtype() == DType.FLOAT32;
        boolean byRow = matrices && scale.dim(0) == values.dim(0) && scale.dim(1) == 1;
        boolean byColumn = matrices && scale.dim(0) == 1 && scale.dim(1) == values.dim(1);
        if (!byRow && !byColumn) {
            throw new AthanorException(
                    "Cannot read a transformer from " + location,
                    "tensor " + name + SCALE + " is " + scale + ", which is no scale of "
                            + Arrays.toString(values.shape()),
                    "Quantise the model again");
        }
        int inner = values.dim(1);
        float[] numbers = new float[values.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = values.ints()[values.offset() + i]
                    * scale.floats()[scale.offset() + (byRow ? i / inner : i % inner)];
        }
        return Tensor.of(numbers, values.shape());
    }
}
