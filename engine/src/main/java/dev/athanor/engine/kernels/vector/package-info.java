/**
 * The default provider: SIMD kernels written with the Vector API.
 *
 * <p>The one package that may use {@code jdk.incubator.vector}; nothing refers to it, a service finds it, so that a JVM
 * without the incubator module falls back with a stated reason.
 */
package dev.athanor.engine.kernels.vector;
