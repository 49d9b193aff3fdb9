package dev.athanor.spark.job;

/**
 * What came of {@link JobRunner#run}.
 *
 * @param runId identity of the run; null for a job that is not recorded
 * @param report the job's report
 * @param repeated whether the run had finished before and its stored report came back
 */
public record RunOutcome<R extends Record>(String runId, R report, boolean repeated) {}
