/** Everything outside Athanor. Depends on {@code engine} and Spark's public API; never meets {@code udfs} or {@code spark-ext}. */
package dev.athanor.connectors;
