package dev.athanor.spark.bench;

import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictor;
import dev.athanor.engine.table.RowBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Row;

/** Two threads that predict rows which are in arrays already, half of the rows each; no Spark. */
final class EngineAlone implements AutoCloseable {
    /** Different rows, 51 MB of 784 floats: as many as leave the caches between one round and the next. */
    static final int ROWS = 16_384;

    private static final int BATCH = 512;
    private static final int THREADS = 2;

    private final Model model;
    private final List<RowBatch> batches = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    /**
     * @param model takes one vector
     * @param rows the first column is the vector; {@link #ROWS}
     */
    EngineAlone(Model model, List<Row> rows) {
        this.model = model;
        for (int from = 0; from < ROWS; from += BATCH) {
            RowBatch batch = new RowBatch(model.signature(), BATCH);
            for (Row row : rows.subList(from, from + BATCH)) {
                List<Float> values = row.getList(0);
                float[] vector = new float[values.size()];
                for (int i = 0; i < vector.length; i++) {
                    vector[i] = values.get(i);
                }
                batch.vectors(0).append(vector, 0, vector.length);
            }
            batches.add(batch);
        }
    }

    Measure measure(int rows) throws Exception {
        return Measure.of(() -> {
            List<Future<?>> shares = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                shares.add(threads.submit(() -> {
                    try (Predictor predictor = model.predictor(BATCH)) {
                        for (int done = 0; done < rows / THREADS; done += BATCH) {
                            predictor.predict(batches.get(done / BATCH % batches.size()));
                        }
                    }
                }));
            }
            for (Future<?> share : shares) {
                share.get();
            }
            return null;
        });
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
