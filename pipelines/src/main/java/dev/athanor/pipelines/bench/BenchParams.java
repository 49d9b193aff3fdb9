package dev.athanor.pipelines.bench;

import dev.athanor.connectors.source.SourceSpec;
import dev.athanor.engine.AthanorException;
import dev.athanor.spark.job.Param;
import dev.athanor.spark.registry.ModelRef;
import java.util.List;
import java.util.Map;

/** What {@code bench} takes; exactly one of {@code input} and {@code table} is given. */
public record BenchParams(
        @Param(doc = "Model as NAME, NAME@VERSION or NAME@ALIAS.", required = true) String model,
        @Param(doc = "File, folder or glob to read; .gz and other compressed files too.") String input,
        @Param(doc = "Table or view to read.") String table,
        @Param(
                        doc = "Format of the input; told from its name and content when absent.",
                        choices = {"csv", "json", "parquet", "delta", "idx", "image"})
                String format,
        @Param(doc = "Option of the reader, as sep=; for text files; may be repeated.") Map<String, String> option,
        @Param(doc = "Names for the columns of a CSV file without a header line.") List<String> columns,
        @Param(
                        doc =
                                "Column of the texts, for a model that embeds, or of the prompts, for one that writes texts; the one called text or prompt when absent.")
                String text,
        @Param(
                        doc =
                                "First rows of the input to take, at most; all of them when 0. They are held in memory, so that reading them is no part of the figures.",
                        defaultValue = "10000")
                int rows,
        @Param(doc = "Timed runs over the rows, after one that is not timed; the fastest counts.", defaultValue = "3")
                int rounds) {
    private static final int MOST_ROUNDS = 1000;

    /** @throws AthanorException unless there is one source, and numbers that can be */
    public BenchParams {
        ModelRef.parse(model);
        SourceSpec.requireOne(input, table);
        if (rows < 0) {
            throw new AthanorException("Cannot take " + rows + " rows", "--rows is negative", "Give 0 for all rows");
        }
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw new AthanorException(
                    "Cannot time " + rounds + " runs", "--rounds is from 1 to 1,000", "Give a number between them");
        }
    }

    SourceSpec source() {
        return new SourceSpec(input, table, format, option, columns);
    }
}
