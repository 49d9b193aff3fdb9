package dev.athanor.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.engine.AthanorException;
import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.spark.conf.AthanorConf;
import dev.athanor.spark.job.JobJson;
import dev.athanor.spark.registry.DeltaModelRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full, and warehouses that cannot be written to: real ones, where this user may mount them. */
class DiskIT extends JobSparkTest {
    private static final String VIEW = "disk_rows";
    private static final String[] TRAIN = {
        "train", "--table", VIEW, "--features", "x,y,colour", "--label", "kind", "--epochs", "2", "--json", "--quiet"
    };

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeAll
    static void rows() {
        learnable(VIEW, 400);
    }

    /** A folder that is a file system of its own for a while. */
    private record Mount(Path path) implements AutoCloseable {
        static Mount small(Path path, int mebibytes) throws IOException {
            return of(path, "mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", path.toString());
        }

        static Mount readOnly(Path path) throws IOException {
            Mount mount = of(path, "mount", "--bind", path.toString(), path.toString());
            run("mount", "-o", "remount,ro,bind", path.toString());
            return mount;
        }

        private static Mount of(Path path, String... command) throws IOException {
            assumeTrue(Files.isExecutable(Path.of("/bin/mount")), "not run: this system has no /bin/mount");
            Files.createDirectories(path);
            String refused = run(command);
            assumeTrue(refused == null, "not run: mounting needs root: " + refused);
            return new Mount(path);
        }

        /** What a command that failed said, or null. */
        private static String run(String... command) throws IOException {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.onExit().join().exitValue() == 0 ? null : said;
        }

        @Override
        public void close() throws IOException {
            assertThat(run("umount", "-l", path.toString())).isNull();
        }
    }

    /** A session as of an application that started with this warehouse, until {@link #startedWithItsOwn}. */
    private static SparkSession session(Path warehouse) {
        spark().sparkContext().conf().set(AthanorConf.WAREHOUSE.name(), warehouse.toString());
        SparkSession session = spark().newSession();
        session.conf().set(AthanorConf.WAREHOUSE.name(), warehouse.toString());
        spark().table(VIEW).createOrReplaceGlobalTempView(VIEW);
        session.table("global_temp." + VIEW).createOrReplaceTempView(VIEW);
        return session;
    }

    @AfterEach
    void startedWithItsOwn() {
        spark().sparkContext()
                .conf()
                .set(AthanorConf.WAREHOUSE.name(), spark().conf().get(AthanorConf.WAREHOUSE.name()));
    }

    private JsonNode run(int code, SparkSession session, String... command) throws IOException {
        out.reset();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int ended = new AthanorCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        (name, globals) -> session)
                .run(command);
        assertThat(ended).as(err.toString(StandardCharsets.UTF_8)).isEqualTo(code);
        String printed = out.toString(StandardCharsets.UTF_8);
        assertThat(printed).hasLineCount(1);
        return JobJson.readTree(printed);
    }

    private static String[] with(String[] command, String... more) {
        return Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new);
    }

    private static void noSpace(JsonNode answer) {
        assertThat(answer.at("/error/reason").asText()).as("%s", answer).contains("no space is left");
        assertThat(answer.at("/error/remedy").asText()).contains("Free some");
    }

    private static List<String> names(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aFullWarehouseFailsTheTrainingAndKeepsNothingOfIt() throws Exception {
        try (Mount disk = Mount.small(folder.resolve("full"), 4)) {
            SparkSession session = session(disk.path());
            assertThat(run(AthanorCommand.DONE, session, with(TRAIN, "--model", "fits"))
                            .at("/ref")
                            .asText())
                    .isEqualTo("fits@1");
            spark().range(0, 3000)
                    .selectExpr("concat('word', id, ' and ', id * 7919 % 3001, ' more') AS text", "id % 2 AS label")
                    .createOrReplaceGlobalTempView("disk_texts");
            JsonNode answer = run(
                    AthanorCommand.FAILED,
                    session,
                    "train",
                    "--table",
                    "global_temp.disk_texts",
                    "--label",
                    "label",
                    "--model",
                    "large",
                    "--network",
                    "text",
                    "--run-id",
                    "full-1",
                    "--json",
                    "--quiet");
            noSpace(answer);
            assertThat(run(AthanorCommand.DONE, session, "runs", "show", "full-1", "--json")
                            .at("/status")
                            .asText())
                    .isEqualTo("failed");
            assertThat(DeltaModelRegistry.of(session).list())
                    .extracting(v -> v.ref())
                    .containsExactly("fits@1");
            assertThat(names(disk.path().resolve("athanor/packages"))).hasSize(1);
            assertThat(run(AthanorCommand.DONE, session, "evaluate", "--model", "fits", "--table", VIEW, "--json")
                            .at("/rows")
                            .asLong())
                    .as("what was there works as before")
                    .isEqualTo(400);
        }
    }

    @Test
    void aFullOutputKeepsNoPartOfTheRows() throws Exception {
        run(AthanorCommand.DONE, spark(), with(TRAIN, "--model", "disk"));
        learnable("disk_many", 200_000);
        for (String name : List.of("out.parquet", "out.delta", "out.csv", "out.json")) {
            try (Mount disk = Mount.small(folder.resolve("small"), 1)) {
                String id = "full-" + name;
                JsonNode answer = run(
                        AthanorCommand.FAILED,
                        spark(),
                        "infer",
                        "--model",
                        "disk",
                        "--table",
                        "disk_many",
                        "--output",
                        disk.path().resolve(name).toString(),
                        "--run-id",
                        id,
                        "--json",
                        "--quiet");
                noSpace(answer);
                assertThat(names(disk.path())).as(name).isEmpty();
                assertThat(run(AthanorCommand.DONE, spark(), "runs", "show", id, "--json")
                                .at("/status")
                                .asText())
                        .isEqualTo("failed");
            }
        }
    }

    @Test
    void aFullDiskForSpilledRowsIsNamed() throws Exception {
        try (Mount disk = Mount.small(folder.resolve("spill"), 2);
                Shells shells = new Shells(folder)) {
            spark().sql("CREATE TABLE disk_wide USING delta AS SELECT id % 2 = 0 AS even,"
                    + " transform(sequence(0, 399), i -> float(sin(i * (id % 2 + 1)))) AS v FROM range(4000)");
            Process process = shells.athanor(
                    "spill",
                    "-Xmx1g",
                    "train",
                    "--table",
                    "disk_wide",
                    "--label",
                    "even",
                    "--model",
                    "spill",
                    "--run-id",
                    "full-spill",
                    "--warehouse",
                    warehouse().toString(),
                    "--conf",
                    "spark.local.dir=" + disk.path(),
                    "--conf",
                    "spark.athanor.train.memory=100KiB",
                    "--json",
                    "--quiet");
            shells.finish(process, "spill", AthanorCommand.FAILED);
            assertThat(shells.out("spill")).hasLineCount(1);
            JsonNode error = JobJson.readTree(shells.out("spill")).at("/error");
            assertThat(error.at("/problem").asText()).startsWith("Cannot spill training rows to ");
            assertThat(error.at("/reason").asText()).contains("No space left on device");
            assertThat(error.at("/remedy").asText()).contains("Free space there");
            assertThat(platform("runs").where("run_id = 'full-spill'").first().<String>getAs("status"))
                    .isEqualTo("failed");
            assertThat(names(disk.path())).noneMatch(name -> name.startsWith("athanor-train-"));
        }
    }

    @Test
    void aTableInADatabaseThatCannotBeWrittenToIsNamed() throws Exception {
        Path database = Files.createDirectories(warehouse().resolve("frozen"));
        try (Mount fixed = Mount.readOnly(database)) {
            for (String statement :
                    List.of("CREATE TABLE frozen.t (x INT)", "CREATE TABLE frozen.t AS SELECT 1 AS x")) {
                assertThatThrownBy(() -> sql(statement))
                        .as(statement)
                        .isInstanceOf(AthanorException.class)
                        .hasMessageContaining("Cannot write table frozen.t in the warehouse");
            }
            assertThat(names(fixed.path())).isEmpty();
        }
    }

    @Test
    void aWarehouseThatCannotBeWrittenToIsSaidSoAtOnce() throws Exception {
        Path warehouse = Files.createDirectories(folder.resolve("fixed"));
        SparkSession session = session(warehouse);
        run(AthanorCommand.DONE, session, with(TRAIN, "--model", "fixed"));
        List<String> packages = names(warehouse.resolve("athanor/packages"));
        try (Mount fixed = Mount.readOnly(warehouse)) {
            for (String[] command : List.of(
                    with(TRAIN, "--model", "fixed"),
                    new String[] {"evaluate", "--model", "fixed", "--table", VIEW, "--json"},
                    new String[] {"models", "promote", "fixed", "--alias", "champion", "--json"},
                    new String[] {"models", "delete", "fixed@1", "--json"})) {
                JsonNode answer = run(AthanorCommand.FAILED, session, command);
                assertThat(answer.at("/error/reason").asText()).as("%s", answer).startsWith("no permission to write (");
                assertThat(answer.at("/error/remedy").asText()).contains("--warehouse");
            }
            assertThat(run(AthanorCommand.DONE, session, "models", "list", "--json")
                            .at("/models")
                            .size())
                    .as("reading still works in %s", fixed.path())
                    .isEqualTo(1);
        }
        assertThat(names(warehouse.resolve("athanor/packages"))).isEqualTo(packages);
        assertThat(run(AthanorCommand.DONE, session, "models", "show", "fixed@1", "--json")
                        .at("/version")
                        .asInt())
                .isEqualTo(1);
    }
}
