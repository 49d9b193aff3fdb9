package dev.athanor.engine.transformer;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.AttentionShape;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.tensor.Arena;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The activations of one {@link TransformerPass}, for up to a number of tokens: every block uses the same ones.
 *
 * <p>The feed-forward part is run in chunks of rows whose inner numbers stay in the second cache, so there is a view for
 * each chunk.
 */
final class PassBuffers implements AutoCloseable {
    /** Rows of a chunk, a multiple of the row tiles. */
    static final int CHUNK_ROWS = 120;

    private final Arena arena = new Arena();
    private final int capacity;
    private final List<Tensor> views = new ArrayList<>();

    /** Between blocks (T,W). */
    final Tensor x;

    /** After attention (T,W). */
    final Tensor h;

    /** Normalised (T,W). */
    final Tensor n;

    /** Query, key and value (T,(H+2G)·D). */
    final Tensor projected;

    final Tensor query;
    final Tensor key;
    final Tensor value;

    /** Query, key and value by themselves, where a block computes them so; else null. */
    final Tensor[] parts;

    /** Queries and keys by head, contiguous, where each head is normalised; else null. */
    final Tensor ownQuery;

    final Tensor ownKey;

    /** Results of attention (T,H·D). */
    final Tensor attended;

    /** Statistics of normalisations (at least T). */
    final Tensor mean;

    final Tensor rstd;

    /** Inner numbers of a chunk (C,F). */
    final Tensor inner;

    /** What multiplies them (C,F), or null. */
    final Tensor gate;

    final Tensor[] xChunks;
    final Tensor[] hChunks;
    final Tensor[] nChunks;

    /** The end of each block's attention output, by block. */
    final Epilogue[] attentionEnds;

    /** The end of each block's feed-forward output, by block and chunk. */
    final Epilogue[][] feedEnds;

    PassBuffers(PreparedTransformer model, int capacity) {
        this.capacity = capacity;
        TransformerSpec spec = model.spec();
        AttentionShape shape = spec.blocks().get(0).attention().shape();
        int queries = shape.queryWidth();
        int keys = shape.keyWidth();
        x = rows(spec.width());
        h = rows(spec.width());
        n = rows(spec.width());
        projected = rows(queries + 2 * keys);
        query = view(projected.slice(1, 0, queries));
        key = view(projected.slice(1, queries, queries + keys));
        value = view(projected.slice(1, queries + keys, queries + 2 * keys));
        boolean apart = model.blocks().stream().anyMatch(block -> block.projections.size() > 1);
        parts = apart ? new Tensor[] {rows(queries), rows(keys), rows(keys)} : null;
        boolean normed = spec.blocks().get(0).attention().norm() != null;
        ownQuery = normed ? rows(queries) : null;
        ownKey = normed ? rows(keys) : null;
        attended = rows(queries);
        int statistics = capacity * (normed ? shape.heads() : 1);
        mean = arena.allocate(DType.FLOAT32, statistics);
        rstd = arena.allocate(DType.FLOAT32, statistics);
        TransformerSpec.FeedForward feed = spec.blocks().get(0).feedForward();
        int chunk = Math.min(CHUNK_ROWS, capacity);
        inner = arena.allocate(DType.FLOAT32, chunk, feed.width());
        gate = feed.gated() ? arena.allocate(DType.FLOAT32, chunk, feed.width()) : null;
        xChunks = chunks(x);
        hChunks = chunks(h);
        nChunks = chunks(n);
        attentionEnds = new Epilogue[spec.blocks().size()];
        feedEnds = new Epilogue[spec.blocks().size()][xChunks.length];
        for (int i = 0; i < attentionEnds.length; i++) {
            PreparedBlock block = model.blocks().get(i);
            boolean residual = block.spec.placement() != TransformerSpec.Placement.AROUND;
            boolean after = block.spec.placement() == TransformerSpec.Placement.AFTER;
            attentionEnds[i] = new Epilogue(block.outputBias, Activation.IDENTITY, residual ? x : null);
            for (int c = 0; c < xChunks.length; c++) {
                Tensor from = after ? xChunks[c] : hChunks[c];
                feedEnds[i][c] = new Epilogue(block.feedOutputBias, Activation.IDENTITY, residual ? from : null);
            }
        }
    }

    private Tensor rows(int width) {
        return view(arena.allocate(DType.FLOAT32, capacity, width));
    }

    private Tensor view(Tensor tensor) {
        views.add(tensor);
        return tensor;
    }

    private static Tensor[] chunks(Tensor whole) {
        int count = (whole.dim(0) + CHUNK_ROWS - 1) / CHUNK_ROWS;
        Tensor[] chunks = new Tensor[count];
        for (int i = 0; i < count; i++) {
            chunks[i] = whole.slice(0, i * CHUNK_ROWS, Math.min(whole.dim(0), (i + 1) * CHUNK_ROWS));
        }
        return chunks;
    }

    int capacity() {
        return capacity;
    }

    long bytes() {
        return arena.bytes();
    }

    /** Sets how many tokens are in use. */
    void setRows(int rows) {
        for (int i = 0; i < views.size(); i++) {
            views.get(i).setRows(rows);
        }
        for (int c = 0; c < xChunks.length; c++) {
            int inChunk = Math.max(0, Math.min(CHUNK_ROWS, rows - c * CHUNK_ROWS));
            xChunks[c].setRows(inChunk);
            hChunks[c].setRows(inChunk);
            nChunks[c].setRows(inChunk);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
