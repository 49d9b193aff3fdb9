package dev.athanor.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.spark.SparkTestSession;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run whose process Spark ends because of a full heap has failed; nobody cancelled it. */
@Timeout(180)
class FatalEndSparkTest extends SparkTestSession {
    @TempDir
    private Path folder;

    /** A process whose run waits while a task of it fills the heap; where its warehouse is goes into the file named. */
    public static final class FullHeap {
        private FullHeap() {}

        public static void main(String[] args) throws Exception {
            Files.writeString(Path.of(args[0]), warehouse().toString());
            JobRunner.run(
                    new JobRunnerSparkTest.Scripted("full", (params, context) -> {
                        var task = context.spark().range(1).toJavaRDD().foreachAsync(row -> {
                            throw new OutOfMemoryError("Java heap space");
                        });
                        while (!context.cancelled()) {
                            Thread.sleep(20);
                        }
                        throw new CancellationException("the task ended: " + task.isDone());
                    }),
                    Map.of(),
                    "full-1",
                    spark(),
                    Progress.NONE);
        }
    }

    @Test
    void isRecordedAsFailed() throws Exception {
        Path where = folder.resolve("warehouse");
        Path said = folder.resolve("said");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(a -> a.startsWith("--add") || a.startsWith("-Djdk.reflect"))
                .toList());
        command.addAll(List.of(
                "-Xmx1g", "-cp", System.getProperty("java.class.path"), FullHeap.class.getName(), where.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(150, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(said)).isEqualTo(52);
        Row run = spark().read()
                .format("delta")
                .load(Files.readString(where) + "/athanor/runs")
                .selectExpr("status", "to_json(error)")
                .first();
        assertThat(run.getString(0)).as(Files.readString(said)).isEqualTo("failed");
        assertThat(run.getString(1)).contains("Spark ended the process", "most often a full Java heap");
    }
}
