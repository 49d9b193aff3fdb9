package dev.athanor.engine.train;

import dev.athanor.engine.table.EncodedBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Delivers the rows of a store once, batch by batch. One thread advances it; several may then copy parts of the batch.
 *
 * <p>Rows are drawn from a window of blocks: at most {@link #WINDOW_BYTES}, at least one block; in the first epoch at most
 * {@link #FIRST_WINDOW_ROWS}, so that training begins while rows are still being encoded. Blocks read from disk are
 * reused once all their rows were delivered.
 */
final class EpochReader {
    /** Marks a reader that does not shuffle. */
    static final int IN_ORDER = -1;

    private static final int WINDOW_BYTES = 48 << 20;
    private static final int FIRST_WINDOW_ROWS = 16_384;

    private final ExampleStore store;
    private final List<Block> window = new ArrayList<>();
    private final List<Block> borrowed = new ArrayList<>();
    private final List<Block> spent = new ArrayList<>();
    private final List<Block> spare = new ArrayList<>();
    private SplittableRandom random;
    private int epoch;
    private long seed;
    private int[] blockOrder = new int[0];
    private int[] order = new int[0];
    private int windowRows;
    private int windowAt;
    private int nextBlock;
    private long delivered;
    private Block[] batchBlocks = new Block[0];
    private int[] batchRows = new int[0];
    private int rows;

    EpochReader(ExampleStore store, long seed, int epoch) {
        this.store = store;
        restart(seed, epoch);
    }

    /** Begins another epoch with the same memory. */
    void restart(long newSeed, int newEpoch) {
        seed = newSeed;
        epoch = newEpoch;
        random = new SplittableRandom(mix(newSeed, newEpoch));
        if (epoch > 1) {
            store.awaitRows();
            blockOrder = new int[store.blocks()];
            identity(blockOrder, blockOrder.length);
            shuffle(blockOrder, blockOrder.length);
        }
        retire();
        windowRows = 0;
        windowAt = 0;
        nextBlock = 0;
        delivered = 0;
        rows = 0;
    }

    /** A stream of its own for each seed and number. */
    static long mix(long seed, long number) {
        long z = seed + 0x9E3779B97F4A7C15L * (number + 1);
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Moves to the next batch of up to {@code max} rows; waits for rows where it must; false at the end. */
    boolean next(int max) {
        if (!spent.isEmpty()) { // even an empty list makes an array when it is added
            spare.addAll(spent);
            spent.clear();
        }
        if (batchBlocks.length < max) {
            batchBlocks = new Block[max];
            batchRows = new int[max];
        }
        rows = 0;
        while (rows < max) {
            if (windowAt == windowRows && !fillWindow()) {
                break;
            }
            int take = Math.min(max - rows, windowRows - windowAt);
            for (int i = 0; i < take; i++) {
                int row = order[windowAt++];
                batchBlocks[rows] = window.get(row / store.blockRows());
                batchRows[rows++] = row % store.blockRows();
            }
        }
        delivered += rows;
        return rows > 0;
    }

    /** Rows of the batch. */
    int rows() {
        return rows;
    }

    /**
     * Copies rows of the batch; several threads may copy different rows into different batches.
     *
     * @param augmentation changes images on the way, or null
     */
    void fill(EncodedBatch to, int from, int end, Augmentation augmentation) {
        to.clear();
        to.setRows(end - from);
        for (int r = from; r < end; r++) {
            Block block = batchBlocks[r];
            block.copyRow(batchRows[r], to, r - from, augmentation == null);
            if (augmentation != null && block.image.length > 0) {
                int size = store.layout().image().size();
                augmentation.apply(
                        mix(mix(seed, epoch), delivered - rows + r),
                        block.image,
                        batchRows[r] * size,
                        to.image().floats(),
                        to.image().offset() + (r - from) * size);
            }
        }
    }

    private boolean fillWindow() {
        retire();
        long bytes = 0;
        windowRows = 0;
        windowAt = 0;
        while ((epoch > 1 || windowRows < FIRST_WINDOW_ROWS) && moreBlocks()) {
            int block = epoch > 1 ? blockOrder[nextBlock] : nextBlock;
            bytes += store.blockBytes(block);
            if (!window.isEmpty() && bytes > WINDOW_BYTES) {
                break;
            }
            nextBlock++;
            Block loaded = store.held(block);
            if (loaded == null) {
                loaded =
                        spare.isEmpty() ? new Block(store.layout(), store.blockRows()) : spare.remove(spare.size() - 1);
                store.load(block, loaded);
                borrowed.add(loaded);
            }
            int needed = windowRows + loaded.rows;
            if (order.length < needed) {
                order = Arrays.copyOf(order, Math.max(needed, order.length * 2));
            }
            int first = window.size() * store.blockRows();
            for (int r = 0; r < loaded.rows; r++) {
                order[windowRows++] = first + r;
            }
            window.add(loaded);
        }
        if (epoch != IN_ORDER) {
            shuffle(order, windowRows);
        }
        return windowRows > 0;
    }

    private boolean moreBlocks() {
        return epoch > 1 ? nextBlock < blockOrder.length : store.awaitBlock(nextBlock);
    }

    /** Blocks of the window just delivered: the batch may still point at them, so they are reused one batch later. */
    private void retire() {
        spent.addAll(borrowed);
        borrowed.clear();
        window.clear();
    }

    private void shuffle(int[] values, int n) {
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = values[i];
            values[i] = values[j];
            values[j] = swap;
        }
    }

    private static void identity(int[] values, int n) {
        for (int i = 0; i < n; i++) {
            values[i] = i;
        }
    }
}
