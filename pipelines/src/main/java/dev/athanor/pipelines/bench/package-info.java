/**
 * The {@code bench} job: how fast a model is over a table, and what that takes. Entry type: {@link
 * dev.athanor.pipelines.bench.BenchJob}.
 */
package dev.athanor.pipelines.bench;
