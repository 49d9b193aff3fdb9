package dev.athanor.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A decoder of two layers with random weights, as a folder in Hugging Face's layout; token 17 is written {@code <17>}. */
public final class TinyDecoder {
    /** Longest sequence, tokens. */
    public static final int MAX_TOKENS = 64;

    private static final int TOKENS = 97;

    private TinyDecoder() {}

    /** Writes the model's files to a folder, which is made. */
    public static Path write(Path folder) throws IOException {
        return write(folder, tokenizer());
    }

    /** As {@link #write(Path)}, with the printable characters as tokens; 2 is the one that ends a text. */
    public static Path writeCharacters(Path folder) throws IOException {
        StringBuilder vocabulary = new StringBuilder("{\"<s>\":96,\"</s>\":2");
        for (char c = ' '; c <= '~'; c++) {
            String escaped = c == '"' || c == '\\' ? "\\" + c : String.valueOf(c);
            vocabulary.append(",\"").append(escaped).append("\":").append(c < '"' ? c - ' ' : c - ' ' + 1);
        }
        return write(
                folder,
                "{\"version\":\"1.0\",\"added_tokens\":[],\"normalizer\":null,\"pre_tokenizer\":null,"
                        + "\"post_processor\":null,\"decoder\":{\"type\":\"Fuse\"},\"model\":{\"type\":\"BPE\",\"vocab\":"
                        + vocabulary + "},\"merges\":[]}}");
    }

    private static Path write(Path folder, String tokenizer) throws IOException {
        Files.createDirectories(folder);
        Files.copy(TinyEncoder.goldens().resolve("llama/config.json"), folder.resolve("config.json"));
        Files.copy(TinyEncoder.goldens().resolve("llama/model.safetensors"), folder.resolve("model.safetensors"));
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer);
        return folder;
    }

    private static String tokenizer() {
        String vocabulary = IntStream.range(0, TOKENS)
                .mapToObj(i -> "\"<" + i + ">\":" + i)
                .collect(Collectors.joining(",", "{", "}"));
        String added = IntStream.range(0, TOKENS)
                .mapToObj(i -> "{\"id\":" + i + ",\"content\":\"<" + i + ">\",\"single_word\":false,\"lstrip\":false,"
                        + "\"rstrip\":false,\"normalized\":false,\"special\":false}")
                .collect(Collectors.joining(",", "[", "]"));
        return "{\"version\":\"1.0\",\"added_tokens\":" + added
                + ",\"normalizer\":null,\"pre_tokenizer\":null,\"post_processor\":null,\"decoder\":{\"type\":\"Fuse\"},"
                + "\"model\":{\"type\":\"BPE\",\"vocab\":" + vocabulary + ",\"merges\":[]}}";
    }
}
