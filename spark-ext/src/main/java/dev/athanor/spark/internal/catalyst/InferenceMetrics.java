package dev.athanor.spark.internal.catalyst;

import java.io.Serializable;
import org.apache.spark.sql.execution.metric.SQLMetric;

/** What an operator counts, for the SQL page of the Spark UI. */
record InferenceMetrics(
        SQLMetric rows,
        SQLMetric batches,
        SQLMetric errors,
        SQLMetric truncated,
        SQLMetric tokens,
        SQLMetric engineNanos,
        SQLMetric arenaBytes)
        implements Serializable {}
