package dev.athanor.pipelines.evaluate;

import dev.athanor.connectors.source.SourceSpec;
import dev.athanor.engine.AthanorException;
import dev.athanor.spark.job.Param;
import java.util.List;
import java.util.Map;

/** What {@code evaluate} takes; exactly one of {@code input} and {@code table} is given. */
public record EvaluateParams(
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
        @Param(doc = "Column with the true answers; the label the model was trained on when absent.") String label,
        @Param(
                        doc =
                                "Text column that a language model is measured on; when absent the only text column there is, or the lines of a text file.")
                String text,
        @Param(doc = "Local folder to write report.html and evaluation.json to.") String report) {

    /** @throws AthanorException unless exactly one of {@code input} and {@code table} is given */
    public EvaluateParams {
        SourceSpec.requireOne(input, table);
    }

    SourceSpec source() {
        return new SourceSpec(input, table, format, option, columns);
    }
}
