package dev.athanor.pipelines.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.spark.job.JobRunner;
import dev.athanor.spark.job.Progress;
import dev.athanor.spark.registry.DeltaModelRegistry;
import dev.athanor.spark.registry.ModelRef;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one command gives when it is run again, and what a run goes on with after it was stopped. */
class TrainReplaySparkTest extends JobSparkTest {
    /** A folder of several Parquet files of different sizes, of several row groups each. */
    private static String files(String name, Path folder) {
        String view = learnable(name, 12_000);
        for (int i = 0; i < 5; i++) {
            spark().table(view)
                    .where("id % 15 >= " + (i * (i + 1) / 2) + " AND id % 15 < " + ((i + 1) * (i + 2) / 2))
                    .coalesce(1)
                    .write()
                    .mode(SaveMode.Append)
                    .option("parquet.block.size", "8192")
                    .parquet(folder.resolve("rows").toString());
        }
        return folder.resolve("rows").toString();
    }

    private byte[] weights(String input, String model) throws Exception {
        TrainReport report = run(
                new TrainJob(),
                "input",
                input,
                "features",
                List.of("x", "y", "colour"),
                "label",
                "kind",
                "model",
                model,
                "epochs",
                2);
        assertThat(report.rows()).isEqualTo(12_000);
        String location = DeltaModelRegistry.of(spark())
                .resolve(ModelRef.parse(report.ref()))
                .location();
        return Files.readAllBytes(Path.of(URI.create(location)).resolve("model.safetensors"));
    }

    @Test
    void severalFilesGiveTheSameBitsAgain(@TempDir Path folder) throws Exception {
        String input = files("replayed_view", folder);
        assertThat(weights(input, "replayed")).isEqualTo(weights(input, "replayed"));
    }

    @Test
    void severalFilesGiveTheSameBitsOnAnotherNumberOfCores(@TempDir Path folder) throws Exception {
        String input = files("cores_view", folder);
        // Spark cuts files by the number of cores; this setting stands in for it. The files here are small, so that the
        // least size of a part must be smaller.
        Map<String, String> settings = new HashMap<>(Map.of("spark.sql.files.openCostInBytes", "1024"));
        List<byte[]> weights = new ArrayList<>();
        List<Integer> partitions = new ArrayList<>();
        for (String cores : List.of("1", "7")) {
            settings.put("spark.sql.leafNodeDefaultParallelism", cores);
            settings.forEach(spark().conf()::set);
            try {
                partitions.add(spark().read().parquet(input).javaRDD().getNumPartitions());
                weights.add(weights(input, "cores"));
            } finally {
                settings.keySet().forEach(spark().conf()::unset);
            }
        }
        assertThat(partitions.get(1)).isGreaterThan(partitions.get(0));
        assertThat(weights.get(1)).isEqualTo(weights.get(0));
    }

    /** Stops its run once a checkpoint is there, and keeps what was said. */
    private static final class Stopper implements Progress {
        private final String run;
        private final List<String> said = new ArrayList<>();

        Stopper(String run) {
            this.run = run;
        }

        @Override
        public void phase(String name) {}

        @Override
        public void update(double share, String detail) {
            if (run != null
                    && Files.exists(
                            warehouse().resolve("athanor/_runs/" + run + "/checkpoint/checkpoint-0000000001"))) {
                JobRunner.cancel(run);
            }
        }

        @Override
        public void message(String line) {
            said.add(line);
        }
    }

    private static Map<String, Object> long10(String source, String name) {
        return Map.of(
                source,
                name,
                "features",
                List.of("x", "y", "colour"),
                "label",
                "amount",
                "model",
                "grown",
                "network",
                "mlp",
                "epochs",
                12,
                "batch_size",
                16);
    }

    @Test
    void aTableThatGrewIsResumedAsItWas() {
        learnable("grown_view", 6000);
        spark().sql("CREATE TABLE grown_rows AS SELECT x, y, colour, amount FROM grown_view");
        Map<String, Object> params = long10("table", "grown_rows");
        TrainReport whole = JobRunner.run(new TrainJob(), params, "grown-0", spark(), Progress.NONE)
                .report();

        assertThatThrownBy(() -> JobRunner.run(new TrainJob(), params, "grown-1", spark(), new Stopper("grown-1")))
                .isInstanceOf(CancellationException.class);
        spark().sql("INSERT INTO grown_rows SELECT x, y, colour, amount FROM grown_view");
        Stopper watch = new Stopper(null);
        TrainReport resumed =
                JobRunner.run(new TrainJob(), params, "grown-1", spark(), watch).report();

        assertThat(watch.said)
                .contains("run grown-1 goes on with version 0 of grown_rows, on which it started; the newest is 1");
        assertThat(resumed.rows()).isEqualTo(6000);
        assertThat(resumed.lineage().sourceVersion()).isZero();
        assertThat(resumed.lineage().query())
                .isEqualTo("SELECT x, y, colour, amount FROM grown_rows WITH ('versionAsOf' = '0')");
        assertThat(resumed.rmse()).isEqualTo(whole.rmse());
        assertThat(resumed.history())
                .extracting(e -> e.trainLoss())
                .isEqualTo(whole.history().stream().map(e -> e.trainLoss()).toList());
        assertThat(JobRunner.run(new TrainJob(), params, "grown-2", spark(), Progress.NONE)
                        .report()
                        .rows())
                .as("a new run reads the table of today")
                .isEqualTo(12_000);
    }

    @Test
    void filesThatGrewAreRefused(@TempDir Path folder) {
        String input = folder.resolve("rows").toString();
        spark().table(learnable("grown_files_view", 6000)).write().parquet(input);
        Map<String, Object> params = long10("input", input);
        assertThatThrownBy(
                        () -> JobRunner.run(new TrainJob(), params, "grown-files", spark(), new Stopper("grown-files")))
                .isInstanceOf(CancellationException.class);
        spark().table("grown_files_view")
                .limit(10)
                .write()
                .mode(SaveMode.Append)
                .parquet(input);
        assertThatThrownBy(() -> JobRunner.run(new TrainJob(), params, "grown-files", spark(), Progress.NONE))
                .isInstanceOf(AthanorException.class)
                .hasMessage(
                        "Cannot resume run grown-files: " + input + " had 6000 rows with a label when the run started"
                                + " and has 6010 now, and it keeps no versions to go back to. Restore the rows of then, or use"
                                + " another --run-id to train from the start.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "json", "parquet"})
    void filesThatChangedButKeptTheirRowsAreRefused(String format, @TempDir Path folder) throws Exception {
        String input = folder.resolve("rows." + format).toString();
        spark().table(learnable("changed_files_view", 6000))
                .coalesce(1)
                .write()
                .format(format)
                .option("header", true)
                .save(input);
        Map<String, Object> params = long10("input", input);
        String run = "changed-" + format;
        assertThatThrownBy(() -> JobRunner.run(new TrainJob(), params, run, spark(), new Stopper(run)))
                .isInstanceOf(CancellationException.class);
        Path file;
        try (Stream<Path> files = Files.list(Path.of(input))) {
            file = files.filter(f -> f.toString().endsWith("." + format))
                    .findFirst()
                    .orElseThrow();
        }
        FileTime then = Files.getLastModifiedTime(file);
        FileTime now = FileTime.from(then.toInstant().plusSeconds(3));
        Files.setLastModifiedTime(file, now);
        assertThatThrownBy(() -> JobRunner.run(new TrainJob(), params, run, spark(), Progress.NONE))
                .isInstanceOf(AthanorException.class)
                .hasMessage(String.format(
                        Locale.ROOT,
                        "Cannot resume run %1$s: the files of %2$s are not those that the run started on: then 1 file"
                                + " of %3$,d bytes, changed at %4$s, now 1 file of %3$,d bytes, changed at %5$s. Restore"
                                + " the files of then with their times, or use another --run-id to train from the start.",
                        run,
                        input,
                        Files.size(file),
                        Instant.ofEpochMilli(then.toMillis()),
                        Instant.ofEpochMilli(now.toMillis())));
        Files.setLastModifiedTime(file, then);
        assertThat(JobRunner.run(new TrainJob(), params, run, spark(), Progress.NONE)
                        .report()
                        .rows())
                .isEqualTo(6000);
    }
}
