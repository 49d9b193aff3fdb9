package dev.athanor.spark.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.athanor.engine.AthanorException;
import dev.athanor.spark.platform.Failures;
import dev.athanor.spark.platform.FatalEnd;
import dev.athanor.spark.platform.Warehouse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs and records them in the {@code runs} and {@code run_metrics} tables.
 *
 * <p>A run id is used once: of a finished run its stored report comes back, of a failed, cancelled or dead one the work
 * goes on from its last checkpoint, and one that is running is refused. When the process is asked to end (Ctrl-C), its
 * runs are stopped and recorded as cancelled before Spark stops; as failed, when
 * Spark ends it because of a fatal error. Thread-safe.
 */
public final class JobRunner {
    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:+@-]{0,199}");
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    // Runs are recorded as cancelled in tables, so before Spark's own hook (priority 40) stops the session.
    private static final int BEFORE_SPARK_STOPS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(6);
    private static final Duration RETRY = Duration.ofMillis(250);

    // A run belongs to the process: its end concerns all of them, and an id runs once in it.
    private static final Map<String, ActiveRun> ACTIVE = new ConcurrentHashMap<>();
    private static final AtomicBoolean HOOKED = new AtomicBoolean();

    private JobRunner() {}

    /**
     * Runs a job, or returns or resumes the run that has this id.
     *
     * @param params by snake_case name, as {@link JobSignature#bind} takes them
     * @param runId identity of the run, or null for a new one
     * @throws AthanorException for everything a user can mend
     * @throws CancellationException when the job was asked to stop; {@link RunCancelled} when it is one that is recorded
     */
    public static <P extends Record, R extends Record> RunOutcome<R> run(
            Job<P, R> job, Map<String, ?> params, String runId, SparkSession spark, Progress progress) {
        return run(job, params, runId, spark, progress, RunSettings.DEFAULT);
    }

    static <P extends Record, R extends Record> RunOutcome<R> run(
            Job<P, R> job,
            Map<String, ?> params,
            String runId,
            SparkSession spark,
            Progress progress,
            RunSettings settings) {
        JobSignature<P, R> signature = JobSignature.of(job);
        P bound = signature.bind(params);
        String id = runId == null ? newId(job.name()) : checkedId(runId);
        Warehouse warehouse = Warehouse.of(spark);
        ActiveRun active = new ActiveRun(
                spark,
                id,
                warehouse.location(),
                new Path(warehouse.run(directory(id)), "checkpoint").toString(),
                progress);
        if (!job.recorded()) {
            return new RunOutcome<>(null, work(job, bound, active), false);
        }
        if (ACTIVE.putIfAbsent(id, active) != null) {
            throw running(id, "in this process");
        }
        try {
            hook();
            String described = JobJson.write(signature.describe(bound));
            RunOutcome<R> outcome = recorded(job, bound, described, active, runId != null, warehouse, settings);
            warehouse.fileSystem().delete(warehouse.run(directory(id)), true);
            return outcome;
        } catch (IOException e) {
            throw Failures.of("Cannot record run " + id, e);
        } finally {
            ACTIVE.remove(id);
            active.finish();
        }
    }

    private static <P extends Record, R extends Record> RunOutcome<R> recorded(
            Job<P, R> job,
            P params,
            String described,
            ActiveRun active,
            boolean named,
            Warehouse warehouse,
            RunSettings settings)
            throws IOException {
        String id = active.runId();
        RunsTable table = new RunsTable(active.spark());
        Heartbeat heartbeat = new Heartbeat(warehouse, directory(id));
        Run before = named ? table.find(id).orElse(null) : null;
        if (before != null) {
            sameWork(before, JobSignature.of(job), described);
            if (before.status() == RunStatus.FINISHED) {
                R report = JobJson.read(before.report(), job.reportType());
                job.requireResult(report, active);
                return new RunOutcome<>(id, report, true);
            }
            if (before.status() == RunStatus.RUNNING && alive(before, heartbeat.last(), settings.stale())) {
                throw running(
                        id, "on " + before.host() + ", process " + before.pid() + ", since " + before.startedAt());
            }
        }
        RunOwner owner = RunOwner.here();
        int attempt = before == null ? 1 : before.attempts() + 1;
        Run fresh = new Run(
                id, job.name(), RunStatus.RUNNING, "", described, null, null, null, null, null, 0, null, 0, null);
        try {
            heartbeat.reserve(owner);
        } catch (IOException e) {
            throw Failures.of("Cannot write to the warehouse " + warehouse.location(), e);
        }
        try (RunRecorder recorder = new RunRecorder(
                table,
                heartbeat,
                owner,
                fresh.started(Instant.now(), attempt, owner),
                settings,
                active.spark().sparkContext(),
                active::lose)) {
            recorder.begin(named);
            active.recordWith(recorder);
            R report = tracked(job, params, active, recorder);
            return new RunOutcome<>(id, report, false);
        }
    }

    /** Runs the job and writes how it ended, whichever way. */
    private static <P extends Record, R extends Record> R tracked(
            Job<P, R> job, P params, ActiveRun active, RunRecorder recorder) {
        try {
            R report = work(job, params, active);
            recorder.end(RunStatus.FINISHED, JobJson.write(report), null);
            return report;
        } catch (CancellationException e) {
            if (active.lost() != null) {
                record(recorder, RunStatus.FAILED, active.lost());
                throw active.lost();
            }
            record(recorder, RunStatus.CANCELLED, null);
            throw new RunCancelled(active.runId(), e);
        } catch (AthanorException e) {
            record(recorder, RunStatus.FAILED, e);
            throw e;
        }
    }

    private static void record(RunRecorder recorder, RunStatus status, AthanorException failure) {
        try {
            recorder.end(status, null, failure == null ? null : Run.Failure.of(failure));
        } catch (AthanorException e) {
            // The job's own failure is what the user must see; that its record is missing comes second.
            LOG.warn("The end of the run could not be recorded: {}", e.getMessage());
            if (failure != null && failure != e) {
                failure.addSuppressed(e);
            }
        }
    }

    private static <P extends Record, R extends Record> R work(Job<P, R> job, P params, ActiveRun active) {
        active.spark().sparkContext().addJobTag(active.tag());
        try {
            R report = job.run(params, active);
            if (active.lost() != null) {
                throw new CancellationException();
            }
            return report;
        } catch (InterruptedException e) {
            throw cancelled(active, e);
        } catch (CancellationException e) {
            throw cancelled(active, e);
        } catch (Exception e) {
            if (active.cancelled() || cancelledBySpark(e)) {
                throw cancelled(active, e);
            }
            throw Failures.of("Cannot " + job.name().replace('-', ' '), e);
        } catch (OutOfMemoryError | FSError e) {
            throw Failures.of("Cannot " + job.name().replace('-', ' '), e);
        } finally {
            if (!active.spark().sparkContext().isStopped()) {
                active.spark().sparkContext().removeJobTag(active.tag());
            }
        }
    }

    private static CancellationException cancelled(ActiveRun active, Exception cause) {
        CancellationException out = new CancellationException("Run " + active.runId() + " was cancelled");
        out.initCause(cause);
        return out;
    }

    private static boolean cancelledBySpark(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SparkThrowable spark && "SPARK_JOB_CANCELLED".equals(spark.getCondition())) {
                return true;
            }
        }
        return false;
    }

    /** A parameter that the earlier run did not know yet had its default there. */
    private static void sameWork(Run before, JobSignature<?, ?> signature, String described) throws IOException {
        Job<?, ?> job = signature.job();
        if (!before.job().equals(job.name())) {
            throw new AthanorException(
                    "Cannot run " + job.name() + " as run " + before.runId(),
                    "that run is a " + before.job(),
                    "Use another --run-id");
        }
        ObjectNode then = signature.defaults();
        then.setAll((ObjectNode) JobJson.readTree(before.params()));
        if (!then.equals(JobJson.readTree(described))) {
            throw new AthanorException(
                    "Cannot run " + job.name() + " as run " + before.runId(),
                    "that run has other parameters, " + before.params() + " and not " + described,
                    "Use the same parameters, or another --run-id");
        }
    }

    static boolean alive(Run run, Optional<Heartbeat.Beat> last, Duration stale) {
        // A beat of another process is an earlier attempt's, when this one has claimed the run and not yet beaten.
        Optional<Heartbeat.Beat> beat = last.filter(b -> b.owner() == null
                || (b.owner().host().equals(run.host()) && b.owner().pid() == run.pid()));
        if (beat.map(Heartbeat.Beat::owner).map(RunOwner::gone).orElse(false)) {
            return false;
        }
        Instant seen = beat.map(Heartbeat.Beat::at)
                .filter(at -> at.isAfter(run.updatedAt()))
                .orElse(run.updatedAt());
        return seen.plus(stale).isAfter(Instant.now());
    }

    private static AthanorException running(String id, String where) {
        return new AthanorException(
                "Cannot start run " + id, "it is running " + where, "Wait for it or stop it, or use another --run-id");
    }

    /** Stops a run of this process; false when there is none of this id. */
    public static boolean cancel(String runId) {
        ActiveRun active = ACTIVE.get(runId);
        if (active == null) {
            return false;
        }
        active.cancel();
        return true;
    }

    private static void hook() {
        if (HOOKED.compareAndSet(false, true)) {
            ShutdownHookManager.get().addShutdownHook(JobRunner::endAll, BEFORE_SPARK_STOPS, 25, TimeUnit.SECONDS);
        }
    }

    private static void endAll() {
        List<ActiveRun> runs = List.copyOf(ACTIVE.values());
        Optional<AthanorException> fault = FatalEnd.now("Cannot finish");
        runs.forEach(run -> fault.ifPresentOrElse(run::lose, run::cancel));
        try {
            for (ActiveRun run : runs) {
                // Again and again: a Spark job that the run was about to start when it was cancelled goes on otherwise.
                boolean ended = run.awaitEnd(RETRY);
                for (long waited = 0; waited < PATIENCE.toMillis() && !ended; waited += RETRY.toMillis()) {
                    run.cancel();
                    ended = run.awaitEnd(RETRY);
                }
                if (!ended) {
                    run.interrupt();
                }
                if (!run.awaitEnd(PATIENCE) && run.recorder() != null) {
                    RunStatus status = run.lost() == null ? RunStatus.CANCELLED : RunStatus.FAILED;
                    record(run.recorder(), status, run.lost());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String newId(String job) {
        return String.format(
                Locale.ROOT,
                "%s-%s-%06x",
                job,
                STAMP.format(Instant.now()),
                ThreadLocalRandom.current().nextInt(1 << 24));
    }

    /**
     * The id, which may be given to {@link #run}.
     *
     * @throws AthanorException when it may not
     */
    public static String checkedId(String id) {
        if (!RUN_ID.matcher(id).matches() || id.contains("..")) {
            throw new AthanorException(
                    "Cannot use '" + id + "' as a run id",
                    "it is letters, digits and '_.:+@-', at most 200 of them, and starts with a letter or digit",
                    "Choose another --run-id");
        }
        return id;
    }

    /** Run ids as Airflow makes them have colons, which paths cannot have. */
    static String directory(String id) {
        String plain = id.replaceAll("[^A-Za-z0-9_.-]", "_");
        return plain.equals(id) ? id : plain + "-" + Integer.toHexString(id.hashCode());
    }
}
