package dev.athanor.engine.model;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.format.SafeTensors;
import dev.athanor.engine.format.SafeTensorsFile;
import dev.athanor.engine.generation.GenerationSettings;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.language.LanguageNetwork;
import dev.athanor.engine.language.LanguageSpec;
import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.tokenizer.TokenizerJson;
import dev.athanor.engine.transformer.GgufModel;
import dev.athanor.engine.transformer.TransformerFolder;
import dev.athanor.engine.transformer.TransformerReader;
import dev.athanor.engine.transformer.TransformerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Packages of decoders that generate texts: the files as they came, and what Athanor needs to know beside them. */
public final class GenerationPackage {
    private GenerationPackage() {}

    /**
     * Writes the package of a decoder's folder; its files are copied as they are, shards into one.
     *
     * @param lineage where it comes from
     * @return the content address of the package
     * @throws AthanorException if the folder lacks a file, its files do not fit each other, or it is no decoder
     */
    public static String write(PackageFiles files, TransformerFolder folder, Manifest.Lineage lineage) {
        if (folder.spec().head() == TransformerSpec.Head.NONE) {
            throw new AthanorException(
                    "Cannot generate text with " + folder.config().getParent(),
                    "it is an encoder (" + folder.family() + "), which has no logits",
                    "Import a decoder");
        }
        folder.check();
        GenerationSettings settings = new GenerationSettings(folder.spec().maxTokens(), folder.ends());
        return PackageWriter.write(files, manifest(folder.family(), lineage), writer -> {
            writer.file(PackageNames.CONFIG, out -> Files.copy(folder.config(), out));
            writer.file(PackageNames.TOKENIZER, out -> Files.copy(folder.tokenizer(), out));
            try (SafeTensorsFile weights = folder.weights()) {
                writer.file(PackageNames.WEIGHTS, out -> SafeTensors.copy(out, weights, Map.of("format", "pt")));
            }
            writer.json(PackageNames.GENERATION, settings);
        });
    }

    /**
     * Writes the package of a decoder in a GGUF file, which is copied as it is.
     *
     * @param lineage where it comes from
     * @return the content address of the package
     * @throws AthanorException if the file is damaged, or its parts do not fit each other
     */
    public static String write(PackageFiles files, Path gguf, Manifest.Lineage lineage) {
        try (GgufModel model = GgufModel.open(gguf)) {
            model.check();
            GenerationSettings settings = new GenerationSettings(model.spec().maxTokens(), model.ends());
            return PackageWriter.write(files, manifest(model.architecture(), lineage), writer -> {
                writer.file(PackageNames.GGUF, out -> Files.copy(gguf, out));
                writer.json(PackageNames.GENERATION, settings);
            });
        }
    }

    /**
     * Writes the package of a decoder that was trained here.
     *
     * @param tokenizer content of {@code tokenizer.json}
     * @param reason how it came to be, in one clause
     * @param metrics on text that it did not learn from
     * @return the content address of the package
     */
    public static String write(
            PackageFiles files,
            LanguageNetwork network,
            byte[] tokenizer,
            String reason,
            Map<String, Double> metrics,
            Manifest.Lineage lineage) {
        LanguageSpec spec = network.spec();
        Manifest manifest = manifest("gpt2", reason, metrics, lineage);
        return PackageWriter.write(files, manifest, writer -> {
            writer.file(PackageNames.CONFIG, out -> out.write(spec.config()));
            writer.file(PackageNames.TOKENIZER, out -> out.write(tokenizer));
            Map<String, Tensor> tensors = network.files();
            writer.file(PackageNames.WEIGHTS, out -> SafeTensors.write(out, tensors, Map.of("format", "pt")));
            writer.json(PackageNames.GENERATION, new GenerationSettings(spec.context(), Set.of(spec.end())));
        });
    }

    private static Manifest manifest(String family, Manifest.Lineage lineage) {
        return manifest(family, "imported", Map.of(), lineage);
    }

    private static Manifest manifest(
            String family, String reason, Map<String, Double> metrics, Manifest.Lineage lineage) {
        return new Manifest(
                Manifest.FORMAT_VERSION,
                Task.GENERATION,
                family,
                reason,
                List.of(new ColumnSpec("prompt", ColumnKind.STRING, "string")),
                "text",
                "string",
                List.of(),
                metrics,
                1,
                0,
                0,
                lineage,
                Map.of());
    }

    static Model load(PackageReader reader, Manifest manifest, Kernels kernels) throws IOException {
        GenerationSettings settings = reader.parse(manifest, PackageNames.GENERATION, GenerationSettings.class);
        if (manifest.files().containsKey(PackageNames.GGUF)) {
            try (GgufModel model = GgufModel.open(reader.local(manifest, PackageNames.GGUF))) {
                return new GenerationModel(manifest, settings, model.tokenizer(), model.prepare(kernels));
            }
        }
        for (String name : List.of(PackageNames.CONFIG, PackageNames.TOKENIZER, PackageNames.WEIGHTS)) {
            if (!manifest.files().containsKey(name)) {
                throw reader.damaged(PackageNames.MANIFEST, "it does not list " + name);
            }
        }
        return new GenerationModel(
                manifest,
                settings,
                TokenizerJson.read(
                        reader.bytes(manifest, PackageNames.TOKENIZER), reader.location(PackageNames.TOKENIZER)),
                TransformerReader.read(
                        reader.bytes(manifest, PackageNames.CONFIG),
                        reader.location(PackageNames.CONFIG),
                        reader.tensors(manifest, PackageNames.WEIGHTS),
                        reader.location(PackageNames.WEIGHTS),
                        kernels,
                        Precision.FLOAT32));
    }
}
