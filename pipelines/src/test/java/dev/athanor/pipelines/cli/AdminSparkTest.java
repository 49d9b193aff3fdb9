package dev.athanor.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.pipelines.admin.SqlJob;
import dev.athanor.spark.SparkTestSession;
import dev.athanor.spark.job.JobJson;
import dev.athanor.spark.job.JobRunner;
import dev.athanor.spark.job.Progress;
import dev.athanor.spark.registry.DeltaModelRegistry;
import dev.athanor.spark.registry.ModelRegistry;
import dev.athanor.spark.registry.TestPackages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The asking and administering commands, in one session. */
class AdminSparkTest extends SparkTestSession {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        out.reset();
        err.reset();
        return new AthanorCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        (name, globals) -> spark())
                .run(args);
    }

    private JsonNode json(String... args) throws IOException {
        assertThat(run(args)).as(err.toString(StandardCharsets.UTF_8)).isEqualTo(AthanorCommand.DONE);
        assertThat(out()).hasLineCount(1);
        return JobJson.readTree(out());
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void sqlSaysWhichOfSeveralStatementsRuns() {
        List<String> said = new ArrayList<>();
        Progress watch = new Progress() {
            @Override
            public void phase(String name) {
                said.add(name);
            }

            @Override
            public void update(double done, String detail) {
                said.add(detail);
            }

            @Override
            public void message(String line) {
                said.add(line);
            }
        };
        JobRunner.run(new SqlJob(), Map.of("text", "select 1 as a; select\n 2 as b"), null, spark(), watch);
        assertThat(said).containsExactly("statement 1 of 2", "select 1 as a", "statement 2 of 2", "select 2 as b");
        said.clear();
        JobRunner.run(new SqlJob(), Map.of("text", "select 1 as a"), null, spark(), watch);
        assertThat(said).isEmpty();
    }

    @Test
    void sqlPrintsEveryStatement() {
        assertThat(run(
                        "sql",
                        "-e",
                        "create or replace temp view v as select * from values (1, 'a;b'), (2, null) t(id, name);"
                                + "select * from v order by id"))
                .isEqualTo(AthanorCommand.DONE);
        assertThat(out()).contains("id  name\n──  ────\n 1  a;b\n 2  NULL\n2 rows, ");
    }

    @Test
    void sqlPrintsPlansAsTheyAreAndCellsWhole() {
        assertThat(run("sql", "-e", "explain select id + 1 as n from range(3) where id > 1"))
                .isEqualTo(AthanorCommand.DONE);
        assertThat(out().lines().toList())
                .startsWith("== Physical Plan ==")
                .anyMatch(line -> line.contains("Project [(id#"))
                .anyMatch(line -> line.contains("Range (0, 3"));
        assertThat(run("sql", "-e", "select repeat('ab', 100) as long, 1 as n")).isEqualTo(AthanorCommand.DONE);
        assertThat(out()).contains("ab".repeat(100) + "  1");
    }

    @Test
    void aRunIdIsForWhatIsRecorded() throws Exception {
        assertThat(run("sql", "--run-id", "mine", "-e", "select 1")).isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains("Cannot give a run id to sql: it is not recorded as a run");
        try (ModelRegistry.Draft draft = DeltaModelRegistry.of(spark()).draft("cli_run")) {
            TestPackages.fill(draft.files(), "weights");
            draft.register("run-cli-run");
        }
        assertThat(json("--json", "--run-id", "promote-mine", "models", "promote", "cli_run")
                        .at("/run_id")
                        .asText())
                .isEqualTo("promote-mine");
        assertThat(json("--json", "runs", "show", "promote-mine").at("/status").asText())
                .isEqualTo("finished");
        run("models", "delete", "cli_run", "--all", "--force");
    }

    @Test
    void sqlAsJsonKeepsTypesAndNesting() throws Exception {
        JsonNode tree = json(
                "--json",
                "sql",
                "-e",
                "select 1 as a, 2 as a, array(1, 2) as l, named_struct('x', map('k', 1.5D)) as s, null as n");
        assertThat(tree.at("/statements/0/rows/0").toString())
                .isEqualTo("{\"a\":1,\"a_2\":2,\"l\":[1,2],\"s\":{\"x\":{\"k\":1.5}},\"n\":null}");
        JsonNode twice = json("--json", "sql", "-e", "select 1 as a, 'x' as a");
        assertThat(twice.at("/statements/0/columns").toString())
                .isEqualTo("[{\"name\":\"a\",\"type\":\"INT\"},{\"name\":\"a_2\",\"type\":\"STRING\"}]");
        JsonNode many = json("sql", "--json", "--max-rows", "2", "-e", "select id from range(10)");
        assertThat(many.at("/statements/0/rows").size()).isEqualTo(2);
        assertThat(many.at("/statements/0/truncated").asBoolean()).isTrue();
    }

    @Test
    void sqlErrorsSayWhichStatement(@TempDir Path folder) throws Exception {
        assertThat(run("sql", "-e", "select 1; select no_such from range(2)")).isEqualTo(AthanorCommand.FAILED);
        assertThat(err())
                .startsWith(
                        "athanor: Cannot run \"select no_such from range(2)\", statement 2 of 2: [UNRESOLVED_COLUMN");
        assertThat(out()).contains("1\n1 row, ");
        assertThat(run("--json", "sql", "-e", "select 7 as a; select no_such from range(2)"))
                .isEqualTo(AthanorCommand.FAILED);
        assertThat(out()).hasLineCount(1);
        JsonNode stopped = JobJson.readTree(out());
        assertThat(stopped.at("/finished/0/rows/0/a").asInt()).isEqualTo(7);
        assertThat(stopped.at("/error/problem").asText()).endsWith("statement 2 of 2");
        assertThat(run("sql")).isEqualTo(AthanorCommand.USAGE);
        assertThat(err().lines())
                .containsExactly(
                        "athanor: Cannot run SQL: no statement is given.", "Write -e \"SELECT 1\" or -f FILE.");
        assertThat(run("sql", "-f", folder + "/none.sql")).isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains("there is no such file");
        assertThat(run("sql", "-e", " ")).isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains("the statement is empty");
        assertThat(run("runs", "list", "--limit", "0")).isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains("the limit is 0");
        Path file = Files.writeString(folder.resolve("a.sql"), "-- two\nselect 'x' as y;\nselect 2;\n");
        assertThat(run("sql", "-f", file.toString())).isEqualTo(AthanorCommand.DONE);
        assertThat(out()).contains("x\n1 row, ").contains("2\n1 row, ");
    }

    @Test
    void modelsAreListedShownPromotedAndDeleted() throws Exception {
        ModelRegistry registry = DeltaModelRegistry.of(spark());
        for (int i = 1; i <= 2; i++) {
            try (ModelRegistry.Draft draft = registry.draft("cli")) {
                TestPackages.fill(draft.files(), "weights " + i);
                draft.register("run-" + i);
            }
        }
        assertThat(run("models", "list", "--name", "cli")).isEqualTo(AthanorCommand.DONE);
        assertThat(out().lines().skip(2)).hasSize(2).first().asString().startsWith("cli          2  ");
        assertThat(json("--json", "models", "promote", "cli@1", "--alias", "champion")
                        .at("/aliases/0")
                        .asText())
                .isEqualTo("champion");
        JsonNode shown = json("models", "show", "cli@champion", "--json");
        assertThat(shown.at("/version").asInt()).isEqualTo(1);
        assertThat(shown.at("/metrics/accuracy").asDouble()).isEqualTo(0.5);
        assertThat(run("models", "promote", "cli", "--model-version", "9")).isEqualTo(AthanorCommand.FAILED);
        assertThat(err()).contains("it has no version 9.\nIts versions are 1, 2.");
        assertThat(run("models", "delete", "cli")).isEqualTo(AthanorCommand.FAILED);
        assertThat(err()).contains("the name alone means all its versions");
        assertThat(run("models", "show", "../../etc")).isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains("Cannot use '../../etc' as a model name");
        for (String ref : new String[] {"cli@1", "cli@champion"}) {
            assertThat(run("models", "delete", ref)).isEqualTo(AthanorCommand.FAILED);
            assertThat(err())
                    .contains(
                            "Cannot delete model " + ref + ": cli@champion points to it, and who uses this alias would"
                                    + " find no model.\nPromote another version first, or add --force (in SQL: force => true).");
        }
        assertThatThrownBy(() -> spark().sql("CALL athanor.delete_model(model => 'cli@1')"))
                .hasMessageContaining("cli@champion points to it");
        assertThat(run("models", "delete", "cli", "--all")).isEqualTo(AthanorCommand.FAILED);
        JsonNode deleted = json("models", "delete", "cli@1", "--force", "--json");
        assertThat(deleted.at("/deleted/0").asText()).isEqualTo("cli@1");
        assertThat(deleted.at("/aliases/0").asText()).isEqualTo("cli@champion");
        json("models", "promote", "cli@2", "--alias", "stable", "--json");
        assertThat(run("models", "show", "cli@champion", "--json")).isEqualTo(AthanorCommand.FAILED);
        assertThat(JobJson.readTree(out()).at("/error/reason").asText()).isEqualTo("it has no alias 'champion'");
        Row gone = spark().sql("CALL athanor.delete_model(model => 'cli', all => true, force => true)")
                .first();
        assertThat(gone.getList(gone.fieldIndex("deleted"))).isEqualTo(List.of("cli@2"));
        assertThat(gone.getList(gone.fieldIndex("aliases"))).isEqualTo(List.of("cli@stable"));
    }

    @Test
    void runsAreListedAndShown() throws Exception {
        assertThat(run("runs", "list")).isEqualTo(AthanorCommand.DONE);
        assertThat(run("runs", "show", "no-such-run")).isEqualTo(AthanorCommand.FAILED);
        assertThat(err()).contains("Cannot find run 'no-such-run': there is no such run in file:");
    }
}
