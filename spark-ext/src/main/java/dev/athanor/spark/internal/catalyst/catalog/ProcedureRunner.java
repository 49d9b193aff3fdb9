package dev.athanor.spark.internal.catalyst.catalog;

import dev.athanor.spark.job.Job;
import java.util.Map;

/** Runs a job that SQL calls. */
@FunctionalInterface
public interface ProcedureRunner {
    /**
     * Runs the job to its end.
     *
     * @param arguments by snake_case name, those that were given
     * @param runId identity of the run, or null for a new one
     * @return the report
     * @throws dev.athanor.engine.AthanorException for everything a user can mend
     */
    Record run(Job<?, ?> job, Map<String, Object> arguments, String runId);
}
