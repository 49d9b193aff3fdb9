/** Expressions, plans, operators and row readers: the only package that imports Spark's internal packages ({@code org.apache.spark.sql.catalyst}, {@code .execution}, {@code .classic}), so that one fence is mended at each Spark upgrade. */
package dev.athanor.spark.internal.catalyst;
