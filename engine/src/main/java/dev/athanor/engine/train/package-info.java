/**
 * The training loop: the store that feeds it, epochs, validation, early stopping, checkpoints, progress.
 *
 * <p>Entry types: {@link dev.athanor.engine.train.Trainer} and {@link dev.athanor.engine.train.ExampleStore}. Depends on
 * {@code nn}, {@code optim}, {@code autodiff}, {@code kernels}, and on {@code table} for encoded batches.
 */
package dev.athanor.engine.train;
