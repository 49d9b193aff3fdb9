package dev.athanor.pipelines.quickstart;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.job.Param;

/** What {@code quickstart} takes: nothing is required. */
public record QuickstartParams(
        @Param(doc = "Local folder to write the HTML report to.", defaultValue = "athanor-report") String report,
        @Param(doc = "Passes over the rows at most. The network's default when absent.") Integer epochs,
        @Param(doc = "Seed of all randomness: the same seed gives the same model on one machine.", defaultValue = "42")
                long seed) {

    /** @throws AthanorException for a number of epochs that cannot be trained */
    public QuickstartParams {
        if (epochs != null && epochs < 1) {
            throw new AthanorException(
                    "Cannot train with --epochs " + epochs, "it must be 1 or more", "Correct --epochs");
        }
    }
}
