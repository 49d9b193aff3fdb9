package dev.athanor.engine.transformer;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Keys and values of the tokens that running sequences have behind them, in pages of {@value #PAGE} tokens
 * (arXiv:2309.06180): a sequence takes pages as it is opened and gives them back when it is closed, and the pages of a
 * common beginning are held once. Belongs to one thread.
 *
 * <pre>{@code
 * KeyValueCache cache = new KeyValueCache(model.spec(), KeyValueCache.pages(4096));
 * try (KeyValueCache.Sequence sequence = cache.open(ids.length + 40)) {
 *     batch.add(ids, 0, ids.length, sequence.length());
 *     Tensor hidden = pass.forward(batch, List.of(sequence));
 * }
 * }</pre>
 */
public final class KeyValueCache {
    /** Tokens of a page. */
    public static final int PAGE = 64;

    /** Pages that are allocated together. */
    private static final int SLAB = 16;

    private final int[] widths;
    private final int most;
    private final List<Slab> slabs = new ArrayList<>();
    private final Deque<Integer> free = new ArrayDeque<>();
    private int[] users = new int[SLAB];
    private int used;

    /** Keys and values of neighbouring pages, by block: (SLAB·PAGE,G·D). */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Slab(Tensor[] keys, Tensor[] values) {}

    /** @param pages most pages it may take */
    public KeyValueCache(TransformerSpec spec, int pages) {
        widths = spec.blocks().stream()
                .mapToInt(b -> b.attention().shape().keyWidth())
                .toArray();
        most = pages;
    }

    /** Bytes that one token takes. */
    public static long bytesPerToken(TransformerSpec spec) {
        return spec.blocks().stream()
                .mapToLong(b -> 2L * b.attention().shape().keyWidth() * Float.BYTES)
                .sum();
    }

    /** Pages that so many tokens take. */
    public static int pages(int tokens) {
        return (tokens + PAGE - 1) / PAGE;
    }

    /** Pages that no sequence has. */
    public int freePages() {
        return most - used;
    }

    /** Bytes allocated, used or not. */
    public long bytes() {
        long perToken =
                Arrays.stream(widths).mapToLong(w -> 2L * w * Float.BYTES).sum();
        return slabs.size() * perToken * SLAB * PAGE;
    }

    /**
     * A sequence with room for so many tokens.
     *
     * @throws AthanorException if there are too few pages
     */
    public Sequence open(int tokens) {
        return open(null, 0, tokens);
    }

    /**
     * A sequence that begins as another does, with room for so many tokens. Whole pages are shared, the tokens after
     * them copied.
     *
     * @param begin sequence with at least {@code length} tokens
     * @param length tokens that both have
     * @throws AthanorException if there are too few pages
     */
    public Sequence open(Sequence begin, int length, int tokens) {
        int shared = length / PAGE;
        int wanted = pages(tokens);
        if (wanted - shared > freePages()) {
            throw new AthanorException(
                    "Cannot keep the keys and values of " + tokens + " tokens",
                    "they take " + (wanted - shared) + " pages of " + PAGE + " tokens, and " + freePages() + " of "
                            + most + " are free",
                    "Give it more memory, or generate fewer or shorter texts at once");
        }
        int[] pages = new int[wanted];
        for (int i = 0; i < wanted; i++) {
            pages[i] = i < shared ? begin.pages[i] : take();
            users[pages[i]] += i < shared ? 1 : 0;
        }
        Sequence sequence = new Sequence(pages);
        for (int p = shared * PAGE; p < length; p++) {
            copy(begin, sequence, p);
        }
        sequence.length = length;
        return sequence;
    }

    private int take() {
        if (free.isEmpty()) {
            int first = slabs.size() * SLAB;
            slabs.add(slab());
            for (int i = 0; i < SLAB; i++) {
                free.addLast(first + i);
            }
            users = Arrays.copyOf(users, Math.max(users.length, slabs.size() * SLAB));
        }
        int page = free.removeFirst();
        users[page] = 1;
        used++;
        return page;
    }

    private Slab slab() {
        Tensor[] keys = new Tensor[widths.length];
        Tensor[] values = new Tensor[widths.length];
        for (int i = 0; i < widths.length; i++) {
            keys[i] = Tensor.zeros(DType.FLOAT32, SLAB * PAGE, widths[i]);
            values[i] = Tensor.zeros(DType.FLOAT32, SLAB * PAGE, widths[i]);
        }
        return new Slab(keys, values);
    }

    private void copy(Sequence from, Sequence to, int position) {
        for (int i = 0; i < widths.length; i++) {
            Tensor keys = keys(i, from.page(position));
            Tensor values = values(i, from.page(position));
            int row = from.row(position) * widths[i];
            put(keys(i, to.page(position)), to.row(position), keys.floats(), row);
            put(values(i, to.page(position)), to.row(position), values.floats(), row);
        }
    }

    private static void put(Tensor to, int row, float[] from, int at) {
        System.arraycopy(from, at, to.floats(), row * to.dim(1), to.dim(1));
    }

    /** Keys of a block, of the pages that were allocated with {@code page}. */
    Tensor keys(int block, int page) {
        return slabs.get(page / SLAB).keys[block];
    }

    /** Values of a block, of the pages that were allocated with {@code page}. */
    Tensor values(int block, int page) {
        return slabs.get(page / SLAB).values[block];
    }

    /** Whether the tokens of a page lie right before those of another. */
    static boolean adjacent(int page, int next) {
        return next == page + 1 && next % SLAB != 0;
    }

    private void release(Sequence sequence) {
        for (int page : sequence.pages) {
            if (--users[page] == 0) {
                free.addFirst(page);
                used--;
            }
        }
    }

    /** One sequence; its tokens are those that passes ran with it. */
    public final class Sequence implements AutoCloseable {
        private final int[] pages;
        private int length;
        private boolean closed;

        private Sequence(int[] pages) {
            this.pages = pages;
        }

        /** Tokens that it has. */
        public int length() {
            return length;
        }

        /** Tokens that it has room for. */
        public int capacity() {
            return pages.length * PAGE;
        }

        KeyValueCache cache() {
            return KeyValueCache.this;
        }

        int page(int position) {
            return pages[position / PAGE];
        }

        /** Row of a token in the tensors that its page is part of. */
        int row(int position) {
            return page(position) % SLAB * PAGE + position % PAGE;
        }

        /** Keeps the key and the value of one block for the token at a position. */
        void put(int block, int position, float[] key, int keyAt, float[] value, int valueAt) {
            KeyValueCache.put(keys(block, page(position)), row(position), key, keyAt);
            KeyValueCache.put(values(block, page(position)), row(position), value, valueAt);
        }

        void advance(int tokens) {
            length += tokens;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                release(this);
            }
        }
    }
}
