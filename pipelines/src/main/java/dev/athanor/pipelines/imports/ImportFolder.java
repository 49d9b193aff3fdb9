package dev.athanor.pipelines.imports;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.format.SafeTensorsFile;
import dev.athanor.engine.transformer.TransformerFolder;
import dev.athanor.spark.platform.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The folder or file that a model is imported from; says what it holds instead of a model that can be read. */
final class ImportFolder {
    /** Formats that are known and not read, by the ending of their files. */
    private static final Map<String, String> UNREAD = new TreeMap<>(Map.of(".onnx", "ONNX"));

    private static final String GGUF = ".gguf";

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
            return ImportSource.Gguf.open(path);
        }
        TransformerFolder folder = TransformerFolder.open(path);
        boolean embedder = !folder.spec().causal() || Files.exists(path.resolve("modules.json"));
        return embedder ? new ImportSource.Embedder(folder) : new ImportSource.Decoder(folder);
    }

    /** Where it is. */
    static Path require(String from) {
        Path folder = path(from);
        if (!Files.exists(folder)) {
            throw cannot(from, "there is no such folder", "Check --from");
        }
        if (!Files.isDirectory(folder)) {
            if (lowerName(folder).endsWith(GGUF)) {
                return folder;
            }
            unread(folder).ifPresent(format -> {
                throw unread(from, format);
            });
            if (isPickle(folder)) {
                throw pickle(from, folder.toAbsolutePath().getParent());
            }
            throw cannot(from, "it is a file", "Name the folder that it is in");
        }
        if (!Files.exists(folder.resolve("config.json"))) {
            Optional<Path> gguf = list(folder).stream()
                    .filter(file -> lowerName(file).endsWith(GGUF))
                    .findFirst();
            if (gguf.isPresent()) {
                throw cannot(from, "it is a folder with GGUF files", "Name the file: --from " + gguf.get());
            }
            format(folder).ifPresent(format -> {
                throw unread(from, format);
            });
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
        format(folder).ifPresent(format -> {
            throw unread(from, format);
        });
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

    private static Optional<String> unread(Path file) {
        return UNREAD.entrySet().stream()
                .filter(format -> lowerName(file).endsWith(format.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static Optional<String> format(Path folder) {
        return list(folder).stream().flatMap(file -> unread(file).stream()).findFirst();
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

    private static AthanorException unread(String from, String format) {
        return cannot(
                from,
                format + " files are not read yet",
                "Name a GGUF file, or a folder with config.json, " + SafeTensorsFile.SINGLE + " and tokenizer.json");
    }

    private static AthanorException cannot(String from, String reason, String remedy) {
        return new AthanorException("Cannot import a model from " + from, reason, remedy);
    }
}
