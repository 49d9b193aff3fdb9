/**
 * The jobs that ask and administer: SQL, models, runs, configuration.
 *
 * <p>Found through {@link dev.athanor.spark.job.Jobs}; they depend on {@code spark-ext} and on {@code cli} for the text
 * form of a report.
 */
package dev.athanor.pipelines.admin;
