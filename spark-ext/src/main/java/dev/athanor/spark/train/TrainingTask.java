package dev.athanor.spark.train;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.KernelSelection;
import dev.athanor.engine.metrics.Evaluation;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.TransformerPackage;
import dev.athanor.engine.table.RowSource;
import dev.athanor.engine.table.TableProfile;
import dev.athanor.engine.table.TableProfiler;
import dev.athanor.engine.train.TableTrainer;
import dev.athanor.engine.train.TrainOptions;
import dev.athanor.engine.train.TrainedModel;
import dev.athanor.spark.internal.catalyst.RowBatchFunction;
import dev.athanor.spark.job.CodeVersion;
import dev.athanor.spark.job.JobJson;
import dev.athanor.spark.platform.Failures;
import dev.athanor.spark.registry.HadoopPackageFiles;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The task that trains: its own thread reads rows, others encode them and train.
 *
 * <p>A failure that a user can mend is handed back as a value, so that Spark does not try the same four times.
 */
final class TrainingTask implements RowBatchFunction<String> {
    private static final long serialVersionUID = 1L;

    private final TrainingRequest request;
    private final byte[] profile;
    private final Resources resources;
    private final SerializableConfiguration hadoop;

    TrainingTask(TrainingRequest request, byte[] profile, Resources resources, SerializableConfiguration hadoop) {
        this.request = request;
        this.profile = profile;
        this.resources = resources;
        this.hadoop = hadoop;
    }

    /**
     * What the task may use.
     *
     * @param threads that train; 0 for all processors of the machine
     * @param memory heap for encoded rows, bytes; 0 for a third of the heap
     * @param kernels provider asked for
     */
    record Resources(int threads, long memory, String kernels) implements Serializable {
        int threadsHere() {
            return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        }

        long memoryHere() {
            return memory > 0 ? memory : Runtime.getRuntime().maxMemory() / 3;
        }
    }

    /** What the task hands back: a result, or an error in the user's terms. */
    record Answer(TrainingResult result, Refusal refusal) {}

    /** The parts of an {@link AthanorException}. */
    record Refusal(String problem, String reason, String remedy) {}

    /** @throws AthanorException when the answer is an error */
    static TrainingResult read(String answer) {
        try {
            Answer read = JobJson.read(answer, Answer.class);
            if (read.refusal() != null) {
                Refusal r = read.refusal();
                throw new AthanorException(r.problem(), r.reason(), r.remedy());
            }
            return read.result();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Iterator<String> apply(RowSource rows, TaskContext context) throws Exception {
        RowHandoff handoff = new RowHandoff();
        AtomicBoolean stop = new AtomicBoolean();
        FutureTask<TrainingResult> trainer = new FutureTask<>(() -> {
            try {
                return train(handoff, stop);
            } finally {
                handoff.wake();
            }
        });
        Thread thread = new Thread(trainer, "athanor-train-" + request.runId());
        thread.setDaemon(true);
        thread.start();
        try {
            handoff.serve(rows, trainer::isDone, () -> {
                if (context.isInterrupted()) {
                    throw new CancellationException("the task was stopped");
                }
            });
            return List.of(JobJson.write(new Answer(trainer.get(), null))).iterator();
        } catch (ExecutionException e) {
            if (handoff.failure() != null && Failures.isHeapFull(handoff.failure())) {
                return refused(Failures.heapFull("Cannot train model", null));
            }
            if (handoff.failure() != null) {
                // Not the trainer's fault: Spark may try again, and the driver knows what broken data looks like.
                throw new IOException("the rows could not be read", handoff.failure());
            }
            if (e.getCause() instanceof AthanorException refused) {
                return refused(refused);
            }
            if (Failures.isHeapFull(e.getCause())) {
                return refused(Failures.of("Cannot train model", e.getCause()));
            }
            throw e;
        } catch (OutOfMemoryError e) {
            // Thrown on, it would end the process, and with it the user's session.
            return refused(Failures.of("Cannot train model", e));
        } finally {
            stop.set(true);
            thread.interrupt();
            thread.join();
        }
    }

    private static Iterator<String> refused(AthanorException e) {
        return List.of(JobJson.write(new Answer(null, new Refusal(e.problem(), e.reason(), e.remedy()))))
                .iterator();
    }

    private TrainingResult train(RowSource rows, AtomicBoolean stop) throws IOException {
        Configuration settings = hadoop.value();
        if (request.language() != null) {
            return LanguageTraining.run(request, resources, rows, settings, stop);
        }
        TrainingRequest.Base base = request.base();
        TableProfile table = TableProfiler.fromBytes(profile).profile();
        KernelSelection kernels = KernelRegistry.select(resources.kernels());
        try (SpillDirectory spill = SpillDirectory.create(SparkEnv.get().conf(), System.getenv())) {
            TrainOptions options = new TrainOptions(
                    request.network(),
                    request.epochs(),
                    request.batchSize(),
                    request.learningRate(),
                    request.optimizer(),
                    request.validation(),
                    request.seed(),
                    request.balancedClasses(),
                    resources.threadsHere(),
                    spill.path(),
                    resources.memoryHere(),
                    base == null
                            ? null
                            : TransformerPackage.pretrained(
                                    new HadoopPackageFiles(base.location(), settings), base.ref()),
                    base == null ? 0 : base.adapterRank());
            TaskListener listener = new TaskListener(request.topic(), stop);
            long start = System.nanoTime();
            TrainedModel model = TableTrainer.train(
                    table,
                    rows,
                    options,
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
                    table.rows());
            model.write(new HadoopPackageFiles(request.packageLocation(), settings), lineage);
            return result(table, model, kernels, lineage, seconds, listener);
        }
    }

    private static TrainingResult result(
            TableProfile table,
            TrainedModel model,
            KernelSelection kernels,
            Manifest.Lineage lineage,
            double seconds,
            TaskListener listener) {
        return new TrainingResult(
                model.evaluation().task(),
                model.network(),
                model.networkReason(),
                model.evaluation().classes().stream()
                        .map(Evaluation.ClassQuality::name)
                        .toList(),
                model.parameters(),
                table.rows(),
                table.labels().nulls(),
                seconds,
                listener.firstStepSeconds(),
                model.metrics(),
                model.evaluation(),
                model.history(),
                model.bestEpoch(),
                model.notes(),
                model.spilledBytes(),
                kernels.kernels().description(),
                kernels.reason(),
                lineage);
    }
}
