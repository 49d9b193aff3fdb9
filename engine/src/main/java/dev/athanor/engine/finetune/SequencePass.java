package dev.athanor.engine.finetune;

import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.nn.RowPass;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.transformer.TokenBatch;
import dev.athanor.engine.transformer.TransformerPass;

/** Runs a prepared sequence network, as many texts at a time as fill its caches well. */
final class SequencePass implements RowPass {
    private final PreparedSequence model;
    private final TransformerPass pass;
    private final TokenBatch tokens = new TokenBatch();
    private final Tensor pooled;
    private final Tensor output;
    private final Epilogue end;

    SequencePass(PreparedSequence model, int capacity) {
        this.model = model;
        this.pass = model.transformer().pass();
        this.pooled =
                Tensor.zeros(DType.FLOAT32, capacity, model.transformer().spec().width());
        this.output = Tensor.zeros(DType.FLOAT32, capacity, model.bias().size());
        this.end = Epilogue.bias(model.bias());
    }

    @Override
    public Tensor run(EncodedBatch batch) {
        pooled.setRows(batch.rows());
        output.setRows(batch.rows());
        int from = 0;
        while (from < batch.rows()) {
            int to = from;
            tokens.clear();
            while (to < batch.rows() && fits(batch, to)) {
                SequenceRows.add(batch, to++, tokens);
            }
            pool(from, to);
            from = to;
        }
        if (batch.rows() > 0) {
            model.transformer().kernels().matmul(pooled, model.head(), output, end);
        }
        return output;
    }

    private boolean fits(EncodedBatch batch, int row) {
        return tokens.tokens() == 0 || tokens.tokens() + SequenceRows.length(batch, row) <= TransformerPass.GOOD_TOKENS;
    }

    private void pool(int from, int to) {
        if (tokens.tokens() > 0) {
            Tensor rows = pooled.slice(0, from, to);
            model.settings().pooling().apply(pass.forward(tokens), tokens, rows, false);
        }
    }

    @Override
    public long arenaBytes() {
        return pass.bytes() + Float.BYTES * ((long) pooled.size() + output.size());
    }

    @Override
    public void close() {
        pass.close();
    }
}
