/**
 * From raw table rows to network inputs: what columns hold, what was learnt about them, and how they are encoded.
 *
 * <p>The order of use: {@link dev.athanor.engine.table.TableProfiler} passes over the rows once and yields a
 * {@link dev.athanor.engine.table.TableProfile}; a plan is made from it; an encoder turns each
 * {@link dev.athanor.engine.table.RowBatch} into an {@link dev.athanor.engine.table.EncodedBatch}. The encoder is part
 * of the model package, so training and serving run the same code over the same numbers. Depends on {@code tensor},
 * {@code text} and {@code tokenizer}.
 */
package dev.athanor.engine.table;
