package dev.athanor.spark.train;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.TableProfiler;
import dev.athanor.spark.conf.AthanorConf;
import dev.athanor.spark.internal.catalyst.RowBatches;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.plugin.DriverMessages;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Trains a model from a Dataset: one Spark task reads all partitions, one after the other, and trains while it reads.
 *
 * <p>The task encodes every row once, keeps the encoded rows in memory or on its local disk, and writes the package
 * itself; the driver only sees progress and the result.
 */
public final class Training {
    private static final int CAPACITY = 1024;
    private static final long POLL_MILLIS = 200;

    private Training() {}

    /**
     * Runs the training task and waits for it.
     *
     * @param data the rows that were profiled: the same version of the same table
     * @param profiler of {@link ProfilePass}; null for a language model
     * @throws AthanorException for everything a user can mend, such as a loss that is no number
     * @throws CancellationException when the run was asked to stop
     * @throws ExecutionException when the task failed otherwise, with Spark's error as the cause
     */
    public static TrainingResult run(
            Dataset<Row> data, TableProfiler profiler, TrainingRequest request, JobContext context)
            throws InterruptedException, ExecutionException {
        List<ColumnSpec> features = request.features();
        // Read here, so that what a session has SET counts.
        AthanorConf conf = AthanorConf.of(context.spark());
        TrainingTask task = new TrainingTask(
                request,
                profiler == null ? null : profiler.toBytes(),
                new TrainingTask.Resources(
                        threads(conf, context), conf.get(AthanorConf.TRAIN_MEMORY), conf.get(AthanorConf.KERNELS)),
                new SerializableConfiguration(context.spark().sparkContext().hadoopConfiguration()));
        // One partition without a shuffle: the task reads the partitions one after the other, as it needs them.
        JavaFutureAction<List<String>> running = RowBatches.mapPartitions(
                        data.coalesce(1), features, request.label(), CAPACITY, task)
                .collectAsync();
        DriverMessages.Subscription watch = DriverMessages.listen(request.topic(), new TrainingWatch(context));
        try {
            return TrainingTask.read(await(running, context).get(0));
        } finally {
            watch.close();
            if (!running.isDone()) {
                running.cancel(true);
            }
        }
    }

    private static List<String> await(JavaFutureAction<List<String>> running, JobContext context)
            throws InterruptedException, ExecutionException {
        while (true) {
            try {
                return running.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (context.cancelled()) {
                    throw new CancellationException("the run was asked to stop");
                }
            } catch (ExecutionException e) {
                if (context.cancelled()) {
                    throw new CancellationException("the run was asked to stop");
                }
                throw e;
            }
        }
    }

    /** What is set, else the cores of one executor as far as the driver knows, else 0. */
    private static int threads(AthanorConf conf, JobContext context) {
        int wanted = conf.get(AthanorConf.TRAIN_THREADS);
        var spark = context.spark().sparkContext();
        return wanted > 0
                ? wanted
                : spark.conf().getInt("spark.executor.cores", spark.isLocal() ? spark.defaultParallelism() : 0);
    }
}
