package dev.athanor.engine.train;

import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.metrics.Evaluation;
import dev.athanor.engine.metrics.Evaluator;
import dev.athanor.engine.model.LocalPackageFiles;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.ModelPackage;
import dev.athanor.engine.model.Predictor;
import dev.athanor.engine.optim.OptimizerKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.RowSource;
import dev.athanor.engine.table.Rows;
import dev.athanor.engine.table.TableProfile;
import dev.athanor.engine.table.TableProfiler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Trains on rows in memory, by way of everything a user's run goes through, for tests. */
final class Training {
    static final Kernels KERNELS = KernelRegistry.select("auto").kernels();

    private Training() {}

    static TrainOptions options(String network, int epochs, long seed, Path spill) {
        return new TrainOptions(network, epochs, 0, 0, OptimizerKind.ADAMW, 0.1, seed, false, 1, spill, 256 << 20);
    }

    static RowSource source(List<Object[]> rows) {
        return new RowSource() {
            private int at;

            @Override
            public boolean next(RowBatch into) {
                into.clear();
                while (at < rows.size() && into.rows() < into.capacity()) {
                    Rows.add(into, rows.get(at++));
                }
                return into.rows() > 0;
            }
        };
    }

    static TableProfile profile(List<ColumnSpec> features, ColumnSpec label, List<Object[]> rows) {
        TableProfiler profiler = new TableProfiler(features, label);
        RowBatch batch = new RowBatch(features, label, 256);
        for (Object[] row : rows) {
            Rows.add(batch, row);
        }
        profiler.accept(batch);
        return profiler.profile();
    }

    static TrainedModel train(List<ColumnSpec> features, ColumnSpec label, List<Object[]> rows, TrainOptions options)
            throws IOException {
        return TableTrainer.train(profile(features, label, rows), source(rows), options, KERNELS, null, new Silent());
    }

    static Model reload(TrainedModel trained, Path directory, long rows) {
        LocalPackageFiles files = new LocalPackageFiles(directory);
        trained.write(files, new Manifest.Lineage("memory", -1, null, 1, "0.1.0", "run", "2026-11-23T10:00:00Z", rows));
        return ModelPackage.load(files, KERNELS);
    }

    static Evaluation evaluate(Model model, ColumnSpec label, List<Object[]> rows) throws IOException {
        Evaluator evaluator = new Evaluator(model);
        RowBatch batch = new RowBatch(model.signature(), label, 256);
        RowSource source = source(rows);
        try (Predictor predictor = model.predictor(256)) {
            while (source.next(batch)) {
                evaluator.add(model, predictor.predict(batch), batch);
            }
        }
        return evaluator.evaluation();
    }

    /** Listens to nothing. */
    static class Silent implements TrainListener {
        @Override
        public void onProgress(TrainProgress progress) {}

        @Override
        public void onEpoch(EpochMetrics epoch) {}

        @Override
        public boolean cancelled() {
            return false;
        }
    }
}
