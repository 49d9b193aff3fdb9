package dev.athanor.engine.language;

import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.transformer.PreparedTransformer;
import dev.athanor.engine.transformer.TokenBatch;
import dev.athanor.engine.transformer.TransformerPass;

/**
 * How well a decoder predicts texts, whichever family it is of: the sum of its losses over their tokens, in windows as it is
 * trained on. Owns its buffers; one thread.
 *
 * <pre>{@code
 * try (TextScorer scorer = new TextScorer(transformer, tokenizer, end)) {
 *     scorer.add("To be, or not to be", true);
 *     TextScore score = scorer.finish();
 * }
 * }</pre>
 */
public final class TextScorer implements AutoCloseable {
    /** Longer windows of models that have room for them would cost more and say little else. */
    private static final int LONGEST = 1024;

    /** Rows of logits at a time: of 250,000 tokens, 128 MB. */
    private static final int LOGITS = 128;

    private final PreparedTransformer model;
    private final TransformerPass pass;
    private final TokenWindows windows;
    private final TokenBatch batch = new TokenBatch();
    private final Tensor labels;
    private final Tensor logits;
    private double loss;

    /** @param end id of the token between texts, or -1 for none */
    public TextScorer(PreparedTransformer model, Tokenizer tokenizer, int end) {
        this.model = model;
        this.pass = model.pass();
        int context = Math.min(LONGEST, model.spec().maxTokens());
        this.windows = new TokenWindows(tokenizer, end, context, this::window);
        this.labels = Tensor.zeros(DType.INT32, context);
        this.logits = Tensor.zeros(DType.FLOAT32, LOGITS, model.spec().vocabulary());
    }

    /** Adds a piece of a text; {@code last} ends the text. */
    public void add(String piece, boolean last) {
        windows.add(piece, last);
    }

    private void window(int[] ids, int size) {
        batch.clear();
        batch.add(ids, 0, size - 1);
        System.arraycopy(ids, 1, labels.ints(), 0, size - 1);
        Tensor hidden = pass.forward(batch);
        for (int from = 0; from < size - 1; from += LOGITS) {
            int to = Math.min(size - 1, from + LOGITS);
            logits.setRows(to - from);
            pass.logits(hidden.slice(0, from, to), logits);
            loss += model.kernels().crossEntropy(logits, labels.slice(0, from, to), null, 0, 1, null);
        }
    }

    /** What it found since it was made, once all texts were added. */
    public TextScore finish() {
        windows.finish();
        return new TextScore(loss, windows.predicted(), windows.characters(), windows.bytes());
    }

    @Override
    public void close() {
        pass.close();
    }
}
