package dev.athanor.engine.model;

import dev.athanor.engine.table.FeatureColumn;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.Tokens;
import dev.athanor.engine.transformer.EmbeddingSettings;
import dev.athanor.engine.transformer.PreparedTransformer;
import dev.athanor.engine.transformer.TokenBatch;
import dev.athanor.engine.transformer.TransformerPass;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Turns texts into vectors: tokenizes, runs the encoder over as many texts as fill its caches well, pools. */
final class TextEmbedder implements Predictor {
    private final EmbeddingSettings settings;
    private final Tokenizer tokenizer;
    private final TransformerPass pass;
    private final int capacity;
    private final Tokens tokens = new Tokens();
    private final TokenBatch batch = new TokenBatch();
    private final Tensor vectors;
    private final Results results = new Results();
    private final boolean[] truncated;
    private final String[] errors;
    private long nanos;
    private long read;

    TextEmbedder(EmbeddingSettings settings, Tokenizer tokenizer, PreparedTransformer transformer, int capacity) {
        this.settings = settings;
        this.tokenizer = tokenizer;
        this.pass = transformer.pass();
        this.capacity = capacity;
        this.vectors = Tensor.zeros(DType.FLOAT32, capacity, transformer.spec().width());
        this.truncated = new boolean[capacity];
        this.errors = new String[capacity];
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public Predictions predict(RowBatch rows) {
        long start = System.nanoTime();
        if (rows.rows() > capacity) {
            throw new IllegalArgumentException(
                    "Cannot embed " + rows.rows() + " rows: the predictor was made for at most " + capacity);
        }
        FeatureColumn.Bytes texts = rows.bytes(0);
        vectors.setRows(rows.rows());
        Arrays.fill(truncated, false);
        Arrays.fill(errors, null);
        batch.clear();
        int first = 0; // row of the first sequence waiting in the batch
        for (int row = 0; row < rows.rows(); row++) {
            if (texts.isNull(row)) {
                run(first);
                first = row + 1;
                errors[row] = "the text is null";
                Arrays.fill(vectors.floats(), row * vectors.dim(1), (row + 1) * vectors.dim(1), 0f);
                continue;
            }
            truncated[row] = tokenizer.encode(text(texts, row), null, settings.maxTokens(), tokens);
            if (batch.tokens() > 0 && batch.tokens() + tokens.size() > TransformerPass.GOOD_TOKENS) {
                run(first);
                first = row;
            }
            batch.add(tokens);
            read += tokens.size();
        }
        run(first);
        nanos += System.nanoTime() - start;
        return results;
    }

    private String text(FeatureColumn.Bytes texts, int row) {
        String text =
                new String(texts.data(), texts.start(row), texts.end(row) - texts.start(row), StandardCharsets.UTF_8);
        return settings.lowerCase() ? text.toLowerCase(Locale.ROOT) : text;
    }

    /** Embeds the waiting sequences, the first of which is row {@code first}, and the others follow it. */
    private void run(int first) {
        if (batch.sequences() > 0) {
            Tensor hidden = pass.forward(batch);
            Tensor to = vectors.slice(0, first, first + batch.sequences());
            settings.pooling().apply(hidden, batch, to, settings.normalize());
            for (int b = 0; b < batch.sequences(); b++) {
                if (!isFinite(first + b)) {
                    errors[first + b] = "the network computed a value that is not finite";
                }
            }
            batch.clear();
        }
    }

    private boolean isFinite(int row) {
        int width = vectors.dim(1);
        for (int i = row * width; i < (row + 1) * width; i++) {
            if (!Float.isFinite(vectors.floats()[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public long tokens() {
        return read;
    }

    @Override
    public long arenaBytes() {
        return pass.bytes() + (long) capacity * vectors.dim(1) * Float.BYTES;
    }

    @Override
    public long engineNanos() {
        return nanos;
    }

    @Override
    public void close() {
        pass.close();
    }

    private final class Results implements Predictions {
        @Override
        public int rows() {
            return vectors.dim(0);
        }

        @Override
        public String error(int row) {
            return errors[row];
        }

        @Override
        public Tensor embeddings() {
            return vectors;
        }

        @Override
        public boolean isTruncated(int row) {
            return truncated[row];
        }
    }
}
