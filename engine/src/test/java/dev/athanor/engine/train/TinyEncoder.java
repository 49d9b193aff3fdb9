package dev.athanor.engine.train;

import dev.athanor.engine.finetune.PretrainedEncoder;
import dev.athanor.engine.format.SafeTensorsFile;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.transformer.TransformerFolder;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** An encoder of two blocks and 36 numbers per token with random weights. */
final class TinyEncoder {
    private TinyEncoder() {}

    private static Path golden() {
        try {
            return Path.of(Objects.requireNonNull(
                            TinyEncoder.class.getResource("/dev/athanor/engine/transformer/bert"), "golden")
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes its files to a folder, which is made. */
    static Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.copy(golden().resolve(name), folder.resolve(name));
        }
        Files.copy(golden().resolveSibling("tiny-wordpiece.json"), folder.resolve("tokenizer.json"));
        return folder;
    }

    /** Reads it where it lies. */
    static PretrainedEncoder open() throws IOException {
        TransformerFolder folder = TransformerFolder.open(golden());
        return new PretrainedEncoder(
                "tiny",
                Files.readAllBytes(golden().resolve("config.json")),
                Files.readAllBytes(golden().resolveSibling("tiny-wordpiece.json")),
                folder.embedding(),
                golden().toString(),
                () -> {
                    try (SafeTensorsFile file = folder.weights()) {
                        Map<String, Tensor> tensors = new LinkedHashMap<>();
                        file.tensors().forEach((name, stored) -> tensors.put(name, stored.toTensor()));
                        return tensors;
                    }
                });
    }
}
