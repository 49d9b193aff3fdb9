package dev.athanor.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.spark.SparkTestSession;
import dev.athanor.spark.job.JobJson;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a user starts it: processes of their own. */
class LauncherIT extends SparkTestSession {
    private static final String HEAP = "-Xmx1g";

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

    @Test
    void twoShellsShareOneWarehouse() throws Exception {
        List<Process> both = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            String name = "shell" + i;
            String statements = "create table if not exists notes (shell int, n int) using delta;"
                    + "insert into notes values (" + i + ", 1); insert into notes values (" + i + ", 2);"
                    + "insert into notes values (" + i + ", 3)";
            both.add(shells.athanor(name, HEAP, "--json", "sql", "-e", statements));
        }
        for (int i = 0; i < 2; i++) {
            shells.finish(both.get(i), "shell" + i, AthanorCommand.DONE);
            assertThat(JobJson.readTree(shells.out("shell" + i))
                            .at("/statements")
                            .size())
                    .isEqualTo(4);
        }
        Process reader = shells.athanor("reader", HEAP, "sql", "--json", "-e", "select count(*) as n from notes");
        shells.finish(reader, "reader", AthanorCommand.DONE);
        JsonNode rows = JobJson.readTree(shells.out("reader")).at("/statements/0/rows/0");
        assertThat(rows.at("/n").asInt())
                .as("no insert of either shell is lost")
                .isEqualTo(6);
        assertThat(shells.out("reader")).hasLineCount(1);
        assertThat(folder.resolve("a folder/athanor-warehouse")).isDirectory();
    }

    @Test
    void wrongUsageEndsWithTwo() throws Exception {
        Process process = shells.athanor("usage", HEAP, "sql", "--nonsense");
        shells.finish(process, "usage", AthanorCommand.USAGE);
        assertThat(shells.err("usage")).contains("there is no option '--nonsense'");
        assertThat(shells.out("usage")).isEmpty();
    }

    @Test
    void aStatementThatIsStoppedPrintsNoStackTrace() throws Exception {
        Path warehouse = folder.resolve("w");
        Process process = shells.athanor(
                "stopped",
                HEAP,
                "sql",
                "--json",
                "--warehouse",
                warehouse.toString(),
                "-e",
                "create table begun using delta as select 1 as x;"
                        + "select sum(hash(id)) as s from range(0, 1000000000000, 1, 2)");
        shells.await(warehouse.resolve("default/begun/_delta_log/00000000000000000000.json"), process, "stopped");
        Thread.sleep(3000);
        shells.interrupt(process);
        assertThat(shells.err("stopped"))
                .contains("Cannot finish: the command was cancelled.")
                .doesNotContain("--run-id")
                .doesNotContain("\tat ")
                .doesNotContain("Exception");
        assertThat(JobJson.readTree(shells.out("stopped")).at("/status").asText())
                .isEqualTo("cancelled");
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
        Process process = shells.start("endless", "", command);
        shells.await(warehouse.resolve("started"), process, "endless");
        Thread.sleep(500);
        shells.interrupt(process);
        List<Row> rows = spark().read()
                .format("delta")
                .load(warehouse + "/athanor/runs")
                .select("run_id", "status", "ended_at")
                .collectAsList();
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).getString(0)).isEqualTo("endless-1");
        assertThat(rows.get(0).getString(1)).as(shells.err("endless")).isEqualTo("cancelled");
        assertThat(rows.get(0).isNullAt(2)).isFalse();
        assertThat(spark().read()
                        .format("delta")
                        .load(warehouse + "/athanor/run_metrics")
                        .count())
                .as("what was measured before the end is kept")
                .isEqualTo(1);
    }
}
