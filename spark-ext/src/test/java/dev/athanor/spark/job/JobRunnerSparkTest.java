package dev.athanor.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.SparkTestSession;
import dev.athanor.spark.platform.Warehouse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

class JobRunnerSparkTest extends SparkTestSession {
    private static final RunSettings QUICK = new RunSettings(
            Duration.ofMillis(100), Duration.ofMillis(1500), Duration.ofMillis(100), Duration.ofSeconds(1));

    record Params(
            @Param(doc = "What to do.", defaultValue = "finish") String what,
            @Param(doc = "Options.") Map<String, String> options) {}

    record Report(String said, double score) {}

    @FunctionalInterface
    interface Work {
        Report run(Params params, JobContext context) throws Exception;
    }

    record Scripted(String name, Work work) implements Job<Params, Report> {
        @Override
        public String summary() {
            return "Does what a test says.";
        }

        @Override
        public Class<Params> paramsType() {
            return Params.class;
        }

        @Override
        public Class<Report> reportType() {
            return Report.class;
        }

        @Override
        public Report run(Params params, JobContext context) throws Exception {
            return work.run(params, context);
        }
    }

    private static RunOutcome<Report> run(Work work, String runId, Map<String, Object> params) {
        return JobRunner.run(new Scripted("scripted", work), params, runId, spark(), Progress.NONE, QUICK);
    }

    private static Row row(String runId) {
        List<Row> rows = spark().read()
                .format("delta")
                .load(warehouse() + "/athanor/runs")
                .where(functions.col("run_id").equalTo(runId))
                .collectAsList();
        assertThat(rows).as("rows of run " + runId).hasSize(1);
        return rows.get(0);
    }

    @Test
    void aFinishedRunHasOneRowItsMetricsAndComesBackWithoutWork() throws Exception {
        AtomicInteger worked = new AtomicInteger();
        Work work = (params, context) -> {
            worked.incrementAndGet();
            context.progress().phase("counting");
            context.metrics(1, Map.of("loss", 0.5));
            context.metrics(2, Map.of("loss", 0.25, "accuracy", 1.0));
            assertThat(context.cancelled()).isFalse();
            assertThat(context.warehouse()).isEqualTo("file:" + warehouse());
            return new Report("done " + context.spark().range(10).count(), Double.NaN);
        };
        Map<String, Object> params = Map.of("options", Map.of("api.key", "s3cr3t"));
        RunOutcome<Report> first = run(work, "finished-1", params);
        RunOutcome<Report> second = run(work, "finished-1", params);
        assertThat(worked).hasValue(1);
        assertThat(first.repeated()).isFalse();
        assertThat(second.repeated()).isTrue();
        assertThat(second.report().said())
                .isEqualTo("done 10")
                .isEqualTo(first.report().said());
        assertThat(second.report().score()).isNaN();

        Row row = row("finished-1");
        assertThat(row.<String>getAs("status")).isEqualTo("finished");
        assertThat(row.<String>getAs("job")).isEqualTo("scripted");
        assertThat(row.<String>getAs("phase")).as("it is in no phase any more").isEmpty();
        assertThat(row.<Integer>getAs("attempts")).isEqualTo(1);
        assertThat(row.<String>getAs("params"))
                .isEqualTo("{\"what\":\"finish\",\"options\":{\"api.key\":\"(redacted)\"}}")
                .doesNotContain("s3cr3t");
        assertThat(row.<String>getAs("report")).isEqualTo("{\"said\":\"done 10\",\"score\":null}");
        assertThat(row.<Long>getAs("pid")).isEqualTo(ProcessHandle.current().pid());
        assertThat(row.<String>getAs("code_version")).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(row.<Object>getAs("ended_at")).isNotNull();
        assertThat(spark()
                        .read()
                        .format("delta")
                        .load(warehouse() + "/athanor/run_metrics")
                        .where("run_id = 'finished-1'")
                        .orderBy("step", "name")
                        .selectExpr("concat_ws(' ', step, name, value)")
                        .collectAsList()
                        .stream()
                        .map(r -> r.getString(0)))
                .containsExactly("1 loss 0.5", "2 accuracy 1.0", "2 loss 0.25");
        assertThat(Path.of(warehouse().toString(), "athanor", "_runs", "finished-1"))
                .doesNotExist();
    }

    @Test
    void aNewRunGetsAnIdAndARow() {
        RunOutcome<Report> outcome = run((p, c) -> new Report(c.runId(), 1), null, Map.of());
        assertThat(outcome.runId()).matches("scripted-\\d{8}-\\d{6}-[0-9a-f]{6}");
        assertThat(row(outcome.runId()).<String>getAs("status")).isEqualTo("finished");
    }

    @Test
    void aFailedRunSaysWhyAndIsResumedWithItsCheckpoint() throws Exception {
        Work work = (params, context) -> {
            Path checkpoint = Path.of(java.net.URI.create(context.checkpointDirectory()));
            if (Files.exists(checkpoint)) {
                return new Report("resumed from " + Files.readString(checkpoint.resolve("at")), 1);
            }
            Files.createDirectories(checkpoint);
            Files.writeString(checkpoint.resolve("at"), "step 7");
            throw new AthanorException("Cannot train", "the loss is NaN at step 8", "Lower --learning-rate");
        };
        assertThatThrownBy(() -> run(work, "failed-1", Map.of()))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot train: the loss is NaN at step 8. Lower --learning-rate.");
        Row failed = row("failed-1");
        assertThat(failed.<String>getAs("status")).isEqualTo("failed");
        Row error = failed.getAs("error");
        assertThat(error.getString(0)).isEqualTo("Cannot train");
        assertThat(error.getString(1)).isEqualTo("the loss is NaN at step 8");
        assertThat(error.getString(2)).isEqualTo("Lower --learning-rate");

        RunOutcome<Report> again = run(work, "failed-1", Map.of());
        assertThat(again.report().said()).isEqualTo("resumed from step 7");
        Row finished = row("failed-1");
        assertThat(finished.<String>getAs("status")).isEqualTo("finished");
        assertThat(finished.<Integer>getAs("attempts")).isEqualTo(2);
        assertThat(finished.<Object>getAs("error")).isNull();
    }

    @Test
    void anUnexpectedErrorIsExplained() {
        assertThatThrownBy(() -> run(
                        (p, c) -> {
                            throw new java.io.IOException("write failed: No space left on device");
                        },
                        "failed-2",
                        Map.of()))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot scripted: no space is left on the disk. Free some, or use another --warehouse.");
        assertThatThrownBy(() -> run(
                        (p, c) -> new Report(
                                c.spark()
                                        .sql("select no_such_column from range(3)")
                                        .first()
                                        .toString(),
                                1),
                        "failed-3",
                        Map.of()))
                .isInstanceOf(AthanorException.class)
                .hasMessageStartingWith("Cannot scripted: [UNRESOLVED_COLUMN")
                .hasMessageContaining("no_such_column")
                .hasMessageEndingWith("Mend the query or the names in it.");
        assertThatThrownBy(() -> run(
                        (p, c) -> {
                            throw new IllegalStateException("odd");
                        },
                        "failed-4",
                        Map.of()))
                .hasMessage(
                        "Cannot scripted: IllegalStateException, odd. The stack trace says where; ./athanor shows it"
                                + " with --stacktrace.");
    }

    @Test
    void aFullHeapFailsTheRunAndIsExplained() {
        assertThatThrownBy(() -> run(
                        (p, c) -> {
                            throw new OutOfMemoryError("Java heap space");
                        },
                        "failed-5",
                        Map.of()))
                .isInstanceOf(AthanorException.class)
                .hasMessageStartingWith("Cannot scripted: the Java heap is full (");
        assertThat(row("failed-5").<String>getAs("status")).isEqualTo("failed");
    }

    @Test
    void anIdBelongsToOneJobAndItsParameters() {
        run((p, c) -> new Report("x", 1), "taken-1", Map.of("what", "a"));
        assertThatThrownBy(() -> run((p, c) -> new Report("x", 1), "taken-1", Map.of("what", "b")))
                .hasMessageContaining("that run has other parameters, {\"what\":\"a\",\"options\":{}} and not "
                        + "{\"what\":\"b\",\"options\":{}}. Use the same parameters, or another --run-id.");
        assertThatThrownBy(() -> JobRunner.run(
                        new Scripted("other", (p, c) -> new Report("x", 1)),
                        Map.of(),
                        "taken-1",
                        spark(),
                        Progress.NONE,
                        QUICK))
                .hasMessage("Cannot run other as run taken-1: that run is a scripted. Use another --run-id.");
        for (String bad : List.of("../x", "a/b", "", "a'b", "x".repeat(300), "a..b")) {
            assertThatThrownBy(() -> run((p, c) -> new Report("x", 1), bad, Map.of()))
                    .hasMessageStartingWith("Cannot use '" + bad + "' as a run id: ");
        }
        RunOutcome<Report> airflow = run((p, c) -> new Report("x", 1), "manual__2026-11-23T10:00:00+00:00", Map.of());
        assertThat(row(airflow.runId()).<String>getAs("status")).isEqualTo("finished");
    }

    @Test
    void aRunningIdIsRefused() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<RunOutcome<Report>> first = CompletableFuture.supplyAsync(() -> run(
                (p, c) -> {
                    started.countDown();
                    end.await();
                    return new Report("x", 1);
                },
                "busy-1",
                Map.of()));
        assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(row("busy-1").<String>getAs("status")).isEqualTo("running");
        assertThatThrownBy(() -> run((p, c) -> new Report("y", 1), "busy-1", Map.of()))
                .hasMessage("Cannot start run busy-1: it is running in this process. "
                        + "Wait for it or stop it, or use another --run-id.");
        end.countDown();
        assertThat(first.get(60, TimeUnit.SECONDS).report().said()).isEqualTo("x");
    }

    @Test
    void aCancelledRunStopsItsSparkJobsAndSaysSo() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<RunOutcome<Report>> run = CompletableFuture.supplyAsync(() -> run(
                (p, c) -> {
                    started.countDown();
                    long n = c.spark()
                            .range(0, 1_000_000_000_000L, 1, 2)
                            .selectExpr("sum(hash(id))")
                            .first()
                            .getLong(0);
                    return new Report("counted " + n, 1);
                },
                "cancelled-1",
                Map.of()));
        assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
        Thread.sleep(500);
        assertThat(JobRunner.cancel("cancelled-1")).isTrue();
        assertThatThrownBy(() -> run.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(RunCancelled.class)
                .hasMessageContaining("Run cancelled-1 was cancelled");
        assertThat(row("cancelled-1").<String>getAs("status")).isEqualTo("cancelled");
        assertThat(JobRunner.cancel("cancelled-1")).isFalse();
        assertThat(run((p, c) -> new Report("again", 1), "cancelled-1", Map.of())
                        .report()
                        .said())
                .isEqualTo("again");
    }

    @Test
    void aRunOfADeadProcessIsResumedAndOneElsewhereIsNot() throws Exception {
        RunsTable table = new RunsTable(spark());
        RunOwner gone = nobody("t");
        Run dead = new Run(
                        "dead-1",
                        "scripted",
                        RunStatus.RUNNING,
                        "",
                        "{\"what\":\"finish\"}", // as of a time at which there was no parameter "options"
                        null,
                        null,
                        null,
                        null,
                        null,
                        0,
                        null,
                        0,
                        null)
                .started(Instant.now(), 3, gone);
        assertThat(table.put(dead, 3_000_000)).isTrue();
        new Heartbeat(Warehouse.of(spark()), "dead-1").beat(gone);
        assertThat(run((p, c) -> new Report("resumed", 1), "dead-1", Map.of())
                        .report()
                        .said())
                .isEqualTo("resumed");
        assertThat(row("dead-1").<Integer>getAs("attempts")).isEqualTo(4);

        RunOwner elsewhere = new RunOwner("u", "far-away", 12, null, "elsewhere");
        Run running = new Run(
                        "far-1",
                        "scripted",
                        RunStatus.RUNNING,
                        "",
                        "{\"what\":\"finish\",\"options\":{}}",
                        null,
                        null,
                        null,
                        null,
                        null,
                        0,
                        null,
                        0,
                        null)
                .started(Instant.now().minusSeconds(7200), 1, elsewhere);
        assertThat(table.put(running, 1_000_000)).isTrue();
        Heartbeat heartbeat = new Heartbeat(Warehouse.of(spark()), "far-1");
        heartbeat.beat(elsewhere);
        // Ages are set, not waited for: a busy machine must not decide.
        Path beat = warehouse().resolve("athanor/_runs/far-1/heartbeat.json");
        Files.setLastModifiedTime(beat, FileTime.from(Instant.now().plusSeconds(3600)));
        assertThatThrownBy(() -> run((p, c) -> new Report("x", 1), "far-1", Map.of()))
                .hasMessageStartingWith("Cannot start run far-1: it is running on far-away, process 12, since ");
        Files.setLastModifiedTime(beat, FileTime.from(Instant.now().minusSeconds(3600)));
        assertThat(run((p, c) -> new Report("taken over", 1), "far-1", Map.of())
                        .report()
                        .said())
                .isEqualTo("taken over");
        // The first owner wakes up: its writes no longer count.
        assertThat(table.put(running.ended(Instant.now(), RunStatus.FAILED, null, null), 1_000_001))
                .isFalse();
        assertThat(row("far-1").<String>getAs("status")).isEqualTo("finished");
    }

    /** A process of this machine that is not there. */
    private static RunOwner nobody(String token) {
        RunOwner here = RunOwner.here();
        return new RunOwner(token, here.host(), 4_194_000, null, here.space());
    }

    @Test
    void aProcessOfAnotherContainerWithThisHostNameLivesAsLongAsItBeats() {
        RunOwner gone = nobody("t");
        RunOwner hidden = new RunOwner("t", gone.host(), gone.pid(), null, "another container");
        Run running = new Run(
                        "hidden",
                        "scripted",
                        RunStatus.RUNNING,
                        "",
                        "{}",
                        null,
                        null,
                        null,
                        null,
                        null,
                        0,
                        null,
                        0,
                        null)
                .started(Instant.now().minusSeconds(7200), 1, hidden);
        Heartbeat.Beat now = new Heartbeat.Beat(hidden, Instant.now());
        Heartbeat.Beat longAgo = new Heartbeat.Beat(hidden, Instant.now().minusSeconds(3600));
        Duration stale = Duration.ofMinutes(10);
        assertThat(JobRunner.alive(running, Optional.of(now), stale)).isTrue();
        assertThat(JobRunner.alive(running, Optional.of(longAgo), stale)).isFalse();
        assertThat(JobRunner.alive(running, Optional.of(new Heartbeat.Beat(gone, Instant.now())), stale))
                .as("a process that died on this machine, although it just beat")
                .isFalse();
    }

    @Test
    void ofTwoStartsAtOnceTheLoserLeavesTheFilesOfTheWinner() throws Exception {
        Heartbeat heartbeat = new Heartbeat(Warehouse.of(spark()), "raced-1");
        RunOwner first = new RunOwner("first", "far-away", 1, null, "elsewhere");
        RunOwner second = new RunOwner("second", "farther-away", 2, null, "elsewhere");
        Path folder = warehouse().resolve("athanor/_runs/raced-1");
        try (RunRecorder winner = attempt(heartbeat, first)) {
            // Both have seen that there is no such run, and now both claim it.
            heartbeat.reserve(first);
            winner.begin(true);
            try (RunRecorder loser = attempt(heartbeat, second)) {
                heartbeat.reserve(second);
                assertThatThrownBy(() -> loser.begin(true))
                        .isInstanceOf(AthanorException.class)
                        .hasMessageContaining("another process started it at the same moment");
                assertThat(heartbeat.last().orElseThrow().owner()).isEqualTo(first);
            }
            assertThat(heartbeat.last().orElseThrow().owner()).isEqualTo(first);
            assertThat(folder.resolve("reserve-first")).exists();
            assertThat(folder.resolve("reserve-second")).doesNotExist();
            winner.end(RunStatus.FINISHED, "{}", null);
        }
        assertThat(heartbeat.last()).isEmpty();
        assertThat(folder).isEmptyDirectory();
        assertThat(row("raced-1").<String>getAs("status")).isEqualTo("finished");
    }

    private static RunRecorder attempt(Heartbeat heartbeat, RunOwner owner) {
        Run fresh = new Run(
                "raced-1", "scripted", RunStatus.RUNNING, "", "{}", null, null, null, null, null, 0, null, 0, null);
        return new RunRecorder(
                new RunsTable(spark()),
                heartbeat,
                owner,
                fresh.started(Instant.now(), 1, owner),
                RunSettings.DEFAULT,
                spark().sparkContext(),
                why -> {});
    }

    @Test
    void aClaimBeforeItsFirstBeatIsAliveWhateverAnEarlierAttemptLeft() {
        Run claimed = new Run(
                        "claimed",
                        "scripted",
                        RunStatus.RUNNING,
                        "",
                        "{}",
                        null,
                        null,
                        null,
                        null,
                        null,
                        0,
                        null,
                        0,
                        null)
                .started(Instant.now(), 2, new RunOwner("new", "far-away", 7, null, "elsewhere"));
        RunOwner dead = nobody("old");
        assertThat(dead.gone()).isTrue();
        Heartbeat.Beat left = new Heartbeat.Beat(dead, Instant.now().minusSeconds(3600));
        assertThat(JobRunner.alive(claimed, Optional.of(left), Duration.ofHours(1)))
                .isTrue();
    }

    @Test
    void aRunThatWasTakenOverStops() {
        assertThatThrownBy(() -> run(
                        (p, c) -> {
                            new Heartbeat(Warehouse.of(spark()), c.runId())
                                    .beat(new RunOwner("other", "far-away", 1, null, "elsewhere"));
                            for (int i = 0; i < 100 && !c.cancelled(); i++) {
                                Thread.sleep(50);
                            }
                            throw new CancellationException();
                        },
                        "usurped-1",
                        Map.of()))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot go on with run usurped-1: it was taken over by another process, "
                        + "to which this one looked dead. Let that one finish.");
    }

    @Test
    void questionsAreNotRecorded() {
        Job<Params, Report> question = new Job<>() {
            @Override
            public String name() {
                return "question";
            }

            @Override
            public String summary() {
                return "Asks.";
            }

            @Override
            public Class<Params> paramsType() {
                return Params.class;
            }

            @Override
            public Class<Report> reportType() {
                return Report.class;
            }

            @Override
            public Report run(Params params, JobContext context) {
                context.metrics(1, Map.of("x", 1.0));
                return new Report("answer", 1);
            }

            @Override
            public boolean recorded() {
                return false;
            }
        };
        RunOutcome<Report> outcome = JobRunner.run(question, Map.of(), "question-1", spark(), Progress.NONE);
        assertThat(outcome.runId()).isNull();
        assertThat(outcome.report().said()).isEqualTo("answer");
        assertThat(warehouse().resolve("athanor/_runs/question-1")).doesNotExist();
    }
}
