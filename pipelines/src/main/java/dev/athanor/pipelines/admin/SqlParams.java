package dev.athanor.pipelines.admin;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.job.Param;
import java.nio.file.Files;
import java.nio.file.Path;

/** Parameters of {@link SqlJob}; exactly one of the first two is given. */
public record SqlParams(
        @Param(doc = "Statements, separated by semicolons.", option = "e", commandLineOnly = true) String text,
        @Param(doc = "File of statements; - reads standard input.", option = "f", commandLineOnly = true) String file,
        @Param(
                        doc = "Most rows shown of one statement; 0 for all, which must then fit in memory.",
                        defaultValue = "1000",
                        commandLineOnly = true)
                int maxRows) {

    /** @throws AthanorException unless exactly one of {@code text} and {@code file} is given, a text that is not empty or a
     *     file that exists */
    public SqlParams {
        if ((text == null) == (file == null)) {
            throw new AthanorException(
                    "Cannot run SQL",
                    text == null ? "no statement is given" : "both -e and -f are given",
                    "Write -e \"SELECT 1\" or -f FILE");
        }
        if (text != null && text.isBlank()) {
            throw new AthanorException("Cannot run SQL", "the statement is empty", "Write -e \"SELECT 1\"");
        }
        if (file != null && !file.equals("-") && !Files.exists(Path.of(file))) {
            throw new AthanorException("Cannot read " + file, "there is no such file", "Check the path after -f");
        }
    }
}
