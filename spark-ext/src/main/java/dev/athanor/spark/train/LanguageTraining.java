package dev.athanor.spark.train;

import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.KernelSelection;
import dev.athanor.engine.metrics.Evaluation;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.RowSource;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.train.LanguageOptions;
import dev.athanor.engine.train.LanguageTrainer;
import dev.athanor.engine.train.TrainOptions;
import dev.athanor.engine.train.TrainedLanguageModel;
import dev.athanor.spark.job.CodeVersion;
import dev.athanor.spark.registry.HadoopPackageFiles;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;

/** The part of a {@link TrainingTask} that trains a language model. */
final class LanguageTraining {
    private static final int CAPACITY = 1024;

    private LanguageTraining() {}

    static TrainingResult run(
            TrainingRequest request,
            TrainingTask.Resources resources,
            RowSource rows,
            Configuration settings,
            AtomicBoolean stop)
            throws IOException {
        KernelSelection kernels = KernelRegistry.select(resources.kernels());
        try (SpillDirectory spill = SpillDirectory.create(SparkEnv.get().conf(), System.getenv())) {
            TaskListener listener = new TaskListener(request.topic(), stop);
            long start = System.nanoTime();
            TrainedLanguageModel model = LanguageTrainer.train(
                    rows,
                    new RowBatch(request.features(), CAPACITY),
                    options(request, resources, spill),
                    kernels.kernels(),
                    new HadoopCheckpointStore(request.checkpointDirectory(), settings),
                    listener);
            double seconds = (System.nanoTime() - start) / 1e9;
            Manifest.Lineage lineage = new Manifest.Lineage(
                    request.source(),
                    request.sourceVersion(),
                    request.query(),
                    request.seed(),
                    CodeVersion.TEXT,
                    request.runId(),
                    Instant.now().toString(),
                    model.texts());
            model.write(new HadoopPackageFiles(request.packageLocation(), settings), lineage);
            return new TrainingResult(
                    Task.GENERATION,
                    request.network(),
                    model.reason(),
                    List.of(),
                    model.parameters(),
                    model.texts(),
                    model.rowsDropped(),
                    seconds,
                    listener.firstStepSeconds(),
                    model.metrics(),
                    new Evaluation(
                            Task.GENERATION, model.texts(), 0, 0, model.metrics(), List.of(), List.of(), List.of()),
                    model.result().history(),
                    model.result().bestEpoch(),
                    model.notes(),
                    model.spilledBytes(),
                    kernels.kernels().description(),
                    kernels.reason(),
                    lineage);
        }
    }

    private static LanguageOptions options(
            TrainingRequest request, TrainingTask.Resources resources, SpillDirectory spill) {
        TrainingRequest.Language language = request.language();
        return new LanguageOptions(
                language.layers(),
                language.width(),
                language.heads(),
                language.context(),
                language.characters(),
                language.vocabulary(),
                language.lines(),
                new TrainOptions(
                        request.network(),
                        request.epochs(),
                        request.batchSize(),
                        request.learningRate(),
                        request.optimizer(),
                        request.validation(),
                        request.seed(),
                        false,
                        resources.threadsHere(),
                        spill.path(),
                        resources.memoryHere()));
    }
}
