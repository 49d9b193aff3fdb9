package dev.athanor.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.MutatedFiles;
import dev.athanor.engine.format.GgufFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tokenizers of GGUF files, against SentencePiece itself and against the {@code tokenizer.json} that the file was made of
 * ({@code engine/src/peer/gguf_goldens.py tokenizers}).
 */
class GgufTokenizerTest {
    @TempDir
    Path folder;

    static byte[] bytes(String name) throws IOException {
        try (InputStream in = GgufTokenizerTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    static Tokenizer read(Path file) {
        try (GgufFile gguf = GgufFile.open(file)) {
            return GgufTokenizer.read(gguf.metadata());
        }
    }

    private Tokenizer tokenizer(String name) throws IOException {
        return read(Files.write(folder.resolve("t.gguf"), bytes(name + ".gguf")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "gemma", "plain"})
    void equalsSentencePiece(String kind) throws IOException {
        Tokenizer tokenizer = tokenizer("spm-" + kind);
        JsonNode golden;
        try (InputStream in = new GZIPInputStream(GgufTokenizerTest.class.getResourceAsStream("spm.golden.json.gz"))) {
            golden = new ObjectMapper().readTree(in).path(kind);
        }
        List<String> lines = TokenizerGoldenTest.lines();
        assertThat(golden.path("ids").size()).isEqualTo(lines.size()).isGreaterThan(200);
        int compared = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (tokenizer.vocabulary().special().keySet().stream().anyMatch(line::contains)) {
                continue; // SentencePiece leaves its control tokens to the caller
            }
            compared++;
            String what = kind + ", line " + i + ": " + TokenizerGoldenTest.escaped(line);
            Tokens tokens = new Tokens();
            tokenizer.encode(line, tokens);
            assertThat(tokens.toArray())
                    .as(what)
                    .isEqualTo(TokenizerGoldenTest.ints(golden.path("ids").get(i)));
            if (!kind.equals("plain")) { // where the unknown token stands for what it was
                assertThat(tokenizer.decode(tokens.ids(), 0, tokens.size(), false))
                        .as(what)
                        .isEqualTo(golden.path("decoded").get(i).asText());
            }
        }
        assertThat(compared).isGreaterThan(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes-gpt2", "bytes-llama3", "bytes-qwen2", "wordpiece"})
    void equalsTheTokenizerJsonItWasMadeOf(String kind) throws IOException {
        Tokenizer gguf = tokenizer(kind);
        Tokenizer json = TokenizerGoldenTest.tokenizer(kind);
        assertThat(gguf.vocabulary().size()).isEqualTo(json.vocabulary().size());
        for (String line : TokenizerGoldenTest.lines()) {
            Tokens theirs = new Tokens();
            json.encode(line, theirs);
            Tokens ours = new Tokens();
            gguf.encode(line, ours);
            assertThat(ours.toArray()).as(TokenizerGoldenTest.escaped(line)).isEqualTo(theirs.toArray());
            assertThat(gguf.decode(ours.ids(), 0, ours.size(), true))
                    .isEqualTo(json.decode(ours.ids(), 0, ours.size(), true));
        }
    }

    @Test
    void theFirstAndLastTokenAreThoseOfTheFile() throws IOException {
        Tokens tokens = new Tokens();
        Tokenizer llama = tokenizer("spm-llama");
        llama.encode("a cat", null, 64, tokens);
        assertThat(tokens.id(0)).isEqualTo(1);
        assertThat(tokens.id(tokens.size() - 1)).isEqualTo(2);
        assertThat(llama.decode(tokens.ids(), 0, tokens.size(), true)).isEqualTo("a cat");
        int whole = tokens.size();
        assertThat(llama.encode("a cat", null, whole - 1, tokens)).isTrue();
        assertThat(tokens.size()).isEqualTo(whole - 1);
        assertThat(tokens.id(whole - 2)).isEqualTo(2);
        llama.encode("a", "b", 64, tokens);
        assertThat(tokens.typeId(0)).isZero();
        assertThat(tokens.typeId(tokens.size() - 1)).isEqualTo(1);
        Tokenizer gemma = tokenizer("spm-gemma"); // the first token alone
        gemma.encode("a cat", null, 64, tokens);
        assertThat(tokens.id(0)).isEqualTo(1);
        assertThat(tokens.id(tokens.size() - 1)).isNotEqualTo(2);
        tokenizer("bytes-gpt2").encode("a", null, 64, tokens); // neither
        assertThat(tokens.size()).isEqualTo(1);
        Tokenizer bert = tokenizer("wordpiece");
        bert.encode("a", "a", 64, tokens);
        Tokens json = new Tokens();
        TokenizerGoldenTest.tokenizer("wordpiece").encode("a", "a", 64, json);
        assertThat(tokens.toArray()).isEqualTo(json.toArray());
        assertThat(java.util.Arrays.copyOf(tokens.typeIds(), tokens.size()))
                .isEqualTo(java.util.Arrays.copyOf(json.typeIds(), json.size()));
    }

    @Test
    void controlTokensAreFoundInTheTextAndNotMergedFromOthers() throws IOException {
        Tokenizer tokenizer = tokenizer("spm-llama");
        Tokens tokens = new Tokens();
        tokenizer.encode("a</s>a", tokens);
        assertThat(tokens.toArray()).contains(2);
        int[] byteToken = {tokenizer.vocabulary().id("<0x41>")};
        tokens.clear();
        tokenizer.encode("<0x41>", tokens); // letters, not the byte they name
        assertThat(tokens.toArray()).doesNotContain(byteToken);
        assertThat(tokenizer.decode(byteToken, 0, 1, false)).isEqualTo("A");
    }

    /** Metadata by key, as a file. */
    private static final class Described {
        private final Map<String, byte[]> values = new TreeMap<>();

        static Described scored(String... tokens) {
            float[] scores = new float[tokens.length];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = -i;
            }
            return new Described()
                    .text("model", "llama")
                    .texts("tokens", tokens)
                    .floats("scores", scores);
        }

        private static byte[] join(byte[]... parts) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (byte[] part : parts) {
                out.writeBytes(part);
            }
            return out.toByteArray();
        }

        private static byte[] u32(int value) {
            return ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array();
        }

        private static byte[] u64(long value) {
            return ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array();
        }

        private static byte[] string(String value) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            return join(u64(utf8.length), utf8);
        }

        private Described put(String key, byte[] value) {
            values.put("tokenizer.ggml." + key, value);
            return this;
        }

        Described text(String key, String value) {
            return put(key, join(u32(8), string(value)));
        }

        Described integer(String key, int value) {
            return put(key, join(u32(4), u32(value)));
        }

        Described flag(String key, boolean value) {
            return put(key, join(u32(7), new byte[] {(byte) (value ? 1 : 0)}));
        }

        Described texts(String key, String... list) {
            byte[] value = join(u32(9), u32(8), u64(list.length));
            for (String text : list) {
                value = join(value, string(text));
            }
            return put(key, value);
        }

        Described floats(String key, float... list) {
            byte[] value = join(u32(9), u32(6), u64(list.length));
            for (float number : list) {
                value = join(value, u32(Float.floatToRawIntBits(number)));
            }
            return put(key, value);
        }

        Described integers(String key, int... list) {
            byte[] value = join(u32(9), u32(5), u64(list.length));
            for (int number : list) {
                value = join(value, u32(number));
            }
            return put(key, value);
        }

        Tokenizer read(Path folder) throws IOException {
            byte[] file = join("GGUF".getBytes(StandardCharsets.US_ASCII), u32(3), u64(0), u64(values.size()));
            for (Map.Entry<String, byte[]> e : values.entrySet()) {
                file = join(file, string(e.getKey()), e.getValue());
            }
            return GgufTokenizerTest.read(Files.write(folder.resolve("d.gguf"), file));
        }
    }

    private void refused(Described file, String reason) {
        assertThatThrownBy(() -> file.read(folder))
                .isInstanceOf(AthanorException.class)
                .hasMessageStartingWith("Cannot read a tokenizer from " + folder.resolve("d.gguf") + ": ")
                .hasMessageContaining(reason);
    }

    private static int[] ids(Tokenizer tokenizer, String text) {
        Tokens tokens = new Tokens();
        tokenizer.encode(text, tokens);
        return tokens.toArray();
    }

    @Test
    void ofEqualScoresTheLeftmostPairMergesFirst() throws IOException {
        Described file = Described.scored("<unk>", "a", "b", "c", "bc", "ab")
                .floats("scores", 0, 0, 0, 0, -1, -1)
                .flag("add_space_prefix", false);
        assertThat(ids(file.read(folder), "abc")).containsExactly(5, 3);
        assertThat(ids(file.read(folder), "abc".repeat(20)))
                .startsWith(5, 3, 5, 3)
                .hasSize(40);
        file.floats("scores", 0, 0, 0, 0, -1, -2);
        assertThat(ids(file.read(folder), "abc")).containsExactly(1, 4);
        assertThat(ids(file.read(folder), "abc".repeat(20)))
                .startsWith(1, 4, 1, 4)
                .hasSize(40);
        file.floats("scores", 0, 0, 0, 0, -0f, 0f);
        assertThat(ids(file.read(folder), "abc")).containsExactly(5, 3);
    }

    @Test
    void aTokenThatReachesAcrossAMarkIsFound() throws IOException {
        Described file = Described.scored("<unk>", "a", ">", "\u2581", ">\u2581", "\u2581a", ">\u2581a")
                .flag("add_space_prefix", false);
        assertThat(ids(file.read(folder), "> a a>a")).containsExactly(6, 5, 2, 1);
    }

    @Test
    void saysWhatIsNotSupportedOrDamaged() {
        refused(new Described(), "it has 0 tokens, and 1 to 2000000 are supported");
        refused(
                new Described().text("model", "t5").texts("tokens", "a"),
                "its tokenizer.ggml.model is 't5'. Supported are llama, gpt2, bert");
        refused(
                new Described().text("model", "gpt2").text("pre", "gpt-4o").texts("tokens", "a"),
                "it cuts words as tokenizer.ggml.pre = gpt-4o does. Supported are gpt-2, phi-2,");
        refused(
                new Described().text("model", "gpt2").texts("tokens", "a"),
                "it cuts words as tokenizer.ggml.pre = default does");
        refused(
                new Described()
                        .text("model", "gpt2")
                        .text("pre", "gpt-2")
                        .texts("tokens", "a", "b")
                        .texts("merges", "a b"),
                "it merges 'a b', and has no token ab");
        refused(
                new Described()
                        .text("model", "gpt2")
                        .text("pre", "gpt-2")
                        .texts("tokens", "a", "b")
                        .texts("merges", "a b c"),
                "it has the merge 'a b c', not two tokens");
        refused(Described.scored("a", "b").floats("scores", 0), "it has 2 tokens and 1 scores");
        refused(Described.scored("a").floats("scores", Float.NaN), "token 0 has the score NaN");
        refused(Described.scored("a").integers("token_type", 1, 1), "it has 1 tokens and 2 token types");
        refused(Described.scored("a").integers("token_type", 9), "token 0 has the type 9");
        refused(Described.scored("a").integer("bos_token_id", 5), "tokenizer.ggml.bos_token_id is 5 of 1 tokens");
        refused(Described.scored("a").integer("bos_token_id", -1), "it has no tokenizer.ggml.bos_token_id");
        refused(Described.scored("a".repeat(2000)), "it has a token of 2000 characters, the limit is 1024");
        assertThatThrownBy(
                        () -> Described.scored("a").text("add_bos_token", "yes").read(folder))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("tokenizer.ggml.add_bos_token is a String, not true or false");
    }

    @Test
    void mutatedFilesAreReadOrRefused() throws Exception {
        List<byte[]> bases = new ArrayList<>();
        for (String name : List.of("spm-gemma", "spm-plain", "bytes-llama3", "wordpiece")) {
            bases.add(bytes(name + ".gguf"));
        }
        System.out.println("GGUF tokenizers: "
                + new MutatedFiles(20261127, bases, false).check(10_000, 64L << 20, file -> {
                    Path path = Files.write(folder.resolve("m.gguf"), file);
                    Tokenizer tokenizer = read(path);
                    Tokens tokens = new Tokens();
                    tokenizer.encode("a cat, 12 \u00e9t\u00e9 \ud83d\ude00 <s>", null, 64, tokens);
                    tokenizer.decode(tokens.ids(), 0, tokens.size(), false);
                }));
    }
}
