package dev.athanor.engine.train;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Encoded rows, appended by one thread while another already trains on them.
 *
 * <p>Rows are kept in blocks; blocks beyond the memory budget go to a local file, deleted on {@link #close()}. What a
 * reader delivers, and in which order, depends on the rows, their order, the seed and the epoch, never on timing or on
 * the budget.
 *
 * <pre>{@code
 * try (ExampleStore store = new ExampleStore(layout, 256 << 20, spillDirectory)) {
 *     store.append(batch);  // again and again, on the feeding thread
 *     store.finish();       // or fail(error)
 * }
 * }</pre>
 */
public final class ExampleStore implements AutoCloseable {
    private static final int BLOCK_ROWS = 512;
    private static final int BLOCK_BYTES = 4 << 20;

    private final InputLayout layout;
    private final long memoryBytes;
    private final Path spillDirectory;
    private final int blockRows;
    private final List<Sealed> sealed = new ArrayList<>();
    private Block filling;
    private BlockFile file;
    private long heldBytes;
    private long rows;
    private boolean finished;
    private boolean closed;
    private Throwable failure;

    /** A block that takes no more rows: held in memory, or at a place in the file. */
    private record Sealed(Block held, long at, int rows, long bytes) {}

    /**
     * @param layout of the rows
     * @param memoryBytes heap for rows; blocks beyond it are spilled
     * @param spillDirectory made when first needed
     */
    public ExampleStore(InputLayout layout, long memoryBytes, Path spillDirectory) {
        this.layout = layout;
        this.memoryBytes = memoryBytes;
        this.spillDirectory = spillDirectory;
        long rowBytes = 4L
                * (layout.denseWidth()
                        + (layout.image() == null ? 0 : layout.image().size())
                        + 1);
        this.blockRows = (int) Math.max(1, Math.min(BLOCK_ROWS, BLOCK_BYTES / rowBytes));
    }

    public InputLayout layout() {
        return layout;
    }

    /**
     * Copies the rows of a batch that were encoded without error.
     *
     * @throws CancellationException if the store was closed: nobody wants more rows
     */
    public void append(EncodedBatch batch) {
        for (int r = 0; r < batch.rows(); r++) {
            if (batch.error(r) == null) {
                append(batch, r);
            }
        }
    }

    /** Copies one row; as {@link #append(EncodedBatch)}. */
    public void append(EncodedBatch batch, int row) {
        if (filling == null) {
            filling = new Block(layout, blockRows);
        }
        filling.add(batch, row);
        if (filling.rows == blockRows) {
            seal();
        }
    }

    private void seal() {
        Block block = filling;
        filling = null;
        long bytes = block.bytes();
        boolean hold;
        synchronized (this) {
            if (closed) {
                throw new CancellationException("Training ended: no more rows are wanted");
            }
            if (finished) {
                throw new IllegalStateException("Cannot append: the store was finished");
            }
            hold = heldBytes + bytes <= memoryBytes;
            if (!hold && file == null) {
                file = new BlockFile(spillDirectory, layout);
            }
        }
        long at = hold ? -1 : file.write(block);
        synchronized (this) {
            heldBytes += hold ? bytes : 0;
            sealed.add(new Sealed(hold ? block : null, at, block.rows, bytes));
            rows += block.rows;
            notifyAll();
        }
    }

    /** Says that all rows were appended. */
    public void finish() {
        if (filling != null) {
            seal();
        }
        synchronized (this) {
            finished = true;
            notifyAll();
        }
    }

    /** Says that no more rows will come, because of an error: readers that wait for rows throw it. */
    public synchronized void fail(Throwable error) {
        failure = error;
        finished = true;
        notifyAll();
    }

    /** Rows in finished blocks so far; all rows once the store is finished. */
    public synchronized long rows() {
        return rows;
    }

    /** Whether all rows were appended. */
    public synchronized boolean isFinished() {
        return finished && failure == null;
    }

    /** Bytes on disk. */
    public synchronized long spilledBytes() {
        return file == null ? 0 : file.bytes();
    }

    /** Waits until all rows were appended and says how many they are. */
    public synchronized long awaitRows() {
        awaitUntil(() -> finished);
        return rows;
    }

    /** Rows in the order they came. One reader at a time may read a store. */
    EpochReader inOrder() {
        return new EpochReader(this, 0, EpochReader.IN_ORDER);
    }

    /**
     * Rows shuffled: in the first epoch as they come, within a window of fixed size; in later ones all blocks first, then
     * the rows within a window of blocks.
     *
     * @param epoch from 1
     */
    EpochReader shuffled(long seed, int epoch) {
        return new EpochReader(this, seed, epoch);
    }

    int blockRows() {
        return blockRows;
    }

    /** Waits for the i-th block; false when there are fewer. */
    synchronized boolean awaitBlock(int i) {
        awaitUntil(() -> sealed.size() > i || finished);
        return i < sealed.size();
    }

    synchronized int blocks() {
        return sealed.size();
    }

    /** Bytes of the i-th block's rows. */
    synchronized long blockBytes(int i) {
        return sealed.get(i).bytes();
    }

    /** The i-th block if it is in memory, else null. */
    synchronized Block held(int i) {
        return sealed.get(i).held();
    }

    /** Reads the i-th block from disk. */
    void load(int i, Block into) {
        long at;
        BlockFile from;
        synchronized (this) {
            at = sealed.get(i).at();
            from = file;
        }
        from.read(at, into);
    }

    private void awaitUntil(BooleanSupplier ready) {
        while (!ready.getAsBoolean()) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("Interrupted while waiting for rows");
            }
            if (closed) {
                throw new CancellationException("The store was closed while waiting for rows");
            }
        }
        rethrow();
    }

    private void rethrow() {
        if (failure instanceof AthanorException known) {
            throw known;
        }
        if (failure instanceof OutOfMemoryError full) {
            throw full; // whoever asked for the training knows what to say about the heap
        }
        if (failure != null) {
            throw new AthanorException(
                    "Cannot feed training", String.valueOf(failure.getMessage()), "See the cause below", failure);
        }
    }

    /** Gives memory and disk back; a thread still appending gets a {@link CancellationException}. */
    @Override
    public synchronized void close() {
        closed = true;
        sealed.clear();
        heldBytes = 0;
        if (file != null) {
            file.close();
        }
        notifyAll();
    }
}
