package dev.athanor.engine.transformer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * How an encoder makes a vector of a text; {@code embedding.json} of a package.
 *
 * @param maxTokens longest sequence, tokens, special ones included; longer texts are cut
 * @param pooling of the hidden states
 * @param normalize whether vectors are scaled to length 1
 * @param lowerCase whether texts are lower-cased before the tokenizer sees them
 */
public record EmbeddingSettings(int maxTokens, Pooling pooling, boolean normalize, boolean lowerCase) {
    public EmbeddingSettings {
        Objects.requireNonNull(pooling, "pooling");
        if (maxTokens < 1) {
            throw new IllegalArgumentException("Cannot embed texts of at most " + maxTokens + " tokens");
        }
    }

    /**
     * What the modules of sentence-transformers in a folder say; without them, the mean of all tokens.
     *
     * @param mostTokens that the model takes
     * @param width of its hidden states
     * @throws dev.athanor.engine.AthanorException if a module is not supported
     */
    public static EmbeddingSettings read(Path folder, int mostTokens, int width) throws IOException {
        return new SentenceModules(folder, mostTokens, width).read();
    }
}
