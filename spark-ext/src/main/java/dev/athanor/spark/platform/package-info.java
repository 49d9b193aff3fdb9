/**
 * What the platform keeps for itself under the warehouse: its folders, its small Delta tables, and commits that no second
 * process can overwrite.
 *
 * <p>Entry types: {@link dev.athanor.spark.platform.Warehouse}, {@link dev.athanor.spark.platform.PlatformTable}.
 * {@code registry} and {@code job} build on it; it depends on {@code conf} only.
 */
package dev.athanor.spark.platform;
