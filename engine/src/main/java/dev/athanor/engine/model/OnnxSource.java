package dev.athanor.engine.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.onnx.OnnxModel;
import dev.athanor.engine.onnx.OnnxPort;
import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.transformer.EmbeddingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A graph as it was exported, with what the files beside it say of its use: texts to vectors where it reads tokens, and
 * otherwise vectors to classes or numbers.
 */
public final class OnnxSource {
    private static final int DEFAULT_TOKENS = 512;

    private final Path file;
    private final Path folder;
    private final OnnxModel model;
    private final JsonNode config;
    private final Task task;
    private final List<ColumnSpec> features;
    private final List<String> classes;
    private final OnnxSettings settings;
    private final EmbeddingSettings embedding;

    /**
     * Reads a file, {@code config.json}, and for texts {@code tokenizer.json} and {@code modules.json} beside it.
     *
     * @throws AthanorException if it is damaged, or does not say what its inputs and outputs are
     */
    public static OnnxSource open(Path file) {
        try {
            return new OnnxSource(file);
        } catch (JsonProcessingException e) {
            throw new AthanorException(
                    "Cannot read " + file.resolveSibling(PackageNames.CONFIG),
                    "it is not JSON: " + e.getOriginalMessage(),
                    "Restore the file");
        } catch (IOException e) {
            throw new AthanorException("Cannot read " + file, e.toString(), "Check the path and its permissions", e);
        }
    }

    private OnnxSource(Path file) throws IOException {
        this.file = file;
        this.folder = file.toAbsolutePath().getParent();
        this.model = OnnxModel.read(file);
        Path json = folder.resolve(PackageNames.CONFIG);
        this.config =
                new ObjectMapper().readTree(Files.exists(json) ? Files.readAllBytes(json) : new byte[] {'{', '}'});
        boolean texts = model.inputs().stream().anyMatch(input -> input.name().equals(OnnxTexts.IDS));
        OnnxPort output = output(texts);
        int width = output.rank() < 1 ? -1 : output.dims().get(output.rank() - 1);
        if (texts) {
            int known = width > 0
                    ? width
                    : config.path("hidden_size").asInt(config.path("dim").asInt(-1));
            this.settings = new OnnxSettings(output.name(), require(known, output), false);
            this.task = Task.EMBEDDING;
            this.features = List.of(new ColumnSpec("text", ColumnKind.STRING, "string"));
            this.classes = List.of();
            int tokens = config.path("max_position_embeddings").asInt(DEFAULT_TOKENS);
            this.embedding = EmbeddingSettings.read(folder, tokens, known);
            OnnxTexts.check(model);
        } else {
            this.embedding = null;
            this.settings = new OnnxSettings(
                    output.name(),
                    output.rank() == 1 ? 1 : require(width, output),
                    model.producerOf(output.name()).equals("Softmax"));
            boolean regression = settings.width() == 1
                    || config.path("problem_type").asText("").equals("regression");
            this.task = regression ? Task.REGRESSION : Task.CLASSIFICATION;
            this.classes = regression ? List.of() : classes(settings.width());
            this.features = model.inputs().stream().map(this::feature).toList();
            if (regression && settings.width() != 1) {
                throw unfit("its output " + output + " has several numbers a row", "Export it with one number a row");
            }
        }
    }

    private OnnxPort output(boolean texts) {
        if (model.outputs().isEmpty() || model.inputs().isEmpty()) {
            throw unfit("it has no inputs or no outputs", "Export it with both");
        }
        OnnxPort first = model.outputs().get(0);
        OnnxPort output = model.outputs().stream()
                .filter(port -> texts && port.name().equals("sentence_embedding"))
                .findFirst()
                .orElse(first);
        if (!output.typeName().equals("FLOAT")) {
            throw unfit("its output is " + output, "Export it with an output of float32");
        }
        return output;
    }

    private int require(int width, OnnxPort output) {
        if (width < 1) {
            throw unfit("its output " + output + " does not say how many numbers it has", "Export it with shapes");
        }
        return width;
    }

    private ColumnSpec feature(OnnxPort input) {
        if (!input.typeName().equals("FLOAT") || input.rank() < 2) {
            throw unfit("its input is " + input, "Export it with inputs of float32, rows first");
        }
        OnnxRows.length(input, model.location());
        return new ColumnSpec(input.name(), ColumnKind.VECTOR, "array<float>");
    }

    private List<String> classes(int count) {
        JsonNode names = config.path("id2label");
        List<String> classes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            classes.add(names.path(Integer.toString(i)).asText(Integer.toString(i)));
        }
        if (names.isObject() && names.size() != count) {
            throw unfit(
                    "config.json names " + names.size() + " labels, and its output has " + count,
                    "Use the config.json that belongs to the model");
        }
        return classes;
    }

    private AthanorException unfit(String why, String remedy) {
        return new AthanorException("Cannot use the ONNX model " + file, why, remedy);
    }

    /** The file of the graph. */
    public Path file() {
        return file;
    }

    public OnnxModel model() {
        return model;
    }

    public Task task() {
        return task;
    }

    /** {@code model_type} of its configuration, or {@code onnx}. */
    public String family() {
        return config.path("model_type").asText(OnnxPackage.NETWORK);
    }

    /** How texts become vectors; null of a model that reads none. */
    public EmbeddingSettings embedding() {
        return embedding;
    }

    /** Numbers of a result. */
    public int width() {
        return settings.width();
    }

    /** Class names; empty where it predicts none. */
    public List<String> classes() {
        return classes;
    }

    List<ColumnSpec> features() {
        return features;
    }

    OnnxSettings settings() {
        return settings;
    }

    /** Whether the labels are those of a configuration, and not just counted. */
    boolean named() {
        return config.path("id2label").isObject();
    }

    Path tokenizer() {
        Path tokenizer = folder.resolve(PackageNames.TOKENIZER);
        if (!Files.isRegularFile(tokenizer)) {
            throw unfit(
                    "there is no tokenizer.json beside it", "Save the tokenizer with save_pretrained of a fast one");
        }
        return tokenizer;
    }
}
