package dev.athanor.spark.train;

import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.RowSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Lets another thread pull rows that only a Spark task's own thread can read.
 *
 * <p>Spark's readers look for their task in a thread-local, so the task thread reads, in {@link #serve}, and the trainer's
 * thread waits in {@link #next}. The batch itself is passed over and filled in place: nothing is copied.
 */
final class RowHandoff implements RowSource {
    private static final long POLL_MILLIS = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private RowBatch wanted;
    private boolean filled;
    private boolean served;
    private Throwable failure;

    /** Called by the trainer's thread. */
    @Override
    public boolean next(RowBatch into) throws IOException {
        lock.lock();
        try {
            wanted = into;
            changed.signalAll();
            while (wanted != null && !served) {
                changed.await();
            }
            if (failure != null) {
                throw new IOException("the rows could not be read: " + failure.getMessage(), failure);
            }
            if (served && wanted != null) {
                throw new InterruptedIOException("reading was stopped");
            }
            return filled;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException stopped = new InterruptedIOException("waiting for rows was interrupted");
            stopped.initCause(e);
            throw stopped;
        } finally {
            wanted = null;
            lock.unlock();
        }
    }

    /**
     * Called by the task thread: fills what is asked for until {@code finished} says so.
     *
     * @param tick called about ten times a second while nothing is asked for; may throw to stop
     */
    void serve(RowSource rows, BooleanSupplier finished, Runnable tick) throws InterruptedException {
        try {
            while (true) {
                RowBatch batch = await(finished, tick);
                if (batch == null) {
                    return;
                }
                boolean any = false;
                Throwable problem = null;
                try {
                    any = rows.next(batch);
                } catch (IOException | RuntimeException | Error e) {
                    problem = e;
                }
                answer(any, problem);
                if (problem instanceof Error e) {
                    throw e;
                }
                tick.run();
            }
        } finally {
            lock.lock();
            try {
                served = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** The next batch asked for, or null once finished. */
    private RowBatch await(BooleanSupplier finished, Runnable tick) throws InterruptedException {
        while (true) {
            lock.lock();
            try {
                if (wanted != null) {
                    return wanted;
                }
                if (finished.getAsBoolean()) {
                    return null;
                }
                if (changed.await(POLL_MILLIS, TimeUnit.MILLISECONDS) && wanted != null) {
                    return wanted;
                }
            } finally {
                lock.unlock();
            }
            tick.run();
        }
    }

    private void answer(boolean any, Throwable problem) {
        lock.lock();
        try {
            filled = any;
            failure = problem;
            wanted = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Why the rows could not be read, or null. */
    Throwable failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /** Wakes {@link #serve} so that it notices the end at once. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
