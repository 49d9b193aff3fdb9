package dev.athanor.engine.transformer;

import dev.athanor.engine.autodiff.Parameter;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.tensor.Tensor;
import java.util.List;
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

    /**
     * The architecture that a configuration describes.
     *
     * @param config content of {@code config.json}
     * @param location where it is, for messages
     */
    public static TransformerSpec spec(byte[] config, String location) {
        return Family.of(ConfigJson.parse(config, location)).spec();
    }

    /**
     * Checks the weights against the configuration and makes parameters of them.
     *
     * @param config content of {@code config.json}
     * @param location where the files are, for messages
     * @param tensors by the names of the family's files
     * @param tuning which of them are trained
     * @param more parameters beside them, zeroed
     * @param seed of adapters
     */
    public static TrainableTransformer trainable(
            byte[] config,
            String location,
            Map<String, Tensor> tensors,
            Tuning tuning,
            List<Parameter.Declaration> more,
            long seed) {
        Family family = Family.of(ConfigJson.parse(config, location));
        return TrainableTransformer.of(family, TensorSource.of(tensors, location), tuning, more, seed);
    }

    /**
     * A transformer of a configuration that begins from nothing: matrices and tables drawn from N(0, 0.02), gains one, the
     * rest zero.
     *
     * @param config content of {@code config.json}
     * @param location where it is, for messages
     * @param tuning which weights are trained
     */
    public static TrainableTransformer untrained(byte[] config, String location, Tuning tuning, long seed) {
        return TrainableTransformer.untrained(Family.of(ConfigJson.parse(config, location)), tuning, seed);
    }

    static PreparedTransformer read(Family family, TensorSource source, Kernels kernels, Precision precision) {
        TransformerWeights weights = TransformerWeights.read(family.spec(), family.names(), family.prefixes(), source);
        return new PreparedTransformer(family.spec(), weights, kernels, precision);
    }
}
