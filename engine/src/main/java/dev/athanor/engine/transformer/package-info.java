/**
 * Transformers from standard files: what a family's {@code config.json} says becomes one list of layers, which runs over
 * sequences packed back to back.
 *
 * <p>Entry types: {@link dev.athanor.engine.transformer.TransformerFolder} to read,
 * {@link dev.athanor.engine.transformer.PreparedTransformer} to run. Depends on {@code kernels}, {@code tensor},
 * {@code format} and {@code tokenizer}.
 */
package dev.athanor.engine.transformer;
