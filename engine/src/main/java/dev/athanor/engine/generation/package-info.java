/**
 * Text generation with decoders: sampling, stop strings, and the rows of a batch running together, each leaving when its
 * text ends and the next taking its place.
 *
 * <p>Entry type: {@link dev.athanor.engine.generation.BatchGenerator}. Depends on {@code transformer}, {@code grammar},
 * {@code tokenizer} and {@code tensor}.
 */
package dev.athanor.engine.generation;
