package dev.athanor.engine.model;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.onnx.OnnxPort;
import dev.athanor.engine.onnx.OnnxProgram;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.transformer.EmbeddingSettings;
import java.util.List;

/** A model of a graph, and of a tokenizer where it reads texts. Immutable. */
final class OnnxNetwork implements Model {
    private static final int MOST_ROWS = 256;

    private final Manifest manifest;
    private final OnnxProgram program;
    private final OnnxSettings settings;
    private final Kernels kernels;
    private final Tokenizer tokenizer;
    private final EmbeddingSettings embedding;

    OnnxNetwork(
            Manifest manifest,
            OnnxProgram program,
            OnnxSettings settings,
            Kernels kernels,
            Tokenizer tokenizer,
            EmbeddingSettings embedding) {
        this.manifest = manifest;
        this.program = program;
        this.settings = settings;
        this.kernels = kernels;
        this.tokenizer = tokenizer;
        this.embedding = embedding;
    }

    @Override
    public Manifest manifest() {
        return manifest;
    }

    @Override
    public Task task() {
        return manifest.task();
    }

    @Override
    public List<ColumnSpec> signature() {
        return manifest.features();
    }

    @Override
    public int embeddingWidth() {
        return task() == Task.EMBEDDING ? settings.width() : 0;
    }

    @Override
    public List<String> classes() {
        return manifest.classes();
    }

    @Override
    public Predictor predictor(int capacity) {
        return embedding == null
                ? new OnnxRows(manifest, program, settings, kernels, capacity)
                : new OnnxTexts(program, settings, tokenizer, embedding, capacity);
    }

    @Override
    public long vectorNumbers() {
        long numbers = 0;
        for (OnnxPort input : embedding == null ? program.model().inputs() : List.<OnnxPort>of()) {
            numbers += OnnxRows.length(input, program.model().location());
        }
        return numbers;
    }

    @Override
    public int batchRows(int most) {
        return Model.super.batchRows(Math.min(most, MOST_ROWS));
    }

    @Override
    public long weightBytes() {
        return program.bytes();
    }

    @Override
    public String kernels() {
        return kernels.description();
    }
}
