package dev.athanor.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.optim.OptimizerKind;
import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.FeatureColumn;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.TableProfiler;
import dev.athanor.spark.SparkTestSession;
import dev.athanor.spark.internal.catalyst.RowBatchFunction;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.TaskContext;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A full heap fails the run, not the process, whichever thread finds it full. */
@Timeout(60)
class TrainingTaskSparkTest extends SparkTestSession {
    private static final ColumnSpec X = new ColumnSpec("x", ColumnKind.NUMBER, "double");
    private static final ColumnSpec Y = new ColumnSpec("y", ColumnKind.STRING, "string");

    @TempDir
    private Path folder;

    @Test
    void aHeapThatIsFullWhileRowsAreReadIsARefusal() {
        TrainingTask task = task(folder.toString());
        RowBatchFunction<String> reading = (rows, context) -> task.apply(
                into -> {
                    throw new OutOfMemoryError("Java heap space");
                },
                context);
        assertIsRefusal(reading);
    }

    @Test
    void aHeapThatIsFullWhileTheTrainerWorksIsARefusal() {
        TrainingTask task = task("full:" + folder);
        assertIsRefusal(task);
    }

    private static void assertIsRefusal(RowBatchFunction<String> reading) {
        String answer = spark().range(0, 1, 1, 1)
                .toJavaRDD()
                .mapPartitions(none -> reading.apply(TrainingTaskSparkTest::none, TaskContext.get()))
                .first();
        assertThatThrownBy(() -> TrainingTask.read(answer))
                .isInstanceOf(AthanorException.class)
                .hasMessageMatching("Cannot train model: the Java heap is full \\(\\d+ MiB\\)\\. Give it more: "
                        + "ATHANOR_JAVA_OPTS=-Xmx8g where \\./athanor runs by itself, spark\\.driver\\.memory and"
                        + " spark\\.executor\\.memory elsewhere\\.");
        assertThat(spark().range(3).count()).as("the session lives").isEqualTo(3);
    }

    private static boolean none(RowBatch into) {
        into.clear();
        return false;
    }

    private TrainingTask task(String checkpoints) {
        TableProfiler profiler = new TableProfiler(List.of(X), Y);
        RowBatch rows = new RowBatch(List.of(X), Y, 100);
        for (int i = 0; i < 100; i++) {
            rows.numbers(0).append(i);
            byte[] label = {(byte) (i % 2 == 0 ? 'e' : 'o')};
            ((FeatureColumn.Bytes) rows.label()).append(label, 0, 1);
        }
        profiler.accept(rows);
        TrainingRequest request = new TrainingRequest(
                "full-heap",
                List.of(X),
                Y,
                "linear",
                1,
                0,
                0,
                OptimizerKind.ADAMW,
                0.1,
                1,
                false,
                "t",
                -1,
                null,
                folder.resolve("package").toString(),
                checkpoints,
                null,
                null);
        Configuration settings = new Configuration();
        settings.setClass("fs.full.impl", FullHeap.class, org.apache.hadoop.fs.FileSystem.class);
        return new TrainingTask(
                request,
                profiler.toBytes(),
                new TrainingTask.Resources(2, 1 << 20, "auto"),
                new SerializableConfiguration(settings));
    }

    /** Files that take more heap than there is. */
    public static final class FullHeap extends RawLocalFileSystem {
        /** Made by Hadoop. */
        public FullHeap() {}

        @Override
        public java.net.URI getUri() {
            return java.net.URI.create("full:///");
        }

        @Override
        public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) {
            throw new OutOfMemoryError("Java heap space");
        }
    }
}
