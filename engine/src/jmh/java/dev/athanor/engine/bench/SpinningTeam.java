package dev.athanor.engine.bench;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** A few threads that do their parts of one piece of work after another and wait for each other without sleeping. */
final class SpinningTeam implements AutoCloseable {
    /** Tries after which the processor is offered to others. */
    private static final int PATIENCE = 2000;

    private final int threads;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile IntConsumer work;
    private volatile boolean closed;

    SpinningTeam(int threads) {
        this.threads = threads;
        for (int t = 1; t < threads; t++) {
            int member = t;
            Thread thread = new Thread(() -> member(member), "team-" + t);
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void member(int number) {
        for (int piece = 1; ; piece++) {
            int tries = 0;
            while (begun.get() < piece) {
                pause(++tries);
            }
            if (closed) {
                return;
            }
            work.accept(number);
            done.incrementAndGet();
        }
    }

    /** Does a piece of work, of which each thread does the part of its number. */
    void run(IntConsumer parts) {
        work = parts;
        done.set(0);
        begun.incrementAndGet();
        parts.accept(0);
        int tries = 0;
        while (done.get() < threads - 1) {
            pause(++tries);
        }
    }

    private static void pause(int tries) {
        if (tries % PATIENCE == 0) {
            Thread.yield();
        } else {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        closed = true;
        begun.incrementAndGet();
    }
}
