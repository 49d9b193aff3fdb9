package dev.athanor.spark.job;

import dev.athanor.spark.registry.ModelRegistry;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** What a running job may use. Thread-safe. */
public interface JobContext {
    SparkSession spark();

    /** Identity of this run: given by the caller or made by the runner. */
    String runId();

    /** Where everything lives: a Hadoop path without a trailing slash. */
    String warehouse();

    ModelRegistry models();

    /** Live progress for people; silent when no one watches. */
    Progress progress();

    /** Appends measurements of this run to {@code run_metrics}; written in small flushes. */
    void metrics(long step, Map<String, Double> values);

    /** Directory of this run's checkpoints, under the warehouse. */
    String checkpointDirectory();

    /** Whether the run was asked to stop; a job that loops asks, and throws {@code CancellationException}. */
    boolean cancelled();
}
