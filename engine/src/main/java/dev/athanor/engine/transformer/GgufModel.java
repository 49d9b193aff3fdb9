package dev.athanor.engine.transformer;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.format.GgufFile;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.tokenizer.GgufTokenizer;
import dev.athanor.engine.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A decoder in one GGUF file: architecture, tokenizer and weights. Close it when the weights are read. */
public final class GgufModel implements AutoCloseable {
    private static final String TOKENIZER = "tokenizer.ggml.";

    /** Keys of tokens that end a text. */
    private static final List<String> END_IDS = List.of("eos_token_id", "eot_token_id", "eom_token_id");

    /** Tokens that end a text, or a turn, wherever a vocabulary has them. */
    private static final Set<String> ENDS = Set.of(
            "<|eot_id|>",
            "<|eom_id|>",
            "<|im_end|>",
            "<|end|>",
            "<|end_of_text|>",
            "<|endoftext|>",
            "<end_of_turn>",
            "<EOT>");

    private final GgufFile file;
    private final GgufFamily family;

    private GgufModel(GgufFile file) {
        this.file = file;
        this.family = GgufFamily.of(file);
    }

    /**
     * Opens a file and reads its metadata; weights are read when asked for.
     *
     * @throws AthanorException if the file is missing or damaged, or its architecture is not supported
     */
    public static GgufModel open(Path path) {
        GgufFile file = GgufFile.open(path);
        try {
            return new GgufModel(file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    public TransformerSpec spec() {
        return family.spec();
    }

    /** {@code general.architecture}. */
    public String architecture() {
        return GgufConfig.architecture(file);
    }

    /** The tokenizer that the metadata describe. */
    public Tokenizer tokenizer() {
        return GgufTokenizer.read(file.metadata());
    }

    /** Ids of the tokens that end a text. */
    public Set<Integer> ends() {
        Set<Integer> ends = new TreeSet<>();
        List<String> tokens = file.metadata().texts(TOKENIZER + "tokens");
        for (String key : END_IDS) {
            long id = file.metadata().integer(TOKENIZER + key, -1);
            if (id >= 0 && id < tokens.size()) {
                ends.add((int) id);
            }
        }
        for (int id = 0; id < tokens.size(); id++) {
            if (ENDS.contains(tokens.get(id))) {
                ends.add(id);
            }
        }
        return ends;
    }

    /**
     * Checks that metadata, weights and tokenizer fit each other.
     *
     * @throws AthanorException naming what does not
     */
    public void check() {
        int size = tokenizer().vocabulary().size();
        if (size > spec().vocabulary()) {
            throw new AthanorException(
                    "Cannot read a model from " + file.location(),
                    "its tokenizer has " + size + " tokens, its embedding table " + spec().vocabulary() + " rows",
                    "Export the model again");
        }
        TransformerWeights.read(spec(), family.names(), family.prefixes(), TensorSource.of(file));
    }

    /** Reads the weights and packs them. */
    public PreparedTransformer prepare(Kernels kernels) {
        return TransformerReader.read(family, TensorSource.of(file), kernels, Precision.FLOAT32);
    }

    @Override
    public void close() {
        file.close();
    }
}
