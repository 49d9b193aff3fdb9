/**
 * The model registry: Delta tables that map {@code name}, {@code name@3} and {@code name@champion} to packages.
 *
 * <p>Entry type: {@link dev.athanor.spark.registry.ModelRegistry}.
 */
package dev.athanor.spark.registry;
