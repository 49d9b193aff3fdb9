/**
 * Athanor inside Spark: one plugin switches on the catalog, the procedures, the functions and the operator.
 *
 * <p>Entry type: {@link dev.athanor.spark.plugin.AthanorPlugin}. Depends on {@code engine} and {@code udfs}. Spark's
 * internal packages are used in {@code internal.catalyst} only.
 */
package dev.athanor.spark;
