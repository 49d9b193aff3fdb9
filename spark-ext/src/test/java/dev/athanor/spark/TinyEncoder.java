package dev.athanor.spark;

import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.TransformerPackage;
import dev.athanor.engine.transformer.TransformerFolder;
import dev.athanor.spark.registry.DeltaModelRegistry;
import dev.athanor.spark.registry.ModelRegistry;
import dev.athanor.spark.registry.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** An encoder of two layers and 36 numbers per token, with random weights, as a folder in Hugging Face's layout. */
public final class TinyEncoder {
    /** Numbers of its vectors. */
    public static final int WIDTH = 36;

    /** Longest text, tokens. */
    public static final int MAX_TOKENS = 40;

    private TinyEncoder() {}

    /** Files of the engine's tests. */
    public static Path goldens() {
        Path up = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(up.resolve("engine/src/test/resources"))) {
            up = up.getParent();
        }
        return up.resolve("engine/src/test/resources/dev/athanor/engine/transformer");
    }

    /** Writes the model's files to a folder, which is made. */
    public static Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.copy(goldens().resolve("bert/config.json"), folder.resolve("config.json"));
        Files.copy(goldens().resolve("bert/model.safetensors"), folder.resolve("model.safetensors"));
        Files.copy(goldens().resolve("tiny-wordpiece.json"), folder.resolve("tokenizer.json"));
        return folder;
    }

    /** As {@link #write}, with modules of sentence-transformers: mean of the tokens, scaled to length 1. */
    public static Path writeSentences(Path folder) throws IOException {
        write(folder);
        Files.writeString(
                folder.resolve("modules.json"),
                "[{\"idx\":0,\"path\":\"\",\"type\":\"sentence_transformers.models.Transformer\"},"
                        + "{\"idx\":1,\"path\":\"1_Pooling\",\"type\":\"sentence_transformers.models.Pooling\"},"
                        + "{\"idx\":2,\"path\":\"2_Normalize\",\"type\":\"sentence_transformers.models.Normalize\"}]");
        Files.createDirectories(folder.resolve("1_Pooling"));
        Files.writeString(
                folder.resolve("1_Pooling/config.json"),
                "{\"word_embedding_dimension\":36,\"pooling_mode_mean_tokens\":true}");
        return folder;
    }

    /** Registers it. */
    public static ModelVersion register(SparkSession spark, String name, Path folder) {
        try (ModelRegistry.Draft draft = DeltaModelRegistry.of(spark).draft(name)) {
            TransformerPackage.writeEmbedding(
                    draft.files(),
                    TransformerFolder.open(folder),
                    new Manifest.Lineage(
                            folder.toString(), -1, null, 0, "test", "run of " + name, "2026-01-01T00:00:00Z", 0));
            return draft.register("run of " + name);
        }
    }
}
