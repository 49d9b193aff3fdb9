package dev.athanor.spark.job;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.platform.Failures;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one attempt's rows while it runs: all table writes on one thread, signs of life on another, so that a slow
 * commit never makes a run look dead.
 */
final class RunRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunRecorder.class);
    // What an inherited thread would carry over from the query or job that started the run.
    private static final List<String> INHERITED = List.of(
            "spark.sql.execution.id",
            "spark.sql.execution.root.id",
            "spark.jobGroup.id",
            "spark.job.tags",
            "spark.job.description",
            "spark.job.interruptOnCancel");
    /** Writes of one attempt that come before those of the next. */
    private static final Duration LAST_BEAT = Duration.ofSeconds(5);

    private static final long WRITES_PER_ATTEMPT = 1_000_000;

    private final RunsTable table;
    private final Heartbeat heartbeat;
    private final RunOwner owner;
    private final RunSettings settings;
    private final Consumer<AthanorException> onLost;
    private final ScheduledExecutorService writer;
    private final ScheduledExecutorService pulse;

    private final List<Row> measurements = new ArrayList<>();
    private volatile String phase = "";

    // Touched by the writer thread only.
    private Run run;
    private long writes;
    private long writtenNanos;
    private String writtenPhase = "";
    private boolean ended;

    RunRecorder(
            RunsTable table,
            Heartbeat heartbeat,
            RunOwner owner,
            Run run,
            RunSettings settings,
            SparkContext context,
            Consumer<AthanorException> onLost) {
        this.table = table;
        this.heartbeat = heartbeat;
        this.owner = owner;
        this.run = run;
        this.settings = settings;
        this.onLost = onLost;
        this.writer = thread("athanor-run-" + run.runId());
        this.pulse = thread("athanor-pulse-" + run.runId());
        writer.execute(() -> INHERITED.forEach(name -> context.setLocalProperty(name, null)));
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Writes the first row, which claims the run, and then starts the signs of life.
     *
     * @param wait whether to come back only when the row is written: needed where another process may start the same run
     * @throws AthanorException when the row cannot be written, or another process was faster
     */
    void begin(boolean wait) {
        Future<Boolean> claimed = writer.submit(() -> guarded(() -> put(run)));
        if (wait && !get(claimed)) {
            throw new AthanorException(
                    "Cannot start run " + run.runId(),
                    "another process started it at the same moment",
                    "Wait for that one, or use another --run-id");
        }
        try {
            heartbeat.beat(owner);
        } catch (IOException e) {
            AthanorException failure = Failures.of("Cannot record run " + run.runId(), e);
            end(RunStatus.FAILED, null, Run.Failure.of(failure));
            throw failure;
        }
        long beat = settings.heartbeat().toMillis();
        // Nobody waits for these two: a failure reaches the run through onLost.
        Future<?> unusedPulse = pulse.scheduleWithFixedDelay(this::beat, beat, beat, TimeUnit.MILLISECONDS);
        long flush = settings.flush().toMillis();
        Future<?> unusedWriter =
                writer.scheduleWithFixedDelay(() -> guarded(this::refresh), flush, flush, TimeUnit.MILLISECONDS);
    }

    private void beat() {
        try {
            RunOwner last = heartbeat.last().map(Heartbeat.Beat::owner).orElse(null);
            if (last != null && !last.token().equals(owner.token())) {
                lost(takenOver());
                pulse.shutdown();
                return;
            }
            heartbeat.beat(owner);
        } catch (IOException e) {
            if (!pulse.isShutdown()) { // closing interrupts the write
                LOG.warn("No sign of life could be written for run {}", run.runId(), e);
            }
        }
    }

    private AthanorException takenOver() {
        return new AthanorException(
                "Cannot go on with run " + run.runId(),
                "it was taken over by another process, to which this one looked dead",
                "Let that one finish");
    }

    private void lost(AthanorException why) {
        onLost.accept(why);
    }

    void phase(String text) {
        phase = text;
    }

    void metrics(long step, Map<String, Double> values) {
        Instant now = Instant.now();
        synchronized (measurements) {
            values.entrySet().forEach(m -> measurements.add(RunsTable.measurement(run.runId(), step, m, now)));
        }
    }

    /**
     * Writes what is left of the measurements and the last row.
     *
     * @throws AthanorException when they cannot be written, or the run was taken over
     */
    void end(RunStatus status, String report, Run.Failure error) {
        Future<Boolean> written = writer.submit(() -> {
            if (ended) {
                return true;
            }
            release();
            flushBefore(status);
            // Of a run that did not finish, the phase says where it stopped.
            run = run.at(Instant.now(), status == RunStatus.FINISHED ? "" : phase);
            ended = put(run.ended(Instant.now(), status, report, error));
            return ended;
        });
        if (!get(written)) {
            throw takenOver();
        }
    }

    private void release() {
        try {
            heartbeat.release(owner);
        } catch (IOException e) {
            LOG.warn("The room for the last row of run {} could not be given back", run.runId(), e);
        }
    }

    /** A run that failed is recorded so even if its measurements cannot be: the disk may be what failed it. */
    private void flushBefore(RunStatus status) {
        try {
            flush();
        } catch (AthanorException e) {
            if (status == RunStatus.FINISHED) {
                throw e;
            }
            LOG.warn("The last measurements of run {} are lost: {}", run.runId(), e.getMessage());
        }
    }

    private boolean refresh() throws IOException {
        flush();
        boolean news = !phase.equals(writtenPhase);
        if (!ended
                && (news
                        || System.nanoTime() - writtenNanos > settings.refresh().toNanos())) {
            run = run.at(Instant.now(), phase);
            return put(run);
        }
        return true;
    }

    private void flush() {
        List<Row> rows;
        synchronized (measurements) {
            rows = List.copyOf(measurements);
            measurements.clear();
        }
        if (!rows.isEmpty()) {
            table.append(rows);
        }
    }

    private boolean put(Run row) throws IOException {
        boolean written = table.put(row, row.attempts() * WRITES_PER_ATTEMPT + writes++);
        writtenNanos = System.nanoTime();
        writtenPhase = row.phase();
        return written;
    }

    /** Runs a write whose failure must end the run. */
    private boolean guarded(Callable<Boolean> write) {
        try {
            boolean written = write.call();
            if (!written) {
                lost(takenOver());
            }
            return written;
        } catch (Exception e) {
            AthanorException failure = Failures.of("Cannot record run " + run.runId(), e);
            lost(failure);
            throw failure;
        }
    }

    private static <T> T get(Future<T> future) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw Failures.of("Cannot record the run", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        end(pulse);
        writer.shutdownNow();
        release();
        try {
            heartbeat.stop(owner);
        } catch (IOException e) {
            LOG.warn("The sign of life of run {} could not be removed", run.runId(), e);
        }
    }

    /** Lets a beat that is under way end: interrupted, it would complain in the log. */
    private static void end(ExecutorService beats) {
        beats.shutdown();
        try {
            if (!beats.awaitTermination(LAST_BEAT.toMillis(), TimeUnit.MILLISECONDS)) {
                beats.shutdownNow();
            }
        } catch (InterruptedException e) {
            beats.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
