/**
 * The {@code evaluate} job: a registered model against labelled rows. Entry type:
 * {@link dev.athanor.pipelines.evaluate.EvaluateJob}.
 */
package dev.athanor.pipelines.evaluate;
