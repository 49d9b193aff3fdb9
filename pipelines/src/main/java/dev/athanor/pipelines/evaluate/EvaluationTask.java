package dev.athanor.pipelines.evaluate;

import dev.athanor.engine.metrics.Evaluator;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictions;
import dev.athanor.engine.model.Predictor;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.RowSource;
import dev.athanor.pipelines.report.Exhibits;
import dev.athanor.spark.internal.catalyst.RowBatchFunction;
import dev.athanor.spark.job.JobJson;
import dev.athanor.spark.model.ModelCache;
import java.io.IOException;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;

/** Evaluates one partition; hands back a {@link Part} as JSON. */
final class EvaluationTask implements RowBatchFunction<String> {
    /** Most rows predicted at once. */
    static final int CAPACITY = 512;

    private static final long serialVersionUID = 1L;

    private final String location;
    private final String digest;
    private final String kernels;
    private final List<ColumnSpec> features;
    private final ColumnSpec label;

    EvaluationTask(String location, String digest, String kernels, List<ColumnSpec> features, ColumnSpec label) {
        this.location = location;
        this.digest = digest;
        this.kernels = kernels;
        this.features = List.copyOf(features);
        this.label = label;
    }

    /**
     * What one partition gave.
     *
     * @param evaluator state of the evaluator, in base64
     * @param exhibits state of the exhibits, in base64
     */
    record Part(String evaluator, String exhibits) {
        static Part read(String json) {
            try {
                return JobJson.read(json, Part.class);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        void mergeInto(Model model, Evaluator allRows, Exhibits allExhibits) {
            allRows.merge(Evaluator.fromBytes(model, Base64.getDecoder().decode(evaluator)));
            allExhibits.merge(Exhibits.fromBytes(model, Base64.getDecoder().decode(exhibits)));
        }
    }

    @Override
    public Iterator<String> apply(RowSource rows, TaskContext context) throws Exception {
        Model model = ModelCache.process().get(location, digest, kernels);
        Evaluator evaluator = new Evaluator(model);
        Exhibits exhibits = new Exhibits(model);
        int most = model.batchRows(CAPACITY);
        RowBatch batch = new RowBatch(features, label, most);
        try (Predictor predictor = model.predictor(most)) {
            while (rows.next(batch)) {
                context.killTaskIfInterrupted();
                Predictions predictions = predictor.predict(batch);
                evaluator.add(model, predictions, batch);
                exhibits.add(predictions, batch);
            }
        }
        Part part = new Part(
                Base64.getEncoder().encodeToString(evaluator.toBytes()),
                Base64.getEncoder().encodeToString(exhibits.toBytes()));
        return List.of(JobJson.write(part)).iterator();
    }
}
