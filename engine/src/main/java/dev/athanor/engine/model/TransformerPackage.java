package dev.athanor.engine.model;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.finetune.PreparedSequence;
import dev.athanor.engine.finetune.PretrainedEncoder;
import dev.athanor.engine.finetune.SequenceNetwork;
import dev.athanor.engine.format.EncodedTensor;
import dev.athanor.engine.format.SafeTensors;
import dev.athanor.engine.format.SafeTensorsFile;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.KernelSelection;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.EncoderPlan;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.TokenizerJson;
import dev.athanor.engine.transformer.EmbeddingSettings;
import dev.athanor.engine.transformer.LowPrecisionWeights;
import dev.athanor.engine.transformer.PreparedTransformer;
import dev.athanor.engine.transformer.TransformerFolder;
import dev.athanor.engine.transformer.TransformerReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Packages of transformers: the files as they came, and what Athanor needs to know beside them. */
public final class TransformerPackage {
    private TransformerPackage() {}

    /**
     * Writes the package of an encoder that turns texts into vectors; its files are copied as they are, shards into one.
     *
     * @param lineage where it comes from
     * @return the content address of the package
     * @throws AthanorException if the folder lacks a file or its files do not fit each other
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

    /**
     * Writes the package of a transformer again with weights of lower precision.
     *
     * @param from a package with a transformer
     * @param lineage of the new package
     * @return the content address of the new package
     * @throws AthanorException if the package is damaged, or its weights are of low precision already
     */
    public static String quantize(PackageFiles from, PackageFiles to, Precision precision, Manifest.Lineage lineage) {
        PackageReader reader = new PackageReader(from);
        try {
            Manifest manifest = reader.manifest();
            if (manifest.task() != Task.EMBEDDING) {
                throw new AthanorException(
                        "Cannot quantise model package " + from.location(),
                        "it is a network of kind " + manifest.network()
                                + ", and imported encoders are what can be quantised",
                        "Serve it as it is");
            }
            if (manifest.files().containsKey(PackageNames.QUANTIZATION)) {
                throw new AthanorException(
                        "Cannot quantise model package " + from.location(),
                        "its weights are of low precision already, and would lose more",
                        "Quantise the version it was made of: "
                                + manifest.lineage().source());
            }
            Map<String, EncodedTensor> encoded = LowPrecisionWeights.encode(
                    reader.bytes(manifest, PackageNames.CONFIG),
                    from.location(),
                    reader.tensors(manifest, PackageNames.WEIGHTS),
                    precision);
            return PackageWriter.write(to, manifest.withLineage(lineage), writer -> {
                for (String name : manifest.files().keySet()) {
                    if (!name.equals(PackageNames.WEIGHTS)) {
                        byte[] content = reader.bytes(manifest, name);
                        writer.file(name, out -> out.write(content));
                    }
                }
                writer.file(
                        PackageNames.WEIGHTS, out -> SafeTensors.writeEncoded(out, encoded, Map.of("format", "pt")));
                writer.json(PackageNames.QUANTIZATION, new Quantization(precision));
            });
        } catch (IOException e) {
            throw reader.unreadable(e);
        }
    }

    private static void copy(PackageWriter writer, String name, Path from) throws IOException {
        writer.file(name, out -> Files.copy(from, out));
    }

    static Model load(PackageReader reader, Manifest manifest, Kernels kernels) throws IOException {
        reader.verifyOthers(manifest);
        Quantization quantization = manifest.files().containsKey(PackageNames.QUANTIZATION)
                ? reader.parse(manifest, PackageNames.QUANTIZATION, Quantization.class)
                : Quantization.NONE;
        KernelSelection selection = KernelRegistry.forPrecision(kernels, quantization.precision());
        EmbeddingSettings settings = reader.parse(manifest, PackageNames.EMBEDDING, EmbeddingSettings.class);
        Tokenizer tokenizer = TokenizerJson.read(
                reader.bytes(manifest, PackageNames.TOKENIZER), reader.location(PackageNames.TOKENIZER));
        PreparedTransformer transformer = TransformerReader.read(
                reader.bytes(manifest, PackageNames.CONFIG),
                reader.location(PackageNames.CONFIG),
                reader.tensors(manifest, PackageNames.WEIGHTS),
                reader.location(PackageNames.WEIGHTS),
                selection.kernels(),
                quantization.precision());
        return new EmbeddingModel(manifest, settings, tokenizer, transformer, computes(quantization, selection));
    }

    /** With what it computes, in one line. */
    private static String computes(Quantization quantization, KernelSelection selection) {
        String description = selection.kernels().description();
        return quantization.precision() == Precision.FLOAT32
                ? description
                : description + " with " + quantization.precision().code() + " weights (" + selection.reason() + ")";
    }

    /**
     * Opens the package of an encoder to begin a training from; its weights are read when they are asked for.
     *
     * @param name of the model, for reports
     * @throws AthanorException if it is the package of something else, or damaged
     */
    public static PretrainedEncoder pretrained(PackageFiles files, String name) {
        PackageReader reader = new PackageReader(files);
        try {
            Manifest manifest = reader.manifest();
            if (manifest.task() != Task.EMBEDDING) {
                throw new AthanorException(
                        "Cannot begin from model " + name,
                        "it is a " + manifest.network() + " network for "
                                + manifest.task().name().toLowerCase(Locale.ROOT) + ", not an imported encoder",
                        "Name a model that was imported, see athanor models list");
            }
            if (manifest.files().containsKey(PackageNames.QUANTIZATION)) {
                throw new AthanorException(
                        "Cannot begin from model " + name,
                        "its weights are of low precision, too coarse for the small steps of training",
                        "Begin from the version it was made of: "
                                + manifest.lineage().source());
            }
            return new PretrainedEncoder(
                    name,
                    reader.bytes(manifest, PackageNames.CONFIG),
                    reader.bytes(manifest, PackageNames.TOKENIZER),
                    reader.parse(manifest, PackageNames.EMBEDDING, EmbeddingSettings.class),
                    files.location(),
                    () -> {
                        try {
                            return reader.tensors(manifest, PackageNames.WEIGHTS);
                        } catch (IOException e) {
                            throw reader.unreadable(e);
                        }
                    });
        } catch (IOException e) {
            throw reader.unreadable(e);
        }
    }

    /**
     * Writes the package of a fine-tuned encoder.
     *
     * @param manifest what it is; its {@code files} are filled in here
     * @param network its weights
     * @param encoder it began from: configuration and tokenizer stay
     * @param plan how rows become tokens
     * @return the content address of the package
     */
    public static String writeTexts(
            PackageFiles files,
            Manifest manifest,
            SequenceNetwork network,
            PretrainedEncoder encoder,
            EncoderPlan plan) {
        return PackageWriter.write(files, manifest, writer -> {
            writer.file(PackageNames.CONFIG, out -> out.write(encoder.config()));
            writer.file(PackageNames.TOKENIZER, out -> out.write(encoder.tokenizerJson()));
            writer.json(PackageNames.EMBEDDING, encoder.settings());
            writer.json(PackageNames.ENCODER, plan);
            Map<String, Tensor> tensors = network.files();
            writer.file(PackageNames.WEIGHTS, out -> SafeTensors.write(out, tensors, Map.of("format", "pt")));
        });
    }

    static Model loadTexts(PackageReader reader, Manifest manifest, Kernels kernels) throws IOException {
        reader.verifyOthers(manifest);
        Tokenizer tokenizer = TokenizerJson.read(
                reader.bytes(manifest, PackageNames.TOKENIZER), reader.location(PackageNames.TOKENIZER));
        EncoderPlan plan =
                reader.parse(manifest, PackageNames.ENCODER, EncoderPlan.class).withTokenizer(tokenizer);
        plan.check(manifest.features());
        if (plan.label().task() != manifest.task() || !plan.label().classes().equals(manifest.classes())) {
            throw reader.damaged(PackageNames.ENCODER, "it does not fit athanor.json");
        }
        PreparedSequence network = PreparedSequence.read(
                reader.bytes(manifest, PackageNames.CONFIG),
                reader.parse(manifest, PackageNames.EMBEDDING, EmbeddingSettings.class),
                reader.tensors(manifest, PackageNames.WEIGHTS),
                Math.max(1, manifest.classes().size()),
                reader.location(PackageNames.WEIGHTS),
                kernels);
        return new LoadedModel(manifest, plan, network);
    }
}
