package dev.athanor.engine.model;

import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.transformer.EmbeddingSettings;
import dev.athanor.engine.transformer.PreparedTransformer;
import java.util.List;

/** A model of a tokenizer, an encoder and a pooling. Immutable. */
final class EmbeddingModel implements Model {
    private static final int MOST_ROWS = 256;

    private final Manifest manifest;
    private final EmbeddingSettings settings;
    private final Tokenizer tokenizer;
    private final PreparedTransformer transformer;
    private final String kernels;

    /** @param kernels with what it computes, in one line */
    EmbeddingModel(
            Manifest manifest,
            EmbeddingSettings settings,
            Tokenizer tokenizer,
            PreparedTransformer transformer,
            String kernels) {
        this.manifest = manifest;
        this.settings = settings;
        this.tokenizer = tokenizer;
        this.transformer = transformer;
        this.kernels = kernels;
    }

    @Override
    public Manifest manifest() {
        return manifest;
    }

    @Override
    public Task task() {
        return Task.EMBEDDING;
    }

    @Override
    public List<ColumnSpec> signature() {
        return manifest.features();
    }

    @Override
    public int embeddingWidth() {
        return transformer.spec().width();
    }

    @Override
    public List<String> classes() {
        return List.of();
    }

    @Override
    public Predictor predictor(int capacity) {
        return new TextEmbedder(settings, tokenizer, transformer, capacity);
    }

    @Override
    public long vectorNumbers() {
        return 0;
    }

    /** No more than a pass over them takes a second or so: a query that needs few rows then computes few. */
    @Override
    public int batchRows(int most) {
        return Math.min(most, MOST_ROWS);
    }

    @Override
    public long operationsPerToken() {
        return transformer.spec().operationsPerToken();
    }

    @Override
    public long weightBytes() {
        return transformer.bytes();
    }

    @Override
    public String kernels() {
        return kernels;
    }
}
