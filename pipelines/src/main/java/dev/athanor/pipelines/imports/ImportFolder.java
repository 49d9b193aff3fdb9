package dev.athanor.pipelines.imports;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.format.SafeTensorsFile;
import dev.athanor.engine.model.OnnxSource;
import dev.athanor.engine.transformer.TransformerFolder;
import dev.athanor.spark.platform.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder or file that a model is imported from; says what it holds instead of a model that can be read. */
final class ImportFolder {
    private static final String GGUF = ".gguf";
    private static final String ONNX = ".onnx";
    private static final String ONNX_MODEL = "model.onnx";

    /** Endings of files that hold Python objects. */
    private static final List<String> PICKLES = List.of(".bin", ".pt", ".pth", ".ckpt", ".pkl");

    private ImportFolder() {}

    /**
     * Opens what a path names.
     *
     * @throws AthanorException unless it is a local folder or GGUF file of a model of a supported family
     */
    static ImportSource open(String from) {
        Path path = require(from);
        if (!Files.isDirectory(path)) {
            return lowerName(path).endsWith(ONNX) ? onnx(path) : ImportSource.Gguf.open(path);
        }
        if (!hasWeights(path)) {
            return onnx(path.resolve(ONNX_MODEL));
        }
        TransformerFolder folder = TransformerFolder.open(path);
        boolean embedder = !folder.spec().causal() || Files.exists(path.resolve("modules.json"));
        return embedder ? new ImportSource.Embedder(folder) : new ImportSource.Decoder(folder);
    }

    private static ImportSource onnx(Path file) {
        return new ImportSource.Onnx(OnnxSource.open(file));
    }

    private static boolean hasWeights(Path folder) {
        return (Files.exists(folder.resolve("config.json"))
                        && (Files.exists(folder.resolve(SafeTensorsFile.SINGLE))
                                || Files.exists(folder.resolve(SafeTensorsFile.INDEX))))
                || !Files.exists(folder.resolve(ONNX_MODEL));
    }

    /** Where it is. */
    static Path require(String from) {
        Path folder = path(from);
        if (!Files.exists(folder)) {
            throw cannot(from, "there is no such folder", "Check --from");
        }
        if (!Files.isDirectory(folder)) {
            if (lowerName(folder).endsWith(GGUF) || lowerName(folder).endsWith(ONNX)) {
                return folder;
            }
            if (isPickle(folder)) {
                throw pickle(from, folder.toAbsolutePath().getParent());
            }
            throw cannot(from, "it is a file", "Name the folder that it is in");
        }
        if (Files.exists(folder.resolve(ONNX_MODEL))) {
            return folder;
        }
        if (!Files.exists(folder.resolve("config.json"))) {
            Optional<Path> gguf = list(folder).stream()
                    .filter(file -> lowerName(file).endsWith(GGUF))
                    .findFirst();
            if (gguf.isPresent()) {
                throw cannot(from, "it is a folder with GGUF files", "Name the file: --from " + gguf.get());
            }
            refuseOtherNames(from, folder);
        } else if (!Files.exists(folder.resolve(SafeTensorsFile.SINGLE))
                && !Files.exists(folder.resolve(SafeTensorsFile.INDEX))) {
            refuseOtherWeights(from, folder);
        }
        return folder;
    }

    private static Path path(String from) {
        if (from.matches("[A-Za-z][A-Za-z0-9+.-]+:/.*") && !from.startsWith("file:")) {
            throw cannot(from, "it is not a local path", "Copy the folder to this machine and name it with --from");
        }
        try {
            return Path.of(from.startsWith("file:") ? from.replaceFirst("file:/*", "/") : from);
        } catch (InvalidPathException e) {
            throw cannot(from, "it is not a path: " + e.getReason(), "Check --from");
        }
    }

    private static void refuseOtherWeights(String from, Path folder) {
        if (list(folder).stream().anyMatch(ImportFolder::isPickle)) {
            throw pickle(from, folder);
        }
        refuseOtherNames(from, folder);
    }

    private static AthanorException pickle(String from, Path folder) {
        return cannot(
                from,
                "its weights are a pickle, which runs code when it is read",
                "Convert it where you trust it: python -c \"from transformers import AutoModel;"
                        + " AutoModel.from_pretrained('" + folder + "').save_pretrained('" + folder
                        + "', safe_serialization=True)\" writes " + SafeTensorsFile.SINGLE);
    }

    private static boolean isPickle(Path file) {
        return PICKLES.stream().anyMatch(lowerName(file)::endsWith);
    }

    private static void refuseOtherNames(String from, Path folder) {
        list(folder).stream()
                .filter(file -> lowerName(file).endsWith(ONNX))
                .findFirst()
                .ifPresent(onnx -> {
                    throw cannot(from, "it is a folder with ONNX files", "Name the file: --from " + onnx);
                });
    }

    private static String lowerName(Path file) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw Failures.of("Cannot import a model from " + folder, e);
        }
    }

    private static AthanorException cannot(String from, String reason, String remedy) {
        return new AthanorException("Cannot import a model from " + from, reason, remedy);
    }
}
