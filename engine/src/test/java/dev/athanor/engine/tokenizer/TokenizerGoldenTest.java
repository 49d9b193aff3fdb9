package dev.athanor.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every kind of tokenizer against what Hugging Face's library made of the same lines
 * ({@code engine/src/peer/tokenizers_peer.py goldens}).
 */
class TokenizerGoldenTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static byte[] bytes(String name) throws IOException {
        try (InputStream in = TokenizerGoldenTest.class.getResourceAsStream("/tokenizers/" + name)) {
            return in.readAllBytes();
        }
    }

    static List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        JSON.readTree(bytes("lines.json")).forEach(line -> lines.add(line.asText()));
        return lines;
    }

    static Tokenizer tokenizer(String kind) throws IOException {
        return TokenizerJson.read(bytes(kind + ".json"), kind);
    }

    private static JsonNode golden(String kind) throws IOException {
        try (InputStream in = new GZIPInputStream(
                TokenizerGoldenTest.class.getResourceAsStream("/tokenizers/" + kind + ".golden.json.gz"))) {
            return JSON.readTree(in);
        }
    }

    static int[] ints(JsonNode array) {
        int[] result = new int[array.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = array.get(i).asInt();
        }
        return result;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wordpiece",
                "wordpiece-cased",
                "bytes-gpt2",
                "bytes-roberta",
                "bytes-llama3",
                "bytes-qwen2",
                "sentencepiece-bpe",
                "metaspace-bpe",
                "unigram"
            })
    void equalsHuggingFace(String kind) throws IOException {
        Tokenizer tokenizer = tokenizer(kind);
        JsonNode golden = golden(kind);
        List<String> lines = lines();
        assertThat(golden.path("ids").size()).isEqualTo(lines.size()).isGreaterThan(200);
        Tokens tokens = new Tokens();
        for (int round = 0; round < 2; round++) { // the second from the words remembered
            for (int i = 0; i < lines.size(); i++) {
                tokens.clear();
                tokenizer.encode(lines.get(i), tokens);
                assertThat(tokens.toArray())
                        .as("%s: line %d, %s", kind, i, escaped(lines.get(i)))
                        .isEqualTo(ints(golden.path("ids").get(i)));
            }
        }
        for (JsonNode c : golden.path("pairs")) {
            String line = lines.get(c.path("line").asInt());
            String pair = c.path("pair").isNull() ? null : c.path("pair").asText();
            int length = c.path("length").asInt();
            boolean cut = tokenizer.encode(line, pair, length, tokens);
            String what =
                    kind + ": " + escaped(line) + " with " + (pair == null ? null : escaped(pair)) + " to " + length;
            assertThat(tokens.toArray()).as(what).isEqualTo(ints(c.path("ids")));
            assertThat(java.util.Arrays.copyOf(tokens.typeIds(), tokens.size()))
                    .as(what)
                    .isEqualTo(ints(c.path("types")));
            assertThat(cut).as(what).isEqualTo(c.path("cut").asBoolean());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wordpiece",
                "wordpiece-cased",
                "bytes-gpt2",
                "bytes-roberta",
                "bytes-llama3",
                "bytes-qwen2",
                "sentencepiece-bpe",
                "metaspace-bpe",
                "unigram"
            })
    void decodesAsHuggingFace(String kind) throws IOException {
        Tokenizer tokenizer = tokenizer(kind);
        JsonNode golden = golden(kind);
        List<int[]> sequences = new ArrayList<>();
        golden.path("ids").forEach(ids -> sequences.add(ints(ids)));
        golden.path("decode_ids").forEach(ids -> sequences.add(ints(ids)));
        assertThat(sequences).hasSize(golden.path("decoded").size());
        for (int i = 0; i < sequences.size(); i++) {
            int[] ids = sequences.get(i);
            assertThat(tokenizer.decode(ids, 0, ids.length, false))
                    .as("%s: ids %d", kind, i)
                    .isEqualTo(golden.path("decoded").get(i).asText());
            assertThat(tokenizer.decode(ids, 0, ids.length, true))
                    .as("%s: ids %d without special tokens", kind, i)
                    .isEqualTo(golden.path("decoded_skipping").get(i).asText());
        }
    }

    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            escaped.append(c >= ' ' && c < 127 ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return escaped.toString();
    }
}
