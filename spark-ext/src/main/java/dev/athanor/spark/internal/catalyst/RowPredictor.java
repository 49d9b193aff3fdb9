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

/** Predicts one row at a time, for calls that stay in an expression. One thread. */
final class RowPredictor {
    private final Predictor predictor;
    private final RowBatch batch;
    private final BatchFiller filler;
    private final PredictionRow result;

    RowPredictor(InferenceModel call, List<DataType> types) {
        Model model = ModelCache.process().get(call.location(), call.digest(), call.kernels());
        predictor = model.predictor(1);
        TaskContext task = TaskContext.get();
        if (task != null) {
            task.addTaskCompletionListener((TaskCompletionListener) context -> predictor.close());
        }
        batch = new RowBatch(model.signature(), 1);
        filler = new BatchFiller(
                model.signature(), null, types, IntStream.range(0, types.size()).toArray());
        result = new PredictionRow(call, model, InferenceModel.ALL_FIELDS);
    }

    InternalRow predict(InternalRow features) {
        batch.clear();
        filler.append(features, batch);
        result.set(predictor.predict(batch), 0);
        return result.copy();
    }
}
