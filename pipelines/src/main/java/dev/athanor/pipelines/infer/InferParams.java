package dev.athanor.pipelines.infer;

import dev.athanor.connectors.source.SourceSpec;
import dev.athanor.engine.AthanorException;
import dev.athanor.spark.job.Param;
import java.util.List;
import java.util.Map;

/**
 * What {@code infer} takes; exactly one of {@code input} and {@code table}, and of {@code output} and {@code into}, is
 * given.
 */
public record InferParams(
        @Param(doc = "Model as NAME, NAME@VERSION or NAME@ALIAS.", required = true) String model,
        @Param(doc = "File, folder or glob to read; .gz and other compressed files too.") String input,
        @Param(doc = "Table or view to read.") String table,
        @Param(
                        doc =
                                "Format of the input; told from its name and content when absent. text is plain text: the lines of a file, or the files of a folder.",
                        choices = {"csv", "json", "parquet", "delta", "idx", "image", "text"})
                String format,
        @Param(
                        doc =
                                "Option of the reader: sep=;, encoding=ISO-8859-1 or mode=DROPMALFORMED for text files, versionAsOf=3 for a Delta table, labels=FILE for idx files; may be repeated.")
                Map<String, String> option,
        @Param(doc = "Names for the columns of a CSV file without a header line.") List<String> columns,
        @Param(
                        doc =
                                "Column of the texts, for a model that embeds, or of the prompts, for one that writes texts; the one called text or prompt when absent.")
                String text,
        @Param(doc = "Folder to write the predictions to, as files of the output format.") String output,
        @Param(
                        doc = "Format of the output; told from the ending of --output when absent, else parquet.",
                        choices = {"parquet", "csv", "json", "delta"})
                String outputFormat,
        @Param(doc = "Delta table to write the predictions to.") String into,
        @Param(doc = "Columns of the input to keep beside the predictions; all when absent.") List<String> keep,
        @Param(
                        doc = "What to do when the output is there already.",
                        defaultValue = "error",
                        choices = {"error", "overwrite", "append"})
                String mode) {

    /** @throws AthanorException unless there is one source and one output, of a format that it can have */
    public InferParams {
        SourceSpec.requireOne(input, table);
        if ((output == null) == (into == null)) {
            throw new AthanorException(
                    "Cannot write predictions",
                    output == null ? "neither --output nor --into is given" : "both --output and --into are given",
                    "Give --output FOLDER, or --into TABLE");
        }
        if (into != null && outputFormat != null && !outputFormat.equals("delta")) {
            throw new AthanorException(
                    "Cannot write " + outputFormat + " into table " + into,
                    "tables are Delta tables",
                    "Leave out --output-format, or write files with --output");
        }
    }

    SourceSpec source() {
        return new SourceSpec(input, table, format, option, columns);
    }
}
