package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictions;
import dev.athanor.engine.model.Predictor;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.spark.model.ModelCache;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** One call in one task: its batch of features, its predictor, its results. */
final class CallRunner implements AutoCloseable {
    private final ModelCall call;
    private final Model model;
    private final RowBatch batch;
    private final BatchFiller filler;
    private final CallResult result;
    private final int batchRows;
    private Predictor predictor;
    private Predictions predictions;

    CallRunner(ModelCall call, int[] ordinals, int batchRows) {
        InferenceModel wanted = call.model();
        this.call = call;
        this.model = ModelCache.process().get(wanted.location(), wanted.digest(), wanted.kernels());
        this.batchRows = batchRows;
        this.batch = new RowBatch(model.signature(), Math.min(batchRows, 64));
        this.filler = new BatchFiller(model.signature(), null, InferencePlan.types(call), ordinals);
        this.result = call.result(model);
    }

    void append(SpecializedGetters row) {
        filler.append(row, batch);
    }

    void append(ColumnarBatch columns, int rowId, SpecializedGetters row) {
        filler.append(columns, rowId, row, batch);
    }

    void clear() {
        batch.clear();
    }

    long bytes() {
        return BatchFiller.bytes(batch);
    }

    /** Most rows of one batch: what was asked for, or fewer where each takes much room. */
    int capacity() {
        return predictor == null ? batchRows : predictor.capacity();
    }

    /** Predicts the rows appended since {@link #clear}. */
    void predict() {
        if (predictor == null) {
            predictor = call.predictor(model, Math.max(batch.rows(), model.batchRows(batchRows)));
        }
        predictions = predictor.predict(batch);
    }

    /** The value for one row, valid until the next; may be null. */
    Object value(int row) {
        return result.value(predictions, batch, row);
    }

    boolean failed(int row) {
        return result.failed(predictions, batch, row);
    }

    /** Whether the value stands for the beginning of a text only. */
    boolean truncated(int row) {
        return predictions.isTruncated(row) && !failed(row);
    }

    long tokens() {
        return predictor == null ? 0 : predictor.tokens();
    }

    long engineNanos() {
        return predictor == null ? 0 : predictor.engineNanos();
    }

    long arenaBytes() {
        return predictor == null ? 0 : predictor.arenaBytes();
    }

    @Override
    public void close() {
        if (predictor != null) {
            predictor.close();
        }
    }
}
