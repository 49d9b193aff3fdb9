package dev.athanor.engine.model;

import dev.athanor.engine.generation.BatchGenerator;
import dev.athanor.engine.generation.GenerationOptions;
import dev.athanor.engine.generation.GenerationSettings;
import dev.athanor.engine.grammar.JsonGrammars;
import dev.athanor.engine.language.TextScorer;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.transformer.PreparedTransformer;
import java.util.List;

/** A model of a tokenizer and a decoder. Immutable. */
final class GenerationModel implements Model {
    /** A few times as many as run at once, so that those that end early are soon replaced. */
    private static final int MOST_ROWS = 256;

    private final Manifest manifest;
    private final GenerationSettings settings;
    private final Tokenizer tokenizer;
    private final PreparedTransformer transformer;
    private final JsonGrammars grammars;

    GenerationModel(
            Manifest manifest, GenerationSettings settings, Tokenizer tokenizer, PreparedTransformer transformer) {
        this.manifest = manifest;
        this.settings = settings;
        this.tokenizer = tokenizer;
        this.transformer = transformer;
        this.grammars = BatchGenerator.grammars(transformer, tokenizer, settings);
    }

    @Override
    public Manifest manifest() {
        return manifest;
    }

    @Override
    public Task task() {
        return Task.GENERATION;
    }

    @Override
    public List<ColumnSpec> signature() {
        return manifest.features();
    }

    @Override
    public List<String> classes() {
        return List.of();
    }

    @Override
    public Predictor predictor(int capacity) {
        return generator(capacity, GenerationOptions.DEFAULTS);
    }

    @Override
    public Predictor generator(int capacity, GenerationOptions options) {
        BatchGenerator generator = new BatchGenerator(
                transformer, tokenizer, settings, grammars, capacity, BatchGenerator.defaultCacheBytes());
        return new TextCompleter(generator, options, capacity);
    }

    @Override
    public TextScorer scorer() {
        int end = settings.ends().stream().mapToInt(Integer::intValue).min().orElse(-1);
        return new TextScorer(transformer, tokenizer, end);
    }

    @Override
    public long vectorNumbers() {
        return 0;
    }

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
        return transformer.kernels().description();
    }
}
