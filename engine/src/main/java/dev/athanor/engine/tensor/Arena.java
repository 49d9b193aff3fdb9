package dev.athanor.engine.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * Owns the memory of one worker: tensors are cut from large blocks, and given back together when a scope closes.
 *
 * <p>An arena belongs to one thread. Memory handed out is zeroed. After {@link #close()} no tensor of it may be used.
 *
 * <pre>{@code
 * try (Arena arena = new Arena()) {
 *     Tensor weights = arena.allocate(DType.FLOAT32, 784, 256);
 *     try (Arena.Scope step = arena.scope()) {
 *         Tensor scratch = arena.allocate(DType.FLOAT32, 64, 256); // given back at the end of the step
 *     }
 * }
 * }</pre>
 */
public final class Arena implements AutoCloseable {
    private static final int BLOCK_FLOATS = 1 << 20;

    private final List<float[]> blocks = new ArrayList<>();
    private int block;
    private int used;
    private long otherBytes;
    private boolean closed;

    /**
     * A zeroed tensor that lives until the innermost open scope, or the arena, closes. Only FLOAT32 comes from pooled
     * blocks; the other types are rare and are ordinary heap arrays counted by {@link #bytes()}.
     */
    public Tensor allocate(DType dtype, int... shape) {
        if (closed) {
            throw new IllegalStateException("Cannot allocate from arena: it is closed");
        }
        if (dtype != DType.FLOAT32) {
            Tensor tensor = Tensor.zeros(dtype, shape);
            otherBytes += (long) tensor.size() * dtype.bytes();
            return tensor;
        }
        int size = Tensor.elements(shape);
        int rounded = (size + 15) & ~15; // whole cache lines, so that neighbours never share one
        while (block < blocks.size() && used + rounded > blocks.get(block).length) {
            block++;
            used = 0;
        }
        if (block == blocks.size()) {
            blocks.add(new float[Math.max(BLOCK_FLOATS, rounded)]);
            used = 0;
        }
        float[] storage = blocks.get(block);
        java.util.Arrays.fill(storage, used, used + size, 0f);
        Tensor tensor = Tensor.of(storage, used, shape);
        used += rounded;
        return tensor;
    }

    /** Opens a scope: what is allocated until it closes is given back then. Scopes nest like try blocks. */
    public Scope scope() {
        return new Scope(block, used, otherBytes);
    }

    /** Bytes reserved from the heap, used or not. */
    public long bytes() {
        long floats = 0;
        for (float[] b : blocks) {
            floats += b.length;
        }
        return floats * Float.BYTES + otherBytes;
    }

    @Override
    public void close() {
        closed = true;
        blocks.clear();
    }

    /** A mark in the arena; closing it gives back everything allocated since. */
    public final class Scope implements AutoCloseable {
        private final int markBlock;
        private final int markUsed;
        private final long markOther;

        private Scope(int markBlock, int markUsed, long markOther) {
            this.markBlock = markBlock;
            this.markUsed = markUsed;
            this.markOther = markOther;
        }

        @Override
        public void close() {
            block = markBlock;
            used = markUsed;
            otherBytes = markOther;
        }
    }
}
