package dev.athanor.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.spark.job.JobJson;
import dev.athanor.spark.job.JobSignature;
import dev.athanor.spark.job.Jobs;
import dev.athanor.spark.job.RunCancelled;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** The command line without a session. */
class AthanorCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        out.reset();
        err.reset();
        return new AthanorCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        (name, globals) -> {
                            throw new AssertionError("Spark must not start");
                        })
                .run(args);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void wrongUsageIsAnsweredWithTheNearestName() {
        assertThat(run("sqll", "-e", "select 1")).isEqualTo(AthanorCommand.USAGE);
        assertThat(err().lines())
                .containsExactly(
                        "athanor: Cannot run this command: there is no command 'sqll'.",
                        "Write 'sql' if you meant that; 'athanor --help' lists all.");
        assertThat(run("sql", "--max-row", "3")).isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains("there is no option '--max-row'.\nWrite '--max-rows' if you meant that; ");
        assertThat(run("sql", "--max-rows", "many", "-e", "x")).isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains("Cannot run sql: --max-rows takes a whole number, not 'many'.");
        assertThat(run("sql", "--max-rows")).isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains("--max-rows needs a value");
        assertThat(run("models", "show")).isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains("Cannot run models-show: MODEL (in SQL: model) is missing.");
        assertThat(run("models", "show", "a", "b")).isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains("there is an argument too many, 'b'");
        assertThat(run("runs", "list", "--status", "finnished")).isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains("Write 'finished' if you meant that; it is one of running, finished, failed");
        assertThat(run()).isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains("a command is missing after 'athanor'");
        assertThat(run("models")).isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains("Write one of delete, list, promote, show");
    }

    @Test
    void ofACancelledRunTheAnswerNamesTheIdToGoOnWith() throws Exception {
        assertThat(cancelled(new RunCancelled("train-1", null), "--quiet"))
                .containsExactly(
                        "athanor: Cannot finish: run train-1 was cancelled.",
                        "Run it again with --run-id train-1 to go on.");
        assertThat(cancelled(new CancellationException(), "--json"))
                .containsExactly("athanor: Cannot finish: the command was cancelled.");
        assertThat(JobJson.readTree(out()).at("/error/message").asText())
                .isEqualTo("Cannot finish: the command was cancelled.");
    }

    private List<String> cancelled(CancellationException e, String option) {
        out.reset();
        err.reset();
        int code = new AthanorCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        (name, globals) -> {
                            throw e;
                        })
                .run("sql", option, "-e", "select 1");
        assertThat(code).isEqualTo(AthanorCommand.FAILED);
        return err().lines().toList();
    }

    @Test
    void whatAJobRefusesIsAnsweredWithoutSpark() {
        refused("no statement is given", "sql");
        refused("both -e and -f are given", "sql", "-e", "select 1", "-f", "x.sql");
        refused("neither --input nor --table is given", "train", "--label", "l", "--model", "m");
        refused("neither --input nor --table is given", "evaluate", "--model", "m");
        refused("neither --input nor --table is given", "infer", "--model", "m", "--into", "t");
        refused("neither --output nor --into is given", "infer", "--model", "m", "--table", "t");
        refused(
                "Cannot write csv into table u: tables are Delta tables",
                "infer --model m --table t --into u --output-format csv".split(" "));
        refused("Cannot train with --epochs 0: it must be 1 or more", "quickstart", "--epochs", "0");
        String train = "train --table t --label l --model m ";
        refused("Cannot train with --epochs 0: it must be 1 or more", (train + "--epochs 0").split(" "));
        refused("--validation 0.9: it must be above 0 and at most 0.5", (train + "--validation 0.9").split(" "));
        refused("--learning-rate -1.0: it must be above 0", (train + "--learning-rate=-1").split(" "));
        for (String name : List.of("../x", "a/b", "größe", "m x", "..")) {
            String problem =
                    "Cannot use '" + name + "' as a model name: a name is of the characters A-Z, a-z, 0-9, '_', '-'";
            refused(problem, "models", "show", name);
            refused(problem, "models", "promote", name);
            refused(problem, "models", "delete", name);
        }
        refused("--model (in SQL: model) is empty", "train", "--table", "t", "--label", "l", "--model", "");
        refused("MODEL (in SQL: model) is empty", "models", "show", " ");
        refused("--label (in SQL: label) is empty", "train", "--table", "t", "--label", "", "--model", "m");
        refused(
                "--features (in SQL: features) takes a list of texts, not ''",
                (train + "--features").split(" ", -1),
                "");
        refused(
                "--features (in SQL: features) takes a list of texts, not 'a,,b'",
                (train + "--features a,,b").split(" "));
        refused("Cannot use '../../x' as a run id", (train + "--run-id ../../x").split(" "));
        refused("--batch-size 0: it must be from 1 to 65536", (train + "--batch-size 0").split(" "));
    }

    private void refused(String reason, String[] args, String last) {
        refused(reason, Stream.concat(Stream.of(args), Stream.of(last)).toArray(String[]::new));
    }

    private void refused(String reason, String... args) {
        assertThat(run(args)).as(reason).isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains(reason).hasLineCount(2);
        assertThat(out()).isEmpty();
    }

    @Test
    void wrongSettingsAreWrongUsage() {
        assertThat(run("--conf", "spark.athanor.warehose=/x", "sql", "-e", "select 1"))
                .isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains("there is no such key").contains("spark.athanor.warehouse");
        assertThat(run("sql", "-e", "select 1", "--conf", "fs.s3a.endpoint=x")).isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains("Write 'spark.hadoop.fs.s3a.endpoint' for a setting of Hadoop.");
        assertThat(run("sql", "-e", "select 1", "--conf", "novalue")).isEqualTo(AthanorCommand.USAGE);
        assertThat(err()).contains("--conf takes KEY=VALUE, not 'novalue'");
    }

    @Test
    void jsonOutputIsOneObjectAlsoForErrors() throws Exception {
        assertThat(run("--json", "sql", "--bogus")).isEqualTo(AthanorCommand.USAGE);
        assertThat(JobJson.readTree(out()).at("/error/reason").asText()).isEqualTo("there is no option '--bogus'");
        assertThat(out().lines()).hasSize(1);
        assertThat(run("config", "--json")).isEqualTo(AthanorCommand.DONE);
        assertThat(out().lines()).hasSize(1);
        assertThat(JobJson.readTree(out()).at("/keys/0/key").asText()).startsWith("spark.athanor.");
        assertThat(err()).isEmpty();
    }

    @Test
    void whatIsAskedForUnderJsonIsOneObject() throws Exception {
        for (String[] args :
                new String[][] {{"--json", "--help"}, {"train", "--help", "--json"}, {"models", "-h", "--json"}}) {
            assertThat(run(args)).isEqualTo(AthanorCommand.DONE);
            assertThat(out().lines()).hasSize(1);
            assertThat(JobJson.readTree(out()).at("/help").asText()).startsWith("Usage: athanor");
            assertThat(err()).isEmpty();
        }
        assertThat(run("--version", "--json")).isEqualTo(AthanorCommand.DONE);
        assertThat(JobJson.readTree(out()).at("/version").asText()).startsWith("athanor ");
        for (String[] args : new String[][] {
            {"--json"}, {"sql", "--json"}, {"--json", "trian"}, {"train", "--json", "--epochs", "many"}
        }) {
            assertThat(run(args)).isEqualTo(AthanorCommand.USAGE);
            assertThat(out().lines()).hasSize(1);
            assertThat(JobJson.readTree(out()).at("/status").asText()).isEqualTo("wrong usage");
            assertThat(JobJson.readTree(out()).at("/error/remedy").asText()).isNotBlank();
        }
    }

    @Test
    void anOptionOfOneValueIsGivenOnce() {
        refused("--max-rows is given twice", "sql", "-e", "x", "--max-rows", "3", "--max-rows", "4");
        refused("--warehouse is given twice", "sql", "-e", "x", "--warehouse", "a", "--warehouse", "b");
        refused("--warehouse is given twice", "--warehouse", "a", "sql", "-e", "x", "--warehouse", "b");
        refused("--quiet is given twice", "config", "--quiet", "--quiet");
        refused("--model is given twice", "models", "show", "a", "--model", "b");
        assertThat(run("config", "--conf", "spark.a=1", "--conf", "spark.b=2")).isEqualTo(AthanorCommand.DONE);
    }

    @Test
    void configTellsEveryKeyWithoutSpark() {
        assertThat(run("config")).isEqualTo(AthanorCommand.DONE);
        assertThat(out()).contains("spark.athanor.warehouse").contains("default: ");
    }

    @Test
    void everyCommandHasHelpWithEveryOption() {
        assertThat(run("--help")).isEqualTo(AthanorCommand.DONE);
        assertThat(out()).contains("sql", "models", "runs", "config");
        Jobs.all().forEach(job -> {
            String[] words = (job.name() + "-").split("-", 2);
            List<String> args = words[1].isEmpty()
                    ? List.of(words[0], "--help")
                    : List.of(words[0], words[1].substring(0, words[1].length() - 1), "--help");
            assertThat(run(args.toArray(String[]::new))).as(job.name()).isEqualTo(AthanorCommand.DONE);
            assertThat(out())
                    .as("help of " + job.name())
                    .contains("--warehouse")
                    .contains("--json");
            JobSignature.of(job).params().stream()
                    .filter(p -> p.position() < 0)
                    .forEach(p -> assertThat(out()).as("help of " + job.name()).contains(p.flag()));
        });
        assertThat(run("--version")).isEqualTo(AthanorCommand.DONE);
        assertThat(out()).matches("athanor \\d+\\.\\d+\\.\\d+.*\\s");
    }

    @Test
    void theUsersSettingsWin() {
        Globals none = new Globals(null, null, Map.of(), false, false, null, false);
        SparkConf local = Sessions.conf("x", none);
        assertThat(local.get("spark.master")).isEqualTo("local[*]");
        assertThat(local.get("spark.plugins")).isEqualTo("dev.athanor.spark.plugin.AthanorPlugin");
        assertThat(local.contains("spark.athanor.warehouse")).isFalse();
        Globals some = new Globals(
                "/data/w",
                "spark://far:7077",
                Map.of("spark.plugins", "com.example.Other", "spark.ui.enabled", "true"),
                false,
                false,
                null,
                false);
        SparkConf far = Sessions.conf("x", some);
        assertThat(far.get("spark.master")).isEqualTo("spark://far:7077");
        assertThat(far.get("spark.plugins")).isEqualTo("com.example.Other,dev.athanor.spark.plugin.AthanorPlugin");
        assertThat(far.get("spark.ui.enabled")).isEqualTo("true");
        assertThat(far.get("spark.athanor.warehouse")).isEqualTo("/data/w");
        assertThat(far.contains("spark.driver.bindAddress")).isFalse();
    }

    record Part(String name, double score, Integer rank) {}

    record Sample(String model, double accuracy, long rows, String absent, List<Part> parts, List<Double> curve) {}

    record Nested(Sample sample, Part part) {}

    @Test
    void whatIsAbsentIsNotShown() {
        assertThat(ReportPrinter.lines(new Nested(null, new Part("a", 0.5, null)), 60))
                .containsExactly("part    name=a, score=0.5");
    }

    @Test
    void reportsAreAlignedForPeople() {
        assertThat(ReportPrinter.lines(
                        new Sample(
                                "news@1",
                                0.87654321,
                                12000,
                                null,
                                List.of(new Part("a", 0.5, 1), new Part("long name", 12.25, null)),
                                List.of(1.0, 0.5)),
                        60))
                .containsExactly(
                        "model     news@1",
                        "accuracy  0.87654",
                        "rows      12000",
                        "curve     1.0, 0.5",
                        "",
                        "parts",
                        "name       score  rank",
                        "─────────  ─────  ────",
                        "a            0.5     1",
                        "long name  12.25");
    }
}
