package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictor;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.spark.model.ModelCache;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Predicts one row at a time, for calls that stay in an expression. One thread.
 *
 * <p>A predictor lives as long as the task. On the driver, where nothing tells that a query has ended, each row has one
 * of its own.
 */
final class RowPredictor {
    private final ModelCall call;
    private final Model model;
    private final Predictor predictor;
    private final RowBatch batch;
    private final BatchFiller filler;
    private final CallResult result;

    RowPredictor(ModelCall call) {
        InferenceModel wanted = call.model();
        this.call = call;
        model = ModelCache.process().get(wanted.location(), wanted.digest(), wanted.kernels());
        List<DataType> types = InferencePlan.types(call);
        TaskContext task = TaskContext.get();
        predictor = task == null ? null : call.predictor(model, 1);
        if (task != null) {
            task.addTaskCompletionListener((TaskCompletionListener) context -> predictor.close());
        }
        batch = new RowBatch(model.signature(), 1);
        filler = new BatchFiller(
                model.signature(), null, types, IntStream.range(0, types.size()).toArray());
        result = call.result(model);
    }

    Object predict(InternalRow features) {
        batch.clear();
        filler.append(features, batch);
        if (predictor != null) {
            return result.copy(predictor.predict(batch), batch, 0);
        }
        try (Predictor one = call.predictor(model, 1)) {
            return result.copy(one.predict(batch), batch, 0);
        }
    }
}
