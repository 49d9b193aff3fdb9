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
    static final int BATCH = 512;
    private static final int THREADS = 2;

    private final Model model;
    private final RowBatch batch;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    /**
     * @param model takes one vector
     * @param rows the first column is the vector; at least as many rows as {@link #BATCH}
     */
    EngineAlone(Model model, List<Row> rows) {
        this.model = model;
        batch = new RowBatch(model.signature(), BATCH);
        for (Row row : rows.subList(0, BATCH)) {
            List<Float> values = row.getList(0);
            float[] vector = new float[values.size()];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = values.get(i);
            }
            batch.vectors(0).append(vector, 0, vector.length);
        }
    }

    Measure measure(int rows) throws Exception {
        return Measure.of(() -> {
            List<Future<?>> shares = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                shares.add(threads.submit(() -> {
                    try (Predictor predictor = model.predictor(BATCH)) {
                        for (int done = 0; done < rows / THREADS; done += BATCH) {
                            predictor.predict(batch);
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
