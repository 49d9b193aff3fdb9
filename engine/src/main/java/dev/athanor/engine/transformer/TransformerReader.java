package dev.athanor.engine.transformer;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.tensor.Tensor;
import java.util.Map;

/** Makes a transformer of the content of its files, wherever they are. */
public final class TransformerReader {
    private TransformerReader() {}

    /**
     * Checks the weights against the configuration and packs them.
     *
     * @param config content of {@code config.json}
     * @param configLocation where it is, for messages
     * @param tensors by the names of the family's files; matrices may be {@link LowPrecisionWeights whole numbers}
     * @param tensorsLocation where they are, for messages
     * @param precision to pack the matrices in
     * @throws dev.athanor.engine.AthanorException naming the field or tensor that is missing or wrong
     */
    public static PreparedTransformer read(
            byte[] config,
            String configLocation,
            Map<String, Tensor> tensors,
            String tensorsLocation,
            Kernels kernels,
            Precision precision) {
        Family family = Family.of(ConfigJson.parse(config, configLocation));
        TensorSource source = TensorSource.of(LowPrecisionWeights.decode(tensors, tensorsLocation), tensorsLocation);
        return read(family, source, kernels, precision);
    }

    static PreparedTransformer read(Family family, TensorSource source, Kernels kernels, Precision precision) {
        TransformerWeights weights = TransformerWeights.read(family.spec(), family.names(), family.prefixes(), source);
        return new PreparedTransformer(family.spec(), weights, kernels, precision);
    }
}
