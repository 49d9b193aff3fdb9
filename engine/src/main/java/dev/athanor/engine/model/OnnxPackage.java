package dev.athanor.engine.model;

import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.onnx.OnnxModel;
import dev.athanor.engine.onnx.OnnxProgram;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.TokenizerJson;
import dev.athanor.engine.transformer.EmbeddingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Packages of ONNX graphs: the files as they came, and what Athanor needs to know beside them. */
public final class OnnxPackage {
    /** The kind of network that the manifest of such a package names. */
    public static final String NETWORK = "onnx";

    private OnnxPackage() {}

    /**
     * Writes the package of a graph; its file and its data files are copied as they are.
     *
     * @param lineage where it comes from
     * @return the content address of the package
     * @throws dev.athanor.engine.AthanorException if the graph cannot be computed, or a file is missing
     */
    public static String write(PackageFiles files, OnnxSource source, Manifest.Lineage lineage) {
        OnnxProgram.of(
                source.model(),
                KernelRegistry.select("auto").kernels(),
                List.of(source.settings().output()));
        boolean regression = source.task() == Task.REGRESSION;
        boolean texts = source.task() == Task.EMBEDDING;
        if (texts) {
            TokenizerJson.read(source.tokenizer());
        }
        Manifest manifest = new Manifest(
                Manifest.FORMAT_VERSION,
                source.task(),
                NETWORK,
                "imported",
                source.features(),
                texts ? "embedding" : source.settings().output(),
                texts ? "array<float>" : regression ? "float" : source.named() ? "string" : "int",
                source.classes(),
                Map.of(),
                1,
                0,
                0,
                lineage,
                Map.of());
        return PackageWriter.write(files, manifest, writer -> {
            writer.file(PackageNames.ONNX, out -> Files.copy(source.file(), out));
            for (Map.Entry<String, Path> data : source.model().dataFiles().entrySet()) {
                writer.file(PackageNames.checked(data.getKey()), out -> Files.copy(data.getValue(), out));
            }
            writer.json(PackageNames.ONNX_SETTINGS, source.settings());
            if (texts) {
                writer.file(PackageNames.TOKENIZER, out -> Files.copy(source.tokenizer(), out));
                writer.json(PackageNames.EMBEDDING, source.embedding());
            }
        });
    }

    static OnnxModel read(PackageReader reader, Manifest manifest) throws IOException {
        return OnnxModel.read(
                reader.local(manifest, PackageNames.ONNX),
                name -> manifest.files().containsKey(name) ? reader.local(manifest, name) : null);
    }

    static Model load(PackageReader reader, Manifest manifest, Kernels kernels) throws IOException {
        OnnxSettings settings = reader.parse(manifest, PackageNames.ONNX_SETTINGS, OnnxSettings.class);
        OnnxProgram program = OnnxProgram.of(read(reader, manifest), kernels, List.of(settings.output()));
        if (manifest.task() != Task.EMBEDDING) {
            return new OnnxNetwork(manifest, program, settings, kernels, null, null);
        }
        Tokenizer tokenizer = TokenizerJson.read(
                reader.bytes(manifest, PackageNames.TOKENIZER), reader.location(PackageNames.TOKENIZER));
        EmbeddingSettings embedding = reader.parse(manifest, PackageNames.EMBEDDING, EmbeddingSettings.class);
        return new OnnxNetwork(manifest, program, settings, kernels, tokenizer, embedding);
    }
}
