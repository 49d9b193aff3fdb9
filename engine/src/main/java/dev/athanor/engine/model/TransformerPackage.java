package dev.athanor.engine.model;

import dev.athanor.engine.format.SafeTensors;
import dev.athanor.engine.format.SafeTensorsFile;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.TokenizerJson;
import dev.athanor.engine.transformer.EmbeddingSettings;
import dev.athanor.engine.transformer.PreparedTransformer;
import dev.athanor.engine.transformer.TransformerFolder;
import dev.athanor.engine.transformer.TransformerReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Packages of transformers: the files as they came, and what Athanor needs to know beside them. */
public final class TransformerPackage {
    private TransformerPackage() {}

    /**
     * Writes the package of an encoder that turns texts into vectors; its files are copied as they are, shards into one.
     *
     * @param lineage where it comes from
     * @return the content address of the package
     * @throws dev.athanor.engine.AthanorException if the folder lacks a file or its files do not fit each other
     */
    public static String writeEmbedding(PackageFiles files, TransformerFolder folder, Manifest.Lineage lineage) {
        EmbeddingSettings settings = folder.embedding();
        folder.check();
        Manifest manifest = new Manifest(
                Manifest.FORMAT_VERSION,
                Task.EMBEDDING,
                folder.family(),
                "imported",
                List.of(new ColumnSpec("text", ColumnKind.STRING, "string")),
                "embedding",
                "array<float>",
                List.of(),
                Map.of(),
                1,
                0,
                0,
                lineage,
                Map.of());
        return PackageWriter.write(files, manifest, writer -> {
            copy(writer, PackageNames.CONFIG, folder.config());
            copy(writer, PackageNames.TOKENIZER, folder.tokenizer());
            try (SafeTensorsFile weights = folder.weights()) {
                writer.file(PackageNames.WEIGHTS, out -> SafeTensors.copy(out, weights, Map.of("format", "pt")));
            }
            writer.json(PackageNames.EMBEDDING, settings);
        });
    }

    private static void copy(PackageWriter writer, String name, Path from) throws IOException {
        writer.file(name, out -> Files.copy(from, out));
    }

    static Model load(PackageReader reader, Manifest manifest, Kernels kernels) throws IOException {
        for (String name : manifest.files().keySet()) {
            if (!PackageNames.content(Task.EMBEDDING).contains(name)) {
                reader.verify(manifest, name);
            }
        }
        EmbeddingSettings settings = reader.parse(manifest, PackageNames.EMBEDDING, EmbeddingSettings.class);
        Tokenizer tokenizer = TokenizerJson.read(
                reader.bytes(manifest, PackageNames.TOKENIZER), reader.location(PackageNames.TOKENIZER));
        PreparedTransformer transformer = TransformerReader.read(
                reader.bytes(manifest, PackageNames.CONFIG),
                reader.location(PackageNames.CONFIG),
                reader.tensors(manifest, PackageNames.WEIGHTS),
                reader.location(PackageNames.WEIGHTS),
                kernels,
                Precision.FLOAT32);
        return new EmbeddingModel(manifest, settings, tokenizer, transformer);
    }
}
