package dev.athanor.pipelines.bench;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.jdk.javaapi.CollectionConverters;

/** Adds up the processor time of the tasks that some work starts, on whatever executors they run. */
final class TaskTimes extends SparkListener {
    /** Marks the work's jobs; its value is of no meaning but to tell two runs apart. */
    private static final String MARK = "athanor.bench.round";

    private static final long WAIT_SECONDS = 10;

    private final String mark;
    private final Set<Integer> running = new HashSet<>();
    private final Set<Integer> stages = new HashSet<>();
    private boolean started;
    private long nanos;

    private TaskTimes(String mark) {
        this.mark = mark;
    }

    /** Runs some work on this thread and returns the seconds of processor time that its tasks took. */
    static double seconds(SparkContext context, String mark, Callable<?> work) throws Exception {
        TaskTimes times = new TaskTimes(mark);
        context.addSparkListener(times);
        context.setLocalProperty(MARK, mark);
        try {
            work.call();
            times.awaitEvents();
        } finally {
            context.setLocalProperty(MARK, null);
            context.removeSparkListener(times);
        }
        return times.seconds();
    }

    private synchronized double seconds() {
        return nanos / 1e9;
    }

    @Override
    public synchronized void onJobStart(SparkListenerJobStart job) {
        if (job.properties() != null && mark.equals(job.properties().getProperty(MARK))) {
            started = true;
            running.add(job.jobId());
            CollectionConverters.asJava(job.stageInfos()).forEach(stage -> stages.add(stage.stageId()));
        }
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
        if (stages.contains(task.stageId()) && task.taskMetrics() != null) {
            nanos += task.taskMetrics().executorCpuTime();
        }
    }

    @Override
    public synchronized void onJobEnd(SparkListenerJobEnd job) {
        running.remove(job.jobId());
        notifyAll();
    }

    /** Events reach listeners some time after the work's end. */
    private synchronized void awaitEvents() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while ((!started || !running.isEmpty()) && System.nanoTime() < end) {
            wait(50);
        }
    }
}
