/**
 * The {@code quickstart} job: a small real data set from a table to predictions in under a minute. Entry type:
 * {@link dev.athanor.pipelines.quickstart.QuickstartJob}. Uses the {@code train} and {@code evaluate} jobs as they are.
 */
package dev.athanor.pipelines.quickstart;
