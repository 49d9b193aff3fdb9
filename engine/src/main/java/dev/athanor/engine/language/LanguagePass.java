package dev.athanor.engine.language;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.RowPass;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.transformer.PreparedTransformer;
import dev.athanor.engine.transformer.TokenBatch;
import dev.athanor.engine.transformer.TransformerPass;

/** The loss of windows, as many at a time as fill the caches well. */
final class LanguagePass implements RowPass {
    private final Kernels kernels;
    private final TransformerPass pass;
    private final TokenBatch tokens = new TokenBatch();
    private final int windows;
    private final Tensor labels;
    private final Tensor logits;
    private final Tensor losses;

    LanguagePass(PreparedTransformer model, int capacity) {
        this.kernels = model.kernels();
        this.pass = model.pass();
        int context = model.spec().maxTokens();
        this.windows = LanguageStep.windows(context);
        this.labels = Tensor.zeros(DType.INT32, windows * context);
        this.logits =
                Tensor.zeros(DType.FLOAT32, windows * context, model.spec().vocabulary());
        this.losses = Tensor.zeros(DType.FLOAT32, capacity, 1);
    }

    @Override
    public Tensor run(EncodedBatch batch) {
        losses.setRows(batch.rows());
        for (int from = 0; from < batch.rows(); from += windows) {
            part(batch, from, Math.min(batch.rows(), from + windows));
        }
        return losses;
    }

    private void part(EncodedBatch batch, int first, int end) {
        LanguageStep.fill(batch, first, end, tokens, labels);
        logits.setRows(tokens.tokens());
        pass.logits(pass.forward(tokens), logits);
        for (int row = first; row < end; row++) {
            int from = tokens.start(row - first);
            int to = tokens.start(row - first + 1);
            double sum = kernels.crossEntropy(logits.slice(0, from, to), labels.slice(0, from, to), null, 0, 1, null);
            losses.floats()[losses.offset() + row] = (float) (sum / (to - from));
        }
    }

    @Override
    public long arenaBytes() {
        return pass.bytes() + Float.BYTES * ((long) labels.size() + logits.size() + losses.size());
    }

    @Override
    public void close() {
        pass.close();
    }
}
