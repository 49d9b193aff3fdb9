package dev.athanor.spark.bench;

import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictor;
import dev.athanor.engine.table.RowBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Two threads that predict rows which are in arrays already, half of the rows each; no Spark. */
final class EngineAlone implements AutoCloseable {
    private static final int BATCH = 512;
    private static final int THREADS = 2;

    private final Model model;
    private final RowBatch batch;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    /** @param model takes one vector of {@code width} numbers */
    EngineAlone(Model model, int width) {
        this.model = model;
        batch = new RowBatch(model.signature(), BATCH);
        Random random = new Random(1);
        float[] vector = new float[width];
        for (int row = 0; row < BATCH; row++) {
            for (int i = 0; i < width; i++) {
                vector[i] = random.nextFloat();
            }
            batch.vectors(0).append(vector, 0, width);
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
