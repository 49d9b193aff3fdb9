/** The {@code infer} job: predictions for every row of a table. Entry type: {@link dev.athanor.pipelines.infer.InferJob}. */
package dev.athanor.pipelines.infer;
