package dev.athanor.engine.generation;

import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.TokenizerJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A tokenizer for the tiny models of random weights: token 17 is written {@code <17>}. */
final class TinyTokenizer {
    static final int SIZE = 97;

    private TinyTokenizer() {}

    static Tokenizer read() {
        String vocabulary = IntStream.range(0, SIZE)
                .mapToObj(i -> "\"<" + i + ">\":" + i)
                .collect(Collectors.joining(",", "{", "}"));
        String added = IntStream.range(0, SIZE)
                .mapToObj(i -> "{\"id\":" + i + ",\"content\":\"<" + i + ">\",\"single_word\":false,\"lstrip\":false,"
                        + "\"rstrip\":false,\"normalized\":false,\"special\":false}")
                .collect(Collectors.joining(",", "[", "]"));
        String json = "{\"version\":\"1.0\",\"added_tokens\":" + added
                + ",\"normalizer\":null,\"pre_tokenizer\":null,\"post_processor\":null,\"decoder\":{\"type\":\"Fuse\"},"
                + "\"model\":{\"type\":\"BPE\",\"vocab\":" + vocabulary + ",\"merges\":[]}}";
        return TokenizerJson.read(json.getBytes(StandardCharsets.UTF_8), "tiny");
    }

    static String text(int... ids) {
        return Arrays.stream(ids).mapToObj(i -> "<" + i + ">").collect(Collectors.joining());
    }
}
