/**
 * From text to token ids and back, by the rules of a model's {@code tokenizer.json} or GGUF file.
 *
 * <p>{@link dev.athanor.engine.tokenizer.TokenizerJson} reads a file and yields a
 * {@link dev.athanor.engine.tokenizer.Tokenizer}: added tokens are cut out, the rest is normalised, split into words, and
 * each word becomes tokens by WordPiece, byte-pair encoding or a unigram model;
 * {@link dev.athanor.engine.tokenizer.GgufTokenizer} yields one from the metadata of a GGUF file, and
 * {@link dev.athanor.engine.tokenizer.BpeTrainer} learns one from texts,
 * {@link dev.athanor.engine.tokenizer.CharacterTokens} takes their characters. Ids equal those of Hugging Face's
 * {@code tokenizers}. Depends on the engine's exception and {@code format}.
 */
package dev.athanor.engine.tokenizer;
