package dev.athanor.engine.transformer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads how a <a href="https://sbert.net">sentence-transformers</a> folder pools, from its {@code modules.json}. */
final class SentenceModules {
    private static final String MODULES = "modules.json";
    private static final List<String> SUPPORTED = List.of("Transformer", "Pooling", "Normalize");

    private final Path folder;
    private final int mostTokens;
    private final int width;

    /**
     * @param mostTokens that the model takes
     * @param width of its hidden states
     */
    SentenceModules(Path folder, int mostTokens, int width) {
        this.folder = folder;
        this.mostTokens = mostTokens;
        this.width = width;
    }

    /** The settings; without modules, the mean of all tokens, as sentence-transformers does. */
    EmbeddingSettings read() throws IOException {
        int maxTokens = mostTokens;
        boolean lowerCase = false;
        Path file = folder.resolve("sentence_bert_config.json");
        if (Files.exists(file)) {
            ConfigJson config = ConfigJson.parse(bytes(file), file.toString());
            maxTokens = Math.min(maxTokens, config.size("max_seq_length", maxTokens));
            lowerCase = config.flag("do_lower_case", false);
        }
        Path modules = folder.resolve(MODULES);
        if (!Files.exists(modules)) {
            return new EmbeddingSettings(maxTokens, Pooling.MEAN, false, lowerCase);
        }
        Pooling pooling = null;
        boolean normalize = false;
        JsonNode list = new ObjectMapper().readTree(bytes(modules));
        for (JsonNode module : list) {
            String type = module.path("type").asText("");
            String name = type.substring(type.lastIndexOf('.') + 1);
            switch (name) {
                case "Transformer" -> {
                    if (!module.path("path").asText("").isEmpty()) {
                        throw unsupported(modules, "its Transformer is in the folder " + module.path("path"));
                    }
                }
                case "Pooling" -> pooling = pooling(module.path("path").asText(""));
                case "Normalize" -> normalize = true;
                default -> throw unsupported(modules, "it has a module of type '" + type + "'");
            }
        }
        return new EmbeddingSettings(maxTokens, pooling == null ? Pooling.MEAN : pooling, normalize, lowerCase);
    }

    private Pooling pooling(String path) throws IOException {
        if (!path.matches("[A-Za-z0-9_-]+")) {
            throw unsupported(folder.resolve(MODULES), "its Pooling is in the folder '" + path + "'");
        }
        Path file = folder.resolve(path).resolve("config.json");
        ConfigJson config = ConfigJson.parse(bytes(file), file.toString());
        int wanted = config.size("word_embedding_dimension", config.size("embedding_dimension", width));
        if (wanted != width) {
            throw config.wrong("word_embedding_dimension", wanted, "the model's width " + width);
        }
        String mode = config.text("pooling_mode", "");
        if (!mode.isEmpty()) {
            return named(config, mode);
        }
        List<String> on = new ArrayList<>();
        for (String candidate :
                List.of("cls_token", "lasttoken", "max_tokens", "mean_tokens", "mean_sqrt_len_tokens")) {
            if (config.flag("pooling_mode_" + candidate, false)) {
                on.add(candidate);
            }
        }
        if (config.flag("pooling_mode_weightedmean_tokens", false)) {
            on.add("weightedmean");
        }
        if (on.size() != 1) {
            throw config.unsupported("pooling_mode", on, List.of("one pooling mode at a time"));
        }
        return named(config, on.get(0));
    }

    private static Pooling named(ConfigJson config, String mode) {
        String name = mode.toUpperCase(Locale.ROOT);
        for (Pooling pooling : Pooling.values()) {
            if (name.equals(pooling.name())
                    || name.equals(pooling.name() + "_TOKENS")
                    || name.equals(pooling.name() + "_TOKEN")) {
                return pooling;
            }
        }
        throw config.unsupported(
                "pooling_mode", mode, List.of("cls", "lasttoken", "mean", "mean_sqrt_len_tokens", "max"));
    }

    private static byte[] bytes(Path file) throws IOException {
        if (Files.size(file) > ConfigJson.BYTES_LIMIT) {
            throw new AthanorException("Cannot read " + file, "it is too large", "Check that it is the right file");
        }
        return Files.readAllBytes(file);
    }

    private static AthanorException unsupported(Path file, String why) {
        return new AthanorException(
                "Cannot read " + file,
                why,
                "Supported modules are " + String.join(", ", SUPPORTED) + ", in this order");
    }
}
