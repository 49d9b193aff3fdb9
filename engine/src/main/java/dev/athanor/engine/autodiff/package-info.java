/**
 * Computations recorded once and replayed: forward in order, backward in reverse. Each op keeps both passes in one class.
 *
 * <p>Entry types: {@link dev.athanor.engine.autodiff.Tape} and {@link dev.athanor.engine.autodiff.ParameterSet}. Depends
 * on {@code tensor} and {@code kernels}.
 */
package dev.athanor.engine.autodiff;
