/**
 * Optimizers, learning-rate schedules, gradient clipping and early stopping.
 *
 * <p>Entry type: {@link dev.athanor.engine.optim.Optimizer}. Depends on {@code tensor}, {@code kernels} and
 * {@code autodiff}.
 */
package dev.athanor.engine.optim;
