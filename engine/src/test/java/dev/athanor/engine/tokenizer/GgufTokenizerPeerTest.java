package dev.athanor.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.PeerPython;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gemma 3's tokenizer as its GGUF file has it, against SentencePiece and Hugging Face's library built of the same tokens
 * and scores; where a Python with them is named.
 */
class GgufTokenizerPeerTest {
    private static final String SCRIPT = "gguf_goldens.py";
    private static final String MODULES = "gguf, numpy, sentencepiece, tokenizers, google.protobuf";

    @TempDir
    Path folder;

    @Test
    void theGoldensAreWhatTheScriptMakes() throws Exception {
        Path json = folder.resolve("json");
        Path out = folder.resolve("out");
        Files.createDirectory(json);
        Files.createDirectory(out);
        for (String kind : List.of("bytes-gpt2", "bytes-llama3", "bytes-qwen2", "wordpiece", "lines")) {
            Files.write(json.resolve(kind + ".json"), TokenizerGoldenTest.bytes(kind + ".json"));
        }
        PeerPython.run(SCRIPT, MODULES, "tokenizers", json.toString(), out.toString());
        try (var files = Files.list(out)) {
            List<Path> made = files.toList();
            assertThat(made).hasSize(8);
            for (Path file : made) {
                String name = file.getFileName().toString();
                assertThat(Files.readAllBytes(file)).as(name).isEqualTo(GgufTokenizerTest.bytes(name));
            }
        }
    }

    @Test
    void gemmaOnAllTextsAndCodePoints() throws Exception {
        Path file = PeerPython.gemma();
        List<String> lines = new ArrayList<>(TokenizerGoldenTest.lines());
        lines.addAll(TokenizerPeerTest.codePoints());
        lines.addAll(TokenizerPeerTest.sharedLines());
        lines.add(String.join("\r\n", lines.subList(0, 100)));
        lines.add("  \n\n\n   \t\t <table>\n  </table>   ".repeat(50));
        Path linesFile = folder.resolve("lines.json");
        new ObjectMapper().writeValue(linesFile.toFile(), lines);
        Path out = folder.resolve("ids.json");
        PeerPython.run(SCRIPT, MODULES, "encode", file.toString(), linesFile.toString(), out.toString());
        JsonNode ids = new ObjectMapper().readTree(out.toFile());
        Tokenizer tokenizer = GgufTokenizerTest.read(file);
        for (String peer : List.of("sentencepiece", "tokenizers")) {
            compare(peer, tokenizer, lines, ids.path(peer));
        }
    }

    private static void compare(String peer, Tokenizer tokenizer, List<String> lines, JsonNode ids) {
        assertThat(ids.size()).isEqualTo(lines.size());
        int compared = 0;
        int different = 0;
        StringBuilder first = new StringBuilder();
        Tokens tokens = new Tokens();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            tokens.clear();
            tokenizer.encode(line, tokens);
            if (peer.equals("sentencepiece") && hasSpecial(tokenizer, tokens)) {
                continue; // it leaves control tokens to the caller
            }
            compared++;
            int[] expected = TokenizerGoldenTest.ints(ids.get(i));
            if (!java.util.Arrays.equals(tokens.toArray(), expected) && different++ < 5) {
                first.append("\n" + TokenizerGoldenTest.escaped(line) + "\n expected "
                        + java.util.Arrays.toString(expected) + "\n but was  "
                        + java.util.Arrays.toString(tokens.toArray()));
            }
        }
        assertThat(different)
                .as("%s: lines of %d that differ:%s", peer, compared, first)
                .isZero();
        assertThat(compared).isGreaterThan(lines.size() * 99 / 100);
        System.out.println("Gemma's tokenizer: " + compared + " lines equal those of " + peer);
    }

    private static boolean hasSpecial(Tokenizer tokenizer, Tokens tokens) {
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokenizer.vocabulary().token(tokens.id(i));
            if (tokenizer.vocabulary().isSpecial(token)) {
                return true;
            }
        }
        return false;
    }
}
