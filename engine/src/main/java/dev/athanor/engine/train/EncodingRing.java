package dev.athanor.engine.train;

import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.Encoder;
import dev.athanor.engine.table.EncoderPlan;
import dev.athanor.engine.table.RowBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Batches that several threads encode while one thread reads the next, given back in the order in which they were read:
 * what comes out does not depend on the number of threads.
 *
 * <pre>{@code
 * while (source.next(ring.free())) {
 *     ring.encode();
 *     if (ring.isFull()) {
 *         use(ring.oldest());
 *     }
 * }
 * while (!ring.isEmpty()) {
 *     use(ring.oldest());
 * }
 * }</pre>
 *
 * <p>One thread uses it; what {@link #oldest} gave is overwritten by the second batch that is read after it. A ring of
 * one encodes on the thread that uses it, and what it gave is overwritten by the next batch.
 */
final class EncodingRing implements AutoCloseable {
    private static final String NAME = "athanor-encoder-";

    private final ExecutorService executor;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Slot> slots = new ArrayList<>();
    private final Deque<Slot> encoding = new ArrayDeque<>();
    private int next;

    /** One batch, before and after it was encoded. */
    static final class Slot {
        private final RowBatch rows;
        private final Encoder encoder;
        private final EncodedBatch encoded;
        private Future<?> done;

        Slot(EncoderPlan plan, List<ColumnSpec> features, ColumnSpec label, int batch) {
            this.rows = new RowBatch(features, label, batch);
            this.encoder = new Encoder(plan);
            this.encoded = new EncodedBatch(plan.layout(), batch);
        }

        RowBatch rows() {
            return rows;
        }

        EncodedBatch encoded() {
            return encoded;
        }
    }

    /**
     * @param batch most rows of a batch
     * @param size batches encoded at a time
     */
    EncodingRing(EncoderPlan plan, List<ColumnSpec> features, ColumnSpec label, int batch, int size) {
        executor = size == 1 ? null : Executors.newFixedThreadPool(size, this::thread);
        // One for each thread, one being read and one to go on with.
        for (int i = 0; i < (size == 1 ? 1 : size + 2); i++) {
            slots.add(new Slot(plan, features, label, batch));
        }
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, NAME + (threads.size() + 1));
        thread.setDaemon(true);
        threads.add(thread);
        return thread;
    }

    /** Where the next rows go. */
    RowBatch free() {
        return slots.get(next).rows;
    }

    /** Encodes what was read into {@link #free}, or has it encoded. */
    void encode() {
        Slot slot = slots.get(next);
        if (executor == null) {
            slot.encoder.encode(slot.rows, slot.encoded);
        } else {
            slot.done = executor.submit(() -> slot.encoder.encode(slot.rows, slot.encoded));
        }
        encoding.add(slot);
        next = (next + 1) % slots.size();
    }

    /** Whether the oldest batch must be taken before another is read. */
    boolean isFull() {
        return encoding.size() >= Math.max(1, slots.size() - 1);
    }

    boolean isEmpty() {
        return encoding.isEmpty();
    }

    /**
     * The batch that was read first of those not taken yet; waits until it is encoded.
     *
     * @throws CancellationException if the thread was interrupted
     */
    Slot oldest() {
        Slot slot = encoding.remove();
        if (executor == null) {
            return slot;
        }
        try {
            slot.done.get();
            return slot;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RowFeeder.cancelled();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            if (e.getCause() instanceof Error known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Ends the threads, and returns when they have ended. */
    @Override
    public void close() {
        if (executor == null) {
            return;
        }
        executor.shutdownNow();
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true; // a batch is encoded soon
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
