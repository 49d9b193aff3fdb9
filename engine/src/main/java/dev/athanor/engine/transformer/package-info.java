/**
 * Transformers from standard files: what a family's {@code config.json} says becomes one list of layers, which runs over
 * sequences packed back to back, and is recorded on a tape to be trained.
 *
 * <p>Entry types: {@link dev.athanor.engine.transformer.TransformerFolder} to read,
 * {@link dev.athanor.engine.transformer.PreparedTransformer} to run,
 * {@link dev.athanor.engine.transformer.TrainableTransformer} to train. Depends on {@code kernels}, {@code tensor},
 * {@code autodiff}, {@code format} and {@code tokenizer}.
 */
package dev.athanor.engine.transformer;
