package dev.athanor.engine.model;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.format.SafeTensors;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.Network;
import dev.athanor.engine.nn.NetworkSpec;
import dev.athanor.engine.table.EncoderPlan;
import dev.athanor.engine.table.NetworkChoice;
import dev.athanor.engine.tensor.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model as files, data only: {@code athanor.json} and what a package of its kind holds, see {@link PackageNames}.
 *
 * <p>Written once, the manifest last, so that a package whose writer died is never taken for a whole one. The manifest
 * holds the sha256 of every other file, and {@code athanor.json.sha256} the manifest's own, which therefore stands for
 * the content of the package.
 */
public final class ModelPackage {
    private ModelPackage() {}

    /**
     * Writes the package of a network over table columns.
     *
     * @param manifest what it is; its {@code files} are filled in here
     * @param weights the network's tensors by name
     * @param encoder the encoder's plan, its tensors included
     * @return the sha256 of {@code athanor.json}: the content address of the package
     * @throws AthanorException if a file cannot be written
     */
    public static String write(
            PackageFiles files, Manifest manifest, NetworkSpec spec, Map<String, Tensor> weights, EncoderPlan encoder) {
        return PackageWriter.write(files, manifest, writer -> {
            writer.json(PackageNames.CONFIG, spec);
            writer.json(PackageNames.ENCODER, encoder);
            Map<String, Tensor> tensors = new LinkedHashMap<>(weights);
            tensors.putAll(encoder.tensors());
            writer.file(PackageNames.WEIGHTS, out -> SafeTensors.write(out, tensors, Map.of("format", "pt")));
        });
    }

    /**
     * Checks that every file is there and unchanged.
     *
     * @return the manifest
     * @throws AthanorException naming the file that is missing or damaged
     */
    public static Manifest verify(PackageFiles files) {
        PackageReader reader = new PackageReader(files);
        try {
            Manifest manifest = reader.manifest();
            for (String name : manifest.files().keySet()) {
                reader.verify(manifest, name);
            }
            return manifest;
        } catch (IOException e) {
            throw reader.unreadable(e);
        }
    }

    /**
     * The content address of a package, as {@link #write} returned it, without checking anything else.
     *
     * @throws AthanorException if the package is incomplete
     */
    public static String digest(PackageFiles files) {
        PackageReader reader = new PackageReader(files);
        try {
            return reader.manifestDigest();
        } catch (IOException e) {
            throw reader.unreadable(e);
        }
    }

    /**
     * Verifies a package and packs its weights for {@code kernels}.
     *
     * @throws AthanorException naming the file that is missing, damaged, or does not fit the others
     */
    public static Model load(PackageFiles files, Kernels kernels) {
        PackageReader reader = new PackageReader(files);
        try {
            Manifest manifest = reader.manifest();
            if (manifest.network().equals(OnnxPackage.NETWORK)) {
                return OnnxPackage.load(reader, manifest, kernels);
            }
            return switch (manifest.task()) {
                case EMBEDDING -> TransformerPackage.load(reader, manifest, kernels);
                case GENERATION -> GenerationPackage.load(reader, manifest, kernels);
                case CLASSIFICATION, REGRESSION ->
                    manifest.network().equals(NetworkChoice.TRANSFORMER)
                            ? TransformerPackage.loadTexts(reader, manifest, kernels)
                            : loadTable(reader, manifest, kernels);
            };
        } catch (IOException e) {
            throw reader.unreadable(e);
        } catch (AthanorException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new AthanorException(
                    "Cannot load model package " + files.location(), PackageReader.message(e), PackageReader.REMEDY, e);
        }
    }

    private static Model loadTable(PackageReader reader, Manifest manifest, Kernels kernels) throws IOException {
        reader.verifyOthers(manifest);
        NetworkSpec spec = reader.parse(manifest, PackageNames.CONFIG, NetworkSpec.class);
        EncoderPlan encoder = reader.parse(manifest, PackageNames.ENCODER, EncoderPlan.class);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        Map<String, Tensor> tables = new LinkedHashMap<>();
        reader.tensors(manifest, PackageNames.WEIGHTS)
                .forEach((name, tensor) ->
                        (name.startsWith(EncoderPlan.TENSOR_PREFIX) ? tables : weights).put(name, tensor));
        EncoderPlan plan = encoder.withTensors(tables);
        plan.check(manifest.features());
        boolean fits = spec.inputs().equals(plan.layout())
                && plan.label().task() == manifest.task()
                && plan.label().classes().equals(manifest.classes())
                && spec.outputs() == Math.max(1, manifest.classes().size());
        if (!fits) {
            throw reader.damaged(PackageNames.ENCODER, "it does not fit config.json and athanor.json");
        }
        return new LoadedModel(manifest, plan, Network.of(spec, weights).prepare(kernels));
    }
}
