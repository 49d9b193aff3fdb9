package dev.athanor.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.spark.SparkTestSession;
import dev.athanor.spark.job.JobJson;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a user starts it: processes of their own. */
class LauncherIT extends SparkTestSession {
    private static final Path LAUNCHER = launcher();

    @TempDir
    private Path folder;

    private static Path launcher() {
        Path up = Path.of("").toAbsolutePath();
        while (!Files.exists(up.resolve("athanor"))) {
            up = up.getParent();
        }
        return up.resolve("athanor");
    }

    private Process start(String name, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Files.createDirectories(folder.resolve("a folder")).toFile())
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .redirectError(folder.resolve(name + ".err").toFile());
        builder.environment().put("ATHANOR_NO_BUILD", "1");
        builder.environment().put("ATHANOR_JAVA_OPTS", "-Xmx1g");
        builder.environment().remove("SPARK_HOME");
        return builder.start();
    }

    private String read(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private void finish(Process process, String name, int code) throws Exception {
        assertThat(process.waitFor(180, TimeUnit.SECONDS)).as(name + " ended").isTrue();
        assertThat(process.exitValue()).as(read(name + ".err")).isEqualTo(code);
    }

    @Test
    void twoShellsShareOneWarehouse() throws Exception {
        List<Process> shells = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            String name = "shell" + i;
            String statements = "create table if not exists notes (shell int, n int) using delta;"
                    + "insert into notes values (" + i + ", 1); insert into notes values (" + i + ", 2);"
                    + "insert into notes values (" + i + ", 3)";
            shells.add(start(name, List.of(LAUNCHER.toString(), "--json", "sql", "-e", statements)));
        }
        for (int i = 0; i < 2; i++) {
            finish(shells.get(i), "shell" + i, AthanorCommand.DONE);
            assertThat(JobJson.readTree(read("shell" + i + ".out"))
                            .at("/statements")
                            .size())
                    .isEqualTo(4);
        }
        Process reader =
                start("reader", List.of(LAUNCHER.toString(), "sql", "--json", "-e", "select count(*) as n from notes"));
        finish(reader, "reader", AthanorCommand.DONE);
        JsonNode rows = JobJson.readTree(read("reader.out")).at("/statements/0/rows/0");
        assertThat(rows.at("/n").asInt())
                .as("no insert of either shell is lost")
                .isEqualTo(6);
        assertThat(read("reader.out")).hasLineCount(1);
        assertThat(folder.resolve("a folder/athanor-warehouse")).isDirectory();
    }

    @Test
    void wrongUsageEndsWithTwo() throws Exception {
        Process process = start("usage", List.of(LAUNCHER.toString(), "sql", "--nonsense"));
        finish(process, "usage", AthanorCommand.USAGE);
        assertThat(read("usage.err")).contains("there is no option '--nonsense'");
        assertThat(read("usage.out")).isEmpty();
    }

    @Test
    void controlCRecordsTheRunAsCancelled() throws Exception {
        Path warehouse = folder.resolve("w");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(a -> a.startsWith("--add") || a.startsWith("-Djdk.reflect"))
                .toList());
        command.addAll(List.of(
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                CancelledRun.class.getName(),
                warehouse.toString()));
        Process process = start("endless", command);
        for (int i = 0; i < 1200 && !Files.exists(warehouse.resolve("started")) && process.isAlive(); i++) {
            Thread.sleep(100);
        }
        assertThat(warehouse.resolve("started")).as(read("endless.err")).exists();
        Thread.sleep(500);
        // A build in the background ignores SIGINT, and so do its children: there SIGTERM takes the same way.
        boolean ignored = ignoresInterrupts(process.pid());
        new ProcessBuilder("kill", ignored ? "-TERM" : "-INT", Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(process.waitFor(30, TimeUnit.SECONDS))
                .as("ended within 30 s")
                .isTrue();
        assertThat(process.exitValue()).as("128 + the signal").isEqualTo(ignored ? 143 : 130);
        List<Row> rows = spark().read()
                .format("delta")
                .load(warehouse + "/athanor/runs")
                .select("run_id", "status", "ended_at")
                .collectAsList();
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).getString(0)).isEqualTo("endless-1");
        assertThat(rows.get(0).getString(1)).as(read("endless.err")).isEqualTo("cancelled");
        assertThat(rows.get(0).isNullAt(2)).isFalse();
        assertThat(spark().read()
                        .format("delta")
                        .load(warehouse + "/athanor/run_metrics")
                        .count())
                .as("what was measured before the end is kept")
                .isEqualTo(1);
    }

    private static boolean ignoresInterrupts(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.exists(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }
}
