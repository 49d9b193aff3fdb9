package dev.athanor.engine.train;

import dev.athanor.engine.language.LanguageSpec;

/**
 * How to train a language model.
 *
 * @param layers blocks
 * @param width numbers per token between blocks, a multiple of {@code heads}
 * @param heads of each block
 * @param context T, tokens that a token sees at most
 * @param characters whether tokens are characters, not byte pairs
 * @param vocabulary byte-pair tokens to learn; 0 for one per {@value LanguageTrainer#BYTES_PER_TOKEN} bytes of text, within
 *     bounds
 * @param lines whether rows are lines that follow each other in one text; else each is a text of its own
 * @param training epochs, batch, rate, share kept aside, seed, threads, memory; 0 means the same there
 */
public record LanguageOptions(
        int layers,
        int width,
        int heads,
        int context,
        boolean characters,
        int vocabulary,
        boolean lines,
        TrainOptions training) {
    /** @throws dev.athanor.engine.AthanorException if the width cannot be divided among the heads */
    public LanguageOptions {
        LanguageSpec.requireHeads(width, heads);
    }
}
