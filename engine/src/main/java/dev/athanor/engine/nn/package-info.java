/**
 * Networks: their specification as data, their parameters, how they are recorded on a tape, and how they run.
 *
 * <p>Entry types: {@link dev.athanor.engine.nn.NetworkSpec} and {@link dev.athanor.engine.nn.Network}. Depends on
 * {@code tensor}, {@code kernels}, {@code autodiff}, and on {@code table} for what a batch looks like.
 */
package dev.athanor.engine.nn;
