package dev.athanor.engine.train;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * A few threads that do the same short task again and again, each its share, the caller among them.
 *
 * <p>A step of a small network lasts less than waking a thread does, so members wait actively for a moment before they
 * sleep. A task that throws on any member makes {@link #run} throw once all have ended. Nothing is allocated per run.
 */
final class WorkerTeam implements AutoCloseable {
    private static final int SPINS = 4_000;

    private final int size;
    private final Member[] members;
    private final AtomicInteger pending = new AtomicInteger();
    private final Thread caller;
    private IntConsumer task;
    private final AtomicInteger round = new AtomicInteger();
    private volatile boolean closed;
    private volatile boolean callerSleeps;

    /** A team of {@code size}, the calling thread included; only that thread may call {@link #run}. */
    WorkerTeam(int size) {
        this.size = size;
        this.caller = Thread.currentThread();
        this.members = new Member[size - 1];
        for (int i = 0; i < members.length; i++) {
            members[i] = new Member(i + 1);
            members[i].start();
        }
    }

    int size() {
        return size;
    }

    /** Runs {@code work} with 0 to size-1, the 0 on this thread, and returns when all have ended. */
    void run(IntConsumer work) {
        if (size == 1) {
            work.accept(0);
            return;
        }
        task = work;
        pending.set(size - 1);
        round.incrementAndGet();
        for (Member member : members) {
            if (member.sleeps) {
                LockSupport.unpark(member);
            }
        }
        Throwable own = null;
        try {
            work.accept(0);
        } catch (RuntimeException | Error e) {
            own = e;
        }
        awaitOthers();
        rethrow(own);
        for (Member member : members) {
            Throwable failure = member.failure;
            member.failure = null;
            rethrow(failure);
        }
    }

    private void awaitOthers() {
        for (int spin = 0; pending.get() > 0; spin++) {
            if (spin < SPINS) {
                Thread.onSpinWait();
            } else {
                callerSleeps = true;
                if (pending.get() > 0) {
                    LockSupport.park(this);
                }
                callerSleeps = false;
            }
        }
    }

    private static void rethrow(Throwable failure) {
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Member member : members) {
            LockSupport.unpark(member);
        }
        boolean interrupted = false;
        for (Member member : members) {
            while (member.isAlive()) {
                try {
                    member.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Member extends Thread {
        private final int index;
        private volatile boolean sleeps;
        private volatile Throwable failure;

        Member(int index) {
            super("athanor-train-" + index);
            setDaemon(true);
            this.index = index;
        }

        @Override
        public void run() {
            int done = 0;
            while (awaitRound(done)) {
                done = round.get();
                try {
                    task.accept(index);
                } catch (RuntimeException | Error e) {
                    failure = e;
                }
                if (pending.decrementAndGet() == 0 && callerSleeps) {
                    LockSupport.unpark(caller);
                }
            }
        }

        /** Waits for another round than {@code last}; false when the team is closed. */
        private boolean awaitRound(int last) {
            for (int spin = 0; round.get() == last && !closed; spin++) {
                if (spin < SPINS) {
                    Thread.onSpinWait();
                } else {
                    sleeps = true;
                    if (round.get() == last && !closed) {
                        LockSupport.park(WorkerTeam.this);
                    }
                    sleeps = false;
                }
            }
            return !closed;
        }
    }
}
