package dev.athanor.engine.model;

import dev.athanor.engine.generation.BatchGenerator;
import dev.athanor.engine.generation.Generation;
import dev.athanor.engine.generation.GenerationOptions;
import dev.athanor.engine.table.FeatureColumn;
import dev.athanor.engine.table.RowBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Continues the prompts of a batch. */
final class TextCompleter implements Predictor {
    private static final Generation NONE = new Generation(null, 0, List.of(), List.of(), null, "the prompt is null");

    private final BatchGenerator generator;
    private final GenerationOptions options;
    private final int capacity;
    private final Results results = new Results();
    private long nanos;
    private long taken;

    TextCompleter(BatchGenerator generator, GenerationOptions options, int capacity) {
        this.generator = generator;
        this.options = options;
        this.capacity = capacity;
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
                    "Cannot continue " + rows.rows() + " prompts: the predictor was made for at most " + capacity);
        }
        FeatureColumn.Bytes column = rows.bytes(0);
        List<String> prompts = new ArrayList<>();
        for (int row = 0; row < rows.rows(); row++) {
            if (!column.isNull(row)) {
                int from = column.start(row);
                prompts.add(new String(column.data(), from, column.end(row) - from, StandardCharsets.UTF_8));
            }
        }
        List<Generation> texts = generator.generate(prompts, options);
        results.rows.clear();
        int next = 0;
        for (int row = 0; row < rows.rows(); row++) {
            results.rows.add(column.isNull(row) ? NONE : texts.get(next++));
        }
        for (Generation text : texts) {
            taken += text.promptTokens() + text.tokens().size();
        }
        nanos += System.nanoTime() - start;
        return results;
    }

    @Override
    public long tokens() {
        return taken;
    }

    @Override
    public long arenaBytes() {
        return generator.bytes();
    }

    @Override
    public long engineNanos() {
        return nanos;
    }

    @Override
    public void close() {
        generator.close();
    }

    private static final class Results implements Predictions {
        private final List<Generation> rows = new ArrayList<>();

        @Override
        public int rows() {
            return rows.size();
        }

        @Override
        public String error(int row) {
            return rows.get(row).error();
        }

        @Override
        public String text(int row) {
            return rows.get(row).text();
        }
    }
}
