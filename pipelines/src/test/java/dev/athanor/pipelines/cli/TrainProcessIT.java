package dev.athanor.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.pipelines.train.TrainJob;
import dev.athanor.pipelines.train.TrainReport;
import dev.athanor.spark.job.JobJson;
import dev.athanor.spark.job.JobRunner;
import dev.athanor.spark.job.Progress;
import dev.athanor.spark.job.RunOutcome;
import dev.athanor.spark.registry.DeltaModelRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings in processes of their own: killed, stopped, resumed, and with little memory. */
class TrainProcessIT extends JobSparkTest {
    private static final int EPOCHS = 10;

    @TempDir
    private Path folder;

    private Shells shells;

    @BeforeEach
    void open() {
        shells = new Shells(folder);
    }

    @AfterEach
    void endWhatStillRuns() {
        shells.close();
    }

    private Process train(String name, String javaOptions, String... more) throws IOException {
        return shells.athanor(
                name,
                javaOptions,
                Stream.concat(
                                Stream.of("train", "--json", "--master", "local[2]", "--warehouse"),
                                Stream.concat(Stream.of(warehouse().toString()), Stream.of(more)))
                        .toArray(String[]::new));
    }

    private static Path checkpoints(String run) {
        return warehouse().resolve("athanor/_runs").resolve(run).resolve("checkpoint");
    }

    private static Path checkpoint(String run, int epoch) {
        return checkpoints(run).resolve(String.format(java.util.Locale.ROOT, "checkpoint-%010d", epoch));
    }

    /** Epochs that the newest checkpoint holds. */
    private static int epochsDone(String run) throws IOException {
        try (Stream<Path> files = Files.list(checkpoints(run))) {
            return files.map(p -> p.getFileName().toString())
                    .filter(name -> name.startsWith("checkpoint-"))
                    .mapToInt(name -> Integer.parseInt(name.substring("checkpoint-".length())))
                    .max()
                    .orElse(0);
        }
    }

    /** Waits until an epoch is kept: its checkpoint is replaced by the next one's. */
    private void awaitEpoch(String run, int epoch, Process process, String name) throws Exception {
        for (int i = 0; i < 4800 && process.isAlive(); i++) {
            if (Files.isDirectory(checkpoints(run)) && epochsDone(run) >= epoch) {
                return;
            }
            Thread.sleep(25);
        }
        assertThat(checkpoint(run, epoch)).as(shells.err(name)).exists();
    }

    private static Row run(String id) {
        return platform("runs").where("run_id = '" + id + "'").first();
    }

    @Test
    void aTrainingThatIsKilledAndStoppedGoesOnFromItsLastCheckpoint() throws Exception {
        learnable("killed_view", 120_000);
        spark().sql("CREATE TABLE killed_rows USING delta AS SELECT x, y, colour, amount FROM killed_view");
        String id = "killed-1";
        String[] command = {
            "--table",
            "killed_rows",
            "--features",
            "x,y,colour",
            "--label",
            "amount",
            "--model",
            "killed",
            "--network",
            "mlp",
            "--epochs",
            Integer.toString(EPOCHS),
            "--batch-size",
            "32",
            "--run-id",
            id
        };
        Map<String, Object> params = Map.of(
                "table",
                "killed_rows",
                "features",
                List.of("x", "y", "colour"),
                "label",
                "amount",
                "model",
                "killed",
                "network",
                "mlp",
                "epochs",
                EPOCHS,
                "batch_size",
                32);

        Process first = train("first", "-Xmx1g", command);
        awaitEpoch(id, 2, first, "first");
        assertThatThrownBy(() -> JobRunner.run(new TrainJob(), params, id, spark(), Progress.NONE))
                .hasMessageContaining("Cannot start run " + id + ": it is running on ")
                .hasMessageContaining("process " + first.pid());
        first.destroyForcibly().waitFor();
        int killedAt = epochsDone(id);
        assertThat(killedAt).isBetween(2, EPOCHS - 3);
        assertThat(run(id).<String>getAs("status"))
                .as("nobody could say otherwise")
                .isEqualTo("running");
        assertThat(packagesOf("killed"))
                .as("what it wrote is not visible as a model")
                .isEmpty();

        Instant restarted = Instant.now();
        Process second = train("second", "-Xmx1g", command);
        awaitEpoch(id, killedAt + 1, second, "second");
        shells.interrupt(second);
        assertThat(JobJson.readTree(shells.out("second")).at("/status").asText())
                .isEqualTo("cancelled");
        assertThat(shells.err("second")).doesNotContain("\tat ").doesNotContain("Exception");
        assertThat(run(id).<String>getAs("status")).isEqualTo("cancelled");
        assertThat(run(id).<Integer>getAs("attempts")).isEqualTo(2);
        int stoppedAt = epochsDone(id);
        assertThat(stoppedAt).isBetween(killedAt + 1, EPOCHS - 1);

        RunOutcome<TrainReport> outcome = JobRunner.run(new TrainJob(), params, id, spark(), Progress.NONE);
        assertThat(outcome.repeated()).isFalse();
        TrainReport report = outcome.report();
        assertThat(report.history())
                .extracting(e -> e.epoch())
                .startsWith(1, 2, 3)
                .hasSize(report.epochsRun());
        assertThat(report.ref()).isEqualTo("killed@1");
        assertThat(report.r2()).isGreaterThan(0.9);
        assertThat(run(id).<Integer>getAs("attempts")).isEqualTo(3);
        List<Row> losses = platform("run_metrics")
                .where("run_id = '" + id + "' AND name = 'train_loss'")
                .orderBy("step")
                .select("step", "at")
                .collectAsList();
        assertThat(losses.stream().map(r -> r.getLong(0)).filter(step -> step <= stoppedAt))
                .as("an epoch that a checkpoint holds is not trained again")
                .doesNotHaveDuplicates();
        assertThat(losses).allSatisfy(row -> assertThat(row.getLong(0) <= killedAt + 1
                        || row.getTimestamp(1).toInstant().isAfter(restarted))
                .isTrue());
        assertThat(losses).extracting(r -> r.getLong(0)).contains((long) stoppedAt + 1);
        assertThat(checkpoints(id)).as("needed no more").doesNotExist();

        Instant finished = run(id).<java.sql.Timestamp>getAs("ended_at").toInstant();
        Process again = train("again", "-Xmx1g", command);
        shells.finish(again, "again", AthanorCommand.DONE);
        JsonNode repeated = JobJson.readTree(shells.out("again"));
        assertThat(repeated.at("/ref").asText()).isEqualTo("killed@1");
        assertThat(repeated.at("/training_seconds").asDouble()).isEqualTo(report.trainingSeconds());
        assertThat(run(id).<java.sql.Timestamp>getAs("ended_at").toInstant()).isEqualTo(finished);
        assertThat(packagesOf("killed")).hasSize(1);
        assertThat(DeltaModelRegistry.of(spark()).list().stream()
                        .filter(v -> v.name().equals("killed")))
                .hasSize(1);
    }

    /** Packages that have a manifest: what a registry would take. */
    private static List<String> packagesOf(String model) {
        return packages().stream()
                .filter(p -> p.startsWith(model + "-"))
                .filter(p -> Files.exists(
                        warehouse().resolve("athanor/packages").resolve(p).resolve("athanor.json")))
                .toList();
    }

    @Test
    void aTableTenTimesTheHeapTrains() throws Exception {
        int heapMiB = 512; // Spark refuses less than 450
        // 784 floats a row: encoded, ten times the heap.
        long rows = 10L * heapMiB * (1 << 20) / (784 * 4) + 1;
        assumeTrue(
                Files.getFileStore(folder).getUsableSpace() > 3L * 10 * heapMiB * (1 << 20),
                "not run: the rows take " + 10 * heapMiB + " MiB of disk, and not thrice that is free");
        spark().sql("CREATE TABLE patterns USING delta AS SELECT int(id) AS k, id % 2 = 0 AS even,"
                + " transform(sequence(0, 783), i -> float(sin(i * (id % 2 + 1)) + hash(id, i) % 100 / 50)) AS v"
                + " FROM range(1000)");
        spark().sql("CREATE VIEW ten_heaps AS SELECT v, even FROM range(0, " + rows + ", 1, 8) r"
                + " JOIN patterns p ON p.k = r.id % 1000");
        Process process = train(
                "large",
                "-Xmx" + heapMiB + "m",
                "--table",
                "ten_heaps",
                "--label",
                "even",
                "--model",
                "large",
                "--network",
                "linear",
                "--epochs",
                "2",
                "--batch-size",
                "1024",
                "--quiet");
        long peak = 0;
        while (process.isAlive()) {
            peak = Math.max(peak, peakKiB(process.pid()));
            if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        shells.finish(process, "large", AthanorCommand.DONE);
        JsonNode report = JobJson.readTree(shells.out("large"));
        assertThat(report.at("/rows").asLong()).isEqualTo(rows);
        assertThat(report.at("/accuracy").asDouble()).isGreaterThan(0.99);
        assertThat(report.at("/spilled_bytes").asLong())
                .as("the rows that do not fit into a third of the heap")
                .isGreaterThan(9L * heapMiB * (1 << 20));
        System.out.printf(
                "%,d rows, %,d MiB spilled, heap %d MiB, peak RSS %,d MiB, trained in %.1f s%n",
                rows,
                report.at("/spilled_bytes").asLong() >> 20,
                heapMiB,
                peak >> 10,
                report.at("/training_seconds").asDouble());
        // Beside the heap: classes, compiled code, threads, buffers.
        assertThat(peak).as("peak RSS, KiB").isBetween(1L, (heapMiB + 700L) * 1024);
    }

    /** The most memory that a process ever had resident; 0 where the system does not tell. */
    private static long peakKiB(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0; // it ended, or this is no Linux
        }
    }
}
