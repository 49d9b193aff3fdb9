package dev.athanor.engine.generation;

import java.util.Set;

/**
 * What a model's files say of generating with it; {@code generation.json} of a package.
 *
 * @param maxTokens longest sequence, prompt and text together, tokens
 * @param ends ids of the tokens that end a text
 */
public record GenerationSettings(int maxTokens, Set<Integer> ends) {
    public GenerationSettings {
        ends = Set.copyOf(ends);
        if (maxTokens < 1) {
            throw new IllegalArgumentException("Cannot generate sequences of at most " + maxTokens + " tokens");
        }
    }
}
