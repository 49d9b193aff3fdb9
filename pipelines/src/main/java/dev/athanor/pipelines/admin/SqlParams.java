package dev.athanor.pipelines.admin;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.job.Param;

/** Parameters of {@link SqlJob}; exactly one of the first two is given. */
public record SqlParams(
        @Param(doc = "Statements, separated by semicolons.", option = "e", commandLineOnly = true) String text,
        @Param(doc = "File of statements; - reads standard input.", option = "f", commandLineOnly = true) String file,
        @Param(
                        doc = "Most rows shown of one statement; 0 for all, which must then fit in memory.",
                        defaultValue = "1000",
                        commandLineOnly = true)
                int maxRows) {

    /** @throws AthanorException unless exactly one of {@code text} and {@code file} is given */
    public SqlParams {
        if ((text == null) == (file == null)) {
            throw new AthanorException(
                    "Cannot run SQL",
                    text == null ? "no statement is given" : "both -e and -f are given",
                    "Write -e \"SELECT 1\" or -f FILE");
        }
    }
}
