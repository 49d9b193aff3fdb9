package dev.athanor.engine.transformer;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.format.SafeTensors;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A model in Hugging Face's layout: {@code config.json}, {@code model.safetensors}, {@code tokenizer.json}, and the
 * modules of sentence-transformers where there are any.
 */
public final class TransformerFolder {
    private final Path folder;
    private final Family family;

    private TransformerFolder(Path folder, Family family) {
        this.folder = folder;
        this.family = family;
    }

    /**
     * Reads the configuration; weights are read when asked for.
     *
     * @throws AthanorException if there is none, or it is not of a supported family
     */
    public static TransformerFolder open(Path folder) {
        Path config = folder.resolve("config.json");
        try {
            if (Files.size(config) > ConfigJson.BYTES_LIMIT) {
                throw new AthanorException(
                        "Cannot read " + config, "it is too large", "Check that it is the right file");
            }
            return new TransformerFolder(
                    folder, Family.of(ConfigJson.parse(Files.readAllBytes(config), config.toString())));
        } catch (NoSuchFileException e) {
            throw new AthanorException(
                    "Cannot read a model from " + folder,
                    "there is no config.json",
                    "Name the folder that holds config.json, model.safetensors and tokenizer.json",
                    e);
        } catch (IOException e) {
            throw unreadable(config, e);
        }
    }

    public TransformerSpec spec() {
        return family.spec();
    }

    /** How texts become vectors. */
    public EmbeddingSettings embedding() {
        try {
            return new SentenceModules(folder, spec()).read();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    /** Reads the weights and packs them. */
    public PreparedTransformer prepare(Kernels kernels) {
        Path file = folder.resolve("model.safetensors");
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            Map<String, Tensor> tensors = SafeTensors.read(in, Files.size(file), file.toString());
            return prepare(family, TensorSource.of(tensors, file.toString()), kernels);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static PreparedTransformer prepare(Family family, TensorSource source, Kernels kernels) {
        TransformerWeights weights = TransformerWeights.read(family.spec(), family.names(), family.prefixes(), source);
        return new PreparedTransformer(family.spec(), weights, kernels);
    }

    private static AthanorException unreadable(Path file, IOException e) {
        return new AthanorException("Cannot read " + file, e.toString(), "Check the path and its permissions", e);
    }
}
