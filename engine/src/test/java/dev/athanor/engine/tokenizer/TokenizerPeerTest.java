package dev.athanor.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.PeerPython;
import dev.athanor.engine.train.SharedData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of tokenizer, and MiniLM's own, against Hugging Face's library itself on all shared texts and on every code
 * point; where there is a Python.
 */
class TokenizerPeerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> KINDS = List.of(
            "wordpiece",
            "wordpiece-cased",
            "bytes-gpt2",
            "bytes-roberta",
            "bytes-llama3",
            "bytes-qwen2",
            "sentencepiece-bpe",
            "metaspace-bpe",
            "unigram");

    /** All lines would be minutes; profile {@code peers} takes them. */
    private static final int EVERY = Boolean.getBoolean("athanor.peers") ? 1 : 13;

    @TempDir
    Path folder;

    static String peer(String... arguments) throws IOException, InterruptedException {
        return PeerPython.run("tokenizers_peer.py", "tokenizers", arguments);
    }

    static List<String> sharedLines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String name : List.of(
                "ag_news/train.csv.gz",
                "stsb/train.csv.gz",
                "stsb/dev.csv.gz",
                "gsm8k/train.jsonl.gz",
                "carb/dev.txt.gz",
                "text/tinyshakespeare.txt.gz",
                "text/instruction_seed_tasks.jsonl.gz")) {
            try (BufferedReader in = new BufferedReader(new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(SharedData.file(name))), StandardCharsets.UTF_8))) {
                in.lines().forEach(lines::add);
            }
        }
        return lines;
    }

    /** Every code point: alone between spaces, between letters, and next to its neighbours. */
    static List<String> codePoints() {
        List<String> lines = new ArrayList<>();
        for (int base = 0; base < 0x110000; base += 64) {
            if (base >= 0xd800 && base < 0xe000) {
                continue;
            }
            for (String between : List.of(" ", "", "a")) {
                StringBuilder line = new StringBuilder();
                for (int cp = base; cp < base + 64; cp++) {
                    line.appendCodePoint(cp).append(between);
                }
                lines.add(line.toString());
            }
        }
        return lines;
    }

    static void compare(Path folder, Path tokenizerFile, String what, List<String> all)
            throws IOException, InterruptedException {
        List<String> lines = IntStream.range(0, all.size())
                .filter(i -> i % EVERY == 0)
                .mapToObj(all::get)
                .toList();
        Path linesFile = folder.resolve("lines.json");
        Path out = folder.resolve("ids.json");
        JSON.writeValue(linesFile.toFile(), lines);
        peer("encode", tokenizerFile.toString(), linesFile.toString(), out.toString());
        JsonNode ids = JSON.readTree(out.toFile());
        assertThat(ids.size()).isEqualTo(lines.size());
        Tokenizer tokenizer = TokenizerJson.read(tokenizerFile);
        Tokens tokens = new Tokens();
        int different = 0;
        StringBuilder first = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            tokens.clear();
            tokenizer.encode(lines.get(i), tokens);
            int[] expected = TokenizerGoldenTest.ints(ids.get(i));
            if (!java.util.Arrays.equals(tokens.toArray(), expected) && different++ < 5) {
                first.append("\n" + TokenizerGoldenTest.escaped(lines.get(i)) + "\n expected "
                        + java.util.Arrays.toString(expected) + "\n but was  "
                        + java.util.Arrays.toString(tokens.toArray()));
            }
        }
        assertThat(different)
                .as("%s: lines of %d that differ:%s", what, lines.size(), first)
                .isZero();
    }

    private Path file(String kind) throws IOException {
        Path file = folder.resolve(kind + ".json");
        Files.write(file, TokenizerGoldenTest.bytes(kind + ".json"));
        return file;
    }

    @Test
    void everyCodePoint() throws Exception {
        for (String kind : KINDS) {
            compare(folder, file(kind), kind, codePoints());
        }
    }

    @Test
    void allSharedTexts() throws Exception {
        List<String> lines = sharedLines();
        for (String kind : KINDS) {
            compare(folder, file(kind), kind, lines);
        }
    }

    @Test
    void miniLm() throws Exception {
        Path file = PeerPython.miniLm().resolve("tokenizer.json");
        List<String> lines = new ArrayList<>(TokenizerGoldenTest.lines());
        lines.addAll(codePoints());
        lines.addAll(sharedLines());
        compare(folder, file, "MiniLM", lines);
    }
}
