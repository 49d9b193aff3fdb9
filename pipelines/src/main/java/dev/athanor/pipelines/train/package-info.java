/** The {@code train} job: from a table to a registered model. Entry type: {@link dev.athanor.pipelines.train.TrainJob}. */
package dev.athanor.pipelines.train;
