package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.model.Predictions;
import dev.athanor.engine.table.RowBatch;
import org.apache.spark.unsafe.types.UTF8String;

/** The text after a prompt. One thread. */
final class GeneratedText implements CallResult {
    @Override
    public UTF8String value(Predictions predictions, RowBatch batch, int row) {
        return predictions.error(row) == null ? UTF8String.fromString(predictions.text(row)) : null;
    }

    @Override
    public UTF8String copy(Predictions predictions, RowBatch batch, int row) {
        return value(predictions, batch, row);
    }

    /** A missing prompt is no failure: its text is missing, too. */
    @Override
    public boolean failed(Predictions predictions, RowBatch batch, int row) {
        return !batch.column(0).isNull(row) && predictions.error(row) != null;
    }
}
