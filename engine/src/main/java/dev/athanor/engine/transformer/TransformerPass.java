package dev.athanor.engine.transformer;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.AttentionShape;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a transformer over packed sequences, one thread. Owns its buffers; close it.
 *
 * <p>Computes no padding. Buffers grow to the largest batch and then nothing is allocated.
 */
public final class TransformerPass implements AutoCloseable {
    /** Tokens that a batch had better have at least in all and need not much exceed. */
    public static final int GOOD_TOKENS = 960;

    private final PreparedTransformer model;
    private final TransformerSpec spec;
    private final Kernels kernels;
    private final Map<TransformerSpec.Rotary, RotaryTables> rotary = new HashMap<>();
    private final CachedAttention cached;
    private PassBuffers buffers;

    TransformerPass(PreparedTransformer model) {
        this.model = model;
        this.spec = model.spec();
        this.kernels = model.kernels();
        this.cached = new CachedAttention(kernels);
        for (TransformerSpec.Block block : spec.blocks()) {
            TransformerSpec.Rotary r = block.attention().rotary();
            if (r != null) {
                rotary.computeIfAbsent(r, RotaryTables::new);
            }
        }
        this.buffers = new PassBuffers(model, PassBuffers.CHUNK_ROWS);
    }

    /**
     * Hidden states of every token.
     *
     * @return (T,W), valid until the next call
     * @throws AthanorException if a sequence is longer than the model allows, or an id is not of its vocabulary
     */
    public Tensor forward(TokenBatch batch) {
        return run(batch, null);
    }

    /**
     * Hidden states of new tokens behind those that sequences have already; they are then theirs, too.
     *
     * @param batch new tokens, each at its place in its sequence
     * @param sequences one for each of the batch
     * @return (T,W), valid until the next call
     * @throws AthanorException as {@link #forward(TokenBatch)}
     * @throws IllegalArgumentException if a sequence's new tokens do not begin where it ends, or exceed its room
     */
    public Tensor forward(TokenBatch batch, List<KeyValueCache.Sequence> sequences) {
        for (int b = 0; b < batch.sequences(); b++) {
            KeyValueCache.Sequence sequence = sequences.get(b);
            int from = batch.position(batch.start(b));
            int to = from + batch.start(b + 1) - batch.start(b);
            if (from != sequence.length() || to > sequence.capacity()) {
                throw new IllegalArgumentException("Cannot run tokens " + from + " to " + to + " of a sequence of "
                        + sequence.length() + " tokens with room for " + sequence.capacity());
            }
        }
        Tensor hidden = run(batch, sequences);
        for (int b = 0; b < batch.sequences(); b++) {
            sequences.get(b).advance(batch.start(b + 1) - batch.start(b));
        }
        return hidden;
    }

    private Tensor run(TokenBatch batch, List<KeyValueCache.Sequence> sequences) {
        check(batch);
        reserve(batch);
        embed(batch);
        for (int i = 0; i < spec.blocks().size(); i++) {
            block(i, batch, sequences);
        }
        if (model.norm() == null) {
            return buffers.x;
        }
        normalise(model.norm(), spec.norm(), buffers.x, buffers.n);
        return buffers.n;
    }

    /**
     * Logits over the vocabulary.
     *
     * @param hidden rows of hidden states (M,W)
     * @param logits (M,V), receives
     */
    public void logits(Tensor hidden, Tensor logits) {
        if (model.head() == null) {
            throw new IllegalStateException("Cannot compute logits: the model is an encoder without head");
        }
        kernels.matmul(hidden, model.head(), logits, Epilogue.NONE);
    }

    private void check(TokenBatch batch) {
        if (batch.longest() > spec.maxTokens()) {
            throw new AthanorException(
                    "Cannot run a sequence of " + batch.longest() + " tokens",
                    "the model takes " + spec.maxTokens(),
                    "Cut the text, or use a model of longer sequences");
        }
        int types = Math.max(1, spec.embedding().types());
        for (int t = 0; t < batch.tokens(); t++) {
            int id = batch.id(t);
            if (id < 0
                    || id >= spec.vocabulary()
                    || batch.type(t) < 0
                    || (spec.embedding().types() > 0 && batch.type(t) >= types)) {
                throw new AthanorException(
                        "Cannot look up token " + id + " of type " + batch.type(t),
                        "the model has " + spec.vocabulary() + " tokens of " + types + " types",
                        "Use the tokenizer that belongs to the model");
            }
        }
    }

    private void reserve(TokenBatch batch) {
        if (batch.tokens() > buffers.capacity()) {
            int chunks = (Math.max(batch.tokens(), buffers.capacity() * 2) + PassBuffers.CHUNK_ROWS - 1)
                    / PassBuffers.CHUNK_ROWS;
            buffers.close();
            buffers = new PassBuffers(model, chunks * PassBuffers.CHUNK_ROWS);
        }
        buffers.setRows(batch.tokens());
        for (RotaryTables tables : rotary.values()) {
            tables.reach(batch.longest());
        }
    }

    /** Sums the rows of the tables. */
    private void embed(TokenBatch batch) {
        TransformerSpec.Embedding embedding = spec.embedding();
        int width = spec.width();
        Tensor to = model.embeddingNorm() == null ? buffers.x : buffers.h;
        for (int t = 0; t < batch.tokens(); t++) {
            int at = to.offset() + t * width;
            model.tokens().row(batch.id(t), embedding.scale(), to.floats(), at);
            if (model.positions() != null) {
                addRow(model.positions(), batch.position(t) + embedding.positionOffset(), to.floats(), at);
            }
            if (model.types() != null) {
                addRow(model.types(), batch.type(t), to.floats(), at);
            }
        }
        if (model.embeddingNorm() != null) {
            normalise(model.embeddingNorm(), embedding.norm(), to, buffers.x);
        }
    }

    private static void addRow(Tensor table, int row, float[] to, int at) {
        float[] from = table.floats();
        int width = table.dim(1);
        int first = table.offset() + row * width;
        for (int i = 0; i < width; i++) {
            to[at + i] += from[first + i];
        }
    }

    private void block(int i, TokenBatch batch, List<KeyValueCache.Sequence> sequences) {
        PreparedBlock block = model.blocks().get(i);
        TransformerSpec.Placement placement = block.spec.placement();
        TransformerSpec.Norm norm = block.spec.norm();
        PassBuffers b = buffers;
        Tensor input = b.x;
        if (placement != TransformerSpec.Placement.AFTER) {
            normalise(block.attentionNorm, norm, b.x, b.n);
            input = b.n;
        }
        attend(i, input, batch, sequences);
        kernels.matmul(b.attended, block.output, b.h, b.attentionEnds[i]);
        switch (placement) {
            case AFTER -> normalise(block.attentionNorm, norm, b.h, b.x);
            case BEFORE -> normalise(block.feedNorm, norm, b.h, b.n);
            case AROUND -> {
                normalise(block.attentionAfter, norm, b.h, b.n);
                kernels.add(b.x, b.n, b.h);
                normalise(block.feedNorm, norm, b.h, b.n);
            }
        }
        int chunks = (batch.tokens() + PassBuffers.CHUNK_ROWS - 1) / PassBuffers.CHUNK_ROWS;
        for (int c = 0; c < chunks; c++) {
            Tensor x = b.xChunks[c];
            Tensor h = b.hChunks[c];
            Tensor n = b.nChunks[c];
            switch (placement) {
                case AFTER -> {
                    feed(i, c, x, h);
                    normalise(block.feedNorm, norm, h, x);
                }
                case BEFORE -> feed(i, c, n, x);
                case AROUND -> {
                    feed(i, c, n, n);
                    normalise(block.feedAfter, norm, n, x);
                    kernels.add(x, h, x);
                }
            }
        }
    }

    /** Self-attention of {@code input}, into {@link PassBuffers#attended}. */
    private void attend(int i, Tensor input, TokenBatch batch, List<KeyValueCache.Sequence> sequences) {
        PreparedBlock block = model.blocks().get(i);
        PassBuffers b = buffers;
        TransformerSpec.Attention attention = block.spec.attention();
        AttentionShape shape = attention.shape();
        if (block.projections.size() == 1) {
            kernels.matmul(input, block.projections.get(0), b.projected, block.projectionEnds.get(0));
        } else {
            for (int p = 0; p < 3; p++) {
                kernels.matmul(input, block.projections.get(p), b.parts[p], block.projectionEnds.get(p));
            }
        }
        boolean whole = block.projections.size() == 1;
        Tensor query = whole ? b.query : b.parts[0];
        Tensor key = whole ? b.key : b.parts[1];
        Tensor value = whole ? b.value : b.parts[2];
        if (attention.norm() != null) {
            query = headNorm(block.queryNorm, attention.norm(), query, b.ownQuery, shape.heads());
            key = headNorm(block.keyNorm, attention.norm(), key, b.ownKey, shape.keyHeads());
        }
        if (attention.rotary() != null) {
            RotaryTables tables = rotary.get(attention.rotary());
            kernels.rotary(query, shape.heads(), batch.positions(), tables.cos(), tables.sin(), false);
            kernels.rotary(key, shape.keyHeads(), batch.positions(), tables.cos(), tables.sin(), false);
        }
        if (sequences != null) {
            cached.attend(i, shape, batch, sequences, query, key, value, b.attended);
            return;
        }
        kernels.attention(
                shape, batch.sequences(), query, key, value, batch.starts(), batch.starts(), b.attended, null);
    }

    /** Normalises each head's part of each row; returns where the result is. */
    private Tensor headNorm(PreparedBlock.Gain gain, TransformerSpec.Norm norm, Tensor from, Tensor to, int heads) {
        kernels.copy(from, to);
        Tensor byHead = to.reshape(to.dim(0) * heads, to.dim(1) / heads);
        Tensor room = buffers.attended.reshape(-1).slice(0, 0, byHead.size()).reshape(byHead.dim(0), byHead.dim(1));
        normalise(gain, norm, byHead, room);
        kernels.copy(room, byHead);
        return to;
    }

    /** The feed-forward part of one chunk; {@code to} may be {@code from} where there is no residual. */
    private void feed(int i, int chunk, Tensor from, Tensor to) {
        PreparedBlock block = model.blocks().get(i);
        PassBuffers b = buffers;
        b.inner.setRows(from.dim(0));
        kernels.matmul(from, block.activated, b.inner, block.activatedEnd);
        if (block.linear != null) {
            b.gate.setRows(from.dim(0));
            kernels.matmul(from, block.linear, b.gate, block.linearEnd);
            kernels.multiply(b.inner, b.gate, b.inner);
        }
        kernels.matmul(b.inner, block.feedOutput, to, b.feedEnds[i][chunk]);
    }

    private void normalise(PreparedBlock.Gain gain, TransformerSpec.Norm norm, Tensor from, Tensor to) {
        if (norm.kind() == TransformerSpec.Norm.Kind.LAYER) {
            kernels.layerNorm(from, gain.gain(), gain.shift(), norm.epsilon(), to, buffers.mean, buffers.rstd);
        } else {
            kernels.rmsNorm(from, gain.gain(), norm.epsilon(), to, buffers.rstd);
        }
    }

    /** Bytes of buffers held. */
    public long bytes() {
        return buffers.bytes() + cached.bytes();
    }

    @Override
    public void close() {
        buffers.close();
    }
}
