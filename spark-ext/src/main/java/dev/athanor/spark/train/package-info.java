/**
 * Training from a Dataset: the profile pass on all executors, the feed, and the task that trains on one of them.
 *
 * <p>Entry types: {@link dev.athanor.spark.train.ProfilePass} and {@link dev.athanor.spark.train.Training}. Depends on
 * {@code internal.catalyst} for reading partitions, on {@code plugin} for live progress, on {@code registry} for writing
 * packages, and on the engine's {@code table} and {@code train}.
 */
package dev.athanor.spark.train;
