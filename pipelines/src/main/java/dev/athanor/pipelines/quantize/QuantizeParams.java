package dev.athanor.pipelines.quantize;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.job.Param;
import dev.athanor.spark.registry.ModelRef;

/** What {@code quantize} takes. */
public record QuantizeParams(
        @Param(doc = "Model: NAME, NAME@VERSION or NAME@ALIAS.", required = true) String model,
        @Param(
                        doc =
                                "Precision of the new version's weights: int8 (a scale per column, rows quantised as they come) or bf16.",
                        required = true,
                        choices = {"int8", "bf16"})
                String to,
        @Param(
                        doc =
                                "Table of texts on which the new version is compared with the original; without one, made-up texts of the tokenizer's words.")
                String calibrate,
        @Param(doc = "Column of the table that holds the texts; without it, the only text column.") String column,
        @Param(doc = "Texts compared, at most.", defaultValue = "512") int rows) {
    private static final int MOST_ROWS = 100_000;

    /** @throws AthanorException when a value is out of range */
    public QuantizeParams {
        ModelRef.parse(model);
        if (rows < 2 || rows > MOST_ROWS) {
            throw new AthanorException(
                    "Cannot compare " + rows + " texts", "--rows is from 2 to 100,000", "Give a number between them");
        }
        if (column != null && calibrate == null) {
            throw new AthanorException(
                    "Cannot take texts of column '" + column + "'",
                    "--column is of the table of --calibrate, and there is none",
                    "Name the table, too: --calibrate TABLE");
        }
    }
}
