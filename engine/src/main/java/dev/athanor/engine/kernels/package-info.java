/**
 * The primitives every network is composed of, their specification in plain loops, and the choice of a provider.
 *
 * <p>Entry types: {@link dev.athanor.engine.kernels.Kernels} (what they compute) and
 * {@link dev.athanor.engine.kernels.KernelSelection} (which provider, and why). Depends on {@code tensor} only.
 * {@code kernels.vector}, found as a service, is the one package that uses {@code jdk.incubator.vector}.
 */
package dev.athanor.engine.kernels;
