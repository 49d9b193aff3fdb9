package dev.athanor.engine.transformer;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.autodiff.Parameter;
import dev.athanor.engine.format.SafeTensorsFile;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.TokenizerJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A model in Hugging Face's layout: {@code config.json}, {@code model.safetensors}, {@code tokenizer.json}, and the
 * modules of sentence-transformers where there are any.
 */
public final class TransformerFolder {
    private final Path folder;
    private final Family family;
    private final String type;

    private TransformerFolder(Path folder, ConfigJson config) {
        this.folder = folder;
        this.type = config.text("model_type");
        this.family = Family.of(config);
    }

    /**
     * Reads the configuration; weights are read when asked for.
     *
     * @throws AthanorException if there is none, or it is not of a supported family
     */
    public static TransformerFolder open(Path folder) {
        return new TransformerFolder(folder, parse(folder.resolve("config.json")));
    }

    public TransformerSpec spec() {
        return family.spec();
    }

    /** How texts become vectors. */
    public EmbeddingSettings embedding() {
        try {
            return new SentenceModules(folder, spec().maxTokens(), spec().width()).read();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    /**
     * Ids of the tokens that end a text: of {@code generation_config.json}, or else of {@code config.json}.
     *
     * @throws AthanorException if they are not numbers of tokens
     */
    public Set<Integer> ends() {
        Path generation = folder.resolve("generation_config.json");
        ConfigJson settings = Files.exists(generation) ? parse(generation) : parse(config());
        return settings.has("eos_token_id")
                ? settings.ids("eos_token_id")
                : parse(config()).ids("eos_token_id");
    }

    private static ConfigJson parse(Path file) {
        try {
            if (Files.size(file) > ConfigJson.BYTES_LIMIT) {
                throw new AthanorException("Cannot read " + file, "it is too large", "Check that it is the right file");
            }
            return ConfigJson.parse(Files.readAllBytes(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new AthanorException(
                    "Cannot read a model from " + file.getParent(),
                    "there is no " + file.getFileName(),
                    "Name the folder that holds config.json, model.safetensors and tokenizer.json",
                    e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** {@code model_type}, as the file has it. */
    public String family() {
        return type;
    }

    WeightNames names() {
        return family.names();
    }

    List<String> prefixes() {
        return family.prefixes();
    }

    public Path config() {
        return folder.resolve("config.json");
    }

    /** @throws AthanorException if there is none */
    public Path tokenizer() {
        return existing("tokenizer.json", "save the tokenizer with save_pretrained of a fast tokenizer");
    }

    /**
     * Opens the weights: one file, or the shards that its index names.
     *
     * @throws AthanorException if there are none in a format that holds data only
     */
    public SafeTensorsFile weights() {
        if (!Files.exists(folder.resolve(SafeTensorsFile.SINGLE))
                && !Files.exists(folder.resolve(SafeTensorsFile.INDEX))) {
            boolean pickle = Files.exists(folder.resolve("pytorch_model.bin"));
            throw new AthanorException(
                    "Cannot read a model from " + folder,
                    pickle
                            ? "its weights are pytorch_model.bin, a pickle, which can run code when it is read"
                            : "there is neither " + SafeTensorsFile.SINGLE + " nor " + SafeTensorsFile.INDEX,
                    "Save the model with save_pretrained(…, safe_serialization=True)");
        }
        return SafeTensorsFile.open(folder);
    }

    private Path existing(String name, String remedy) {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new AthanorException(
                    "Cannot read a model from " + folder, "there is no " + name, "Complete the folder: " + remedy);
        }
        return file;
    }

    /**
     * Checks that configuration, weights and tokenizer fit each other.
     *
     * @throws AthanorException naming what does not
     */
    public void check() {
        Tokenizer read = TokenizerJson.read(tokenizer());
        int rows = spec().vocabulary();
        if (read.vocabulary().size() > rows) {
            throw new AthanorException(
                    "Cannot read a model from " + folder,
                    "its tokenizer has " + read.vocabulary().size() + " tokens, its embedding table " + rows + " rows",
                    "Use the tokenizer that belongs to the model");
        }
        try (SafeTensorsFile file = weights()) {
            TransformerWeights.read(spec(), family.names(), family.prefixes(), TensorSource.of(file));
        }
    }

    /** Reads the weights and packs them. */
    public PreparedTransformer prepare(Kernels kernels) {
        return prepare(kernels, Precision.FLOAT32);
    }

    /** Reads the weights and packs their matrices in some precision. */
    public PreparedTransformer prepare(Kernels kernels, Precision precision) {
        try (SafeTensorsFile file = weights()) {
            return TransformerReader.read(family, TensorSource.of(file), kernels, precision);
        }
    }

    /**
     * Reads the weights to train them.
     *
     * @param tuning which of them
     * @param more parameters beside them, zeroed
     * @param seed of adapters
     */
    public TrainableTransformer trainable(Tuning tuning, List<Parameter.Declaration> more, long seed) {
        try (SafeTensorsFile file = weights()) {
            return TrainableTransformer.of(family, TensorSource.of(file), tuning, more, seed);
        }
    }

    private static AthanorException unreadable(Path file, IOException e) {
        return new AthanorException("Cannot read " + file, e.toString(), "Check the path and its permissions", e);
    }
}
