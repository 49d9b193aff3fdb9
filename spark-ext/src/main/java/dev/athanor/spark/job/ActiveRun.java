package dev.athanor.spark.job;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.registry.DeltaModelRegistry;
import dev.athanor.spark.registry.ModelRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;

/** A run in this process: what its job may use, and how others stop it. */
final class ActiveRun implements JobContext {
    private final SparkSession spark;
    private final String runId;
    private final String warehouse;
    private final String checkpoints;
    private final Progress progress;
    private final Thread thread = Thread.currentThread();
    private final CountDownLatch done = new CountDownLatch(1);
    private final ModelRegistry models;

    private volatile boolean cancelled;
    private volatile AthanorException lost;
    private volatile RunRecorder recorder;

    ActiveRun(SparkSession spark, String runId, String warehouse, String checkpoints, Progress watcher) {
        this.spark = spark;
        this.runId = runId;
        this.warehouse = warehouse;
        this.checkpoints = checkpoints;
        this.models = DeltaModelRegistry.of(spark);
        this.progress = new Watched(watcher);
    }

    void recordWith(RunRecorder newRecorder) {
        recorder = newRecorder;
    }

    RunRecorder recorder() {
        return recorder;
    }

    String tag() {
        return "athanor-run-" + runId;
    }

    /** Asks the job to stop and stops its Spark jobs. */
    void cancel() {
        cancelled = true;
        if (!spark.sparkContext().isStopped()) {
            spark.sparkContext().cancelJobsWithTag(tag(), "run " + runId + " was cancelled");
        }
    }

    /** Stops the job because its record cannot be kept. */
    void lose(AthanorException why) {
        lost = why;
        cancel();
    }

    AthanorException lost() {
        return lost;
    }

    void interrupt() {
        thread.interrupt();
    }

    void finish() {
        done.countDown();
    }

    boolean awaitEnd(Duration time) throws InterruptedException {
        return done.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public SparkSession spark() {
        return spark;
    }

    @Override
    public String runId() {
        return runId;
    }

    @Override
    public String warehouse() {
        return warehouse;
    }

    @Override
    public ModelRegistry models() {
        return models;
    }

    @Override
    public Progress progress() {
        return progress;
    }

    @Override
    public void metrics(long step, Map<String, Double> values) {
        RunRecorder to = recorder;
        if (to != null) {
            to.metrics(step, values);
        }
    }

    @Override
    public String checkpointDirectory() {
        return checkpoints;
    }

    @Override
    public boolean cancelled() {
        return cancelled || thread.isInterrupted() || spark.sparkContext().isStopped();
    }

    /** Hands progress on to whoever watches, and to the record. */
    private final class Watched implements Progress {
        private final Progress watcher;
        private volatile String name = "";

        Watched(Progress watcher) {
            this.watcher = watcher;
        }

        @Override
        public void phase(String newName) {
            name = newName;
            note(newName);
            watcher.phase(newName);
        }

        @Override
        public void update(double share, String detail) {
            note(detail == null || detail.isEmpty() ? name : name + ": " + detail);
            watcher.update(share, detail);
        }

        @Override
        public void message(String line) {
            watcher.message(line);
        }

        private void note(String text) {
            RunRecorder to = recorder;
            if (to != null) {
                to.phase(text);
            }
        }
    }
}
