/**
 * Jobs: one declaration from which the command-line options, the SQL procedure, the JSON schema and the reference page
 * come, and the runner that records every run.
 *
 * <p>Entry types: {@link dev.athanor.spark.job.Job}, {@link dev.athanor.spark.job.JobRunner}. Jobs themselves live in
 * {@code pipelines} and are found with {@link java.util.ServiceLoader}.
 */
package dev.athanor.spark.job;
