package dev.athanor.engine.format;

import dev.athanor.engine.AthanorException;
import java.util.Map;

/**
 * Weights read in place: named tensors of one model, mapped into memory one by one, and what the file says of them.
 *
 * <pre>{@code
 * try (WeightFile weights = SafeTensorsFile.open(Path.of("minilm"))) {
 *     Tensor table = weights.tensor("embeddings.word_embeddings.weight").toTensor();
 * }
 * }</pre>
 *
 * <p>Opening reads and checks the description only, and trusts nothing in it. Closing keeps the files from being mapped
 * further; tensors mapped before stay readable.
 */
public sealed interface WeightFile extends AutoCloseable permits SafeTensorsFile, GgufFile {
    /** Tensors by name, in the order of their data. */
    Map<String, StoredTensor> tensors();

    WeightMetadata metadata();

    /** The file or folder, for messages. */
    String location();

    /** @throws AthanorException if there is no tensor of that name */
    default StoredTensor tensor(String name) {
        StoredTensor tensor = tensors().get(name);
        if (tensor == null) {
            throw new AthanorException(
                    MappedFile.problem(location()),
                    "it has no tensor " + name,
                    "Check that the file belongs to the model's configuration");
        }
        return tensor;
    }

    @Override
    void close();
}
