/**
 * The report page of a trained or evaluated model: {@link dev.athanor.pipelines.report.ReportPage} turns a
 * {@link dev.athanor.pipelines.report.ReportContent} into one HTML file that needs no network.
 *
 * <p>Depends on the engine's records only; knows nothing of Spark.
 */
package dev.athanor.pipelines.report;
