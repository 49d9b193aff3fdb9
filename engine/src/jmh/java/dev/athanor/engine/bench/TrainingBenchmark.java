package dev.athanor.engine.bench;

import dev.athanor.engine.optim.OptimizerKind;
import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.engine.bench.Result.Bar;
import dev.athanor.engine.bench.Result.Peer;
import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.Network;
import dev.athanor.engine.nn.NetworkSpec;
import dev.athanor.engine.nn.TrainDefaults;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.train.EpochMetrics;
import dev.athanor.engine.train.ExampleStore;
import dev.athanor.engine.train.FitOptions;
import dev.athanor.engine.train.TrainListener;
import dev.athanor.engine.train.TrainProgress;
import dev.athanor.engine.train.Trainer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Training samples per second of a multilayer perceptron (784-256-10) and of a small convolutional network (108,618
 * parameters), batch 64, Adam, against PyTorch eager in the same run, one thread against one and two against two.
 *
 * <pre>{@code
 * mvn -Pbench -pl spark-ext -am test -Dbench.args=training       # or training:mlp, training:cnn
 * }</pre>
 *
 * <p>Ours is the whole training loop: rows copied from the store in a new order each epoch, forward, backward, Adam. Both
 * sides train the same network on the same number of random rows and report the median epoch; the JVM's first epochs,
 * in which it compiles, and PyTorch's first are left out. The peer's script is {@code engine/src/jmh/python/train_peer.py}.
 */
public final class TrainingBenchmark {
    private static final int ROWS = 7_040;
    private static final int BATCH = 64;

    private final PrintStream out;
    private final Kernels kernels;

    private TrainingBenchmark(PrintStream out, Kernels kernels) {
        this.out = out;
        this.kernels = kernels;
    }

    /** Prints one table; an argument {@code mlp} or {@code cnn} limits it. */
    public static void main(String[] arguments) throws IOException {
        Kernels kernels = KernelRegistry.select(System.getProperty("athanor.kernels", "auto")).kernels();
        new TrainingBenchmark(System.out, kernels).run(arguments.length == 0 ? "all" : arguments[0]);
    }

    private void run(String part) throws IOException {
        out.printf(Locale.ROOT, "training, samples/s, batch %d, Adam, %s%n", BATCH, kernels.description());
        out.printf(
                Locale.ROOT, "%-5s %10s %8s %10s %10s %6s%n", "net", "parameters", "threads", "ours", "PyTorch", "ratio");
        for (String kind : new String[] {"mlp", "cnn"}) {
            for (int threads = 1; threads <= 2; threads++) {
                if (part.equals("all") || part.equals(kind)) {
                    Results.add(measure(kind, threads));
                }
            }
        }
    }

    private Result measure(String kind, int threads) throws IOException {
        boolean mlp = kind.equals("mlp");
        Network network = Network.create(mlp ? mlp() : cnn(), 1);
        long parameters = network.parameters().trainable();
        double ours = ours(network, threads, mlp ? 60 : 14);
        Peer peer = PeerScript.available()
                ? peer(kind, threads, mlp ? 20 : 6, parameters)
                : new Peer("PyTorch eager", null);
        Result result = new Result(
                "training %s, %d thread%s".formatted(
                        mlp ? "MLP 784-256-10" : "CNN, 109 k parameters", threads, threads == 1 ? "" : "s"),
                ours,
                "samples/s",
                peer,
                Bar.atLeast(mlp ? 1.5 : 1.2),
                null);
        out.printf(
                Locale.ROOT,
                "%-5s %10d %8d %10.0f %10.0f %6.2f   %s%n",
                kind,
                parameters,
                threads,
                ours,
                peer.value() == null ? Double.NaN : peer.value(),
                result.ratio(),
                peer.name());
        return result;
    }

    private static Peer peer(String kind, int threads, int epochs, long parameters) throws IOException {
        JsonNode peer = PeerScript.run(
                "engine/src/jmh/python/train_peer.py",
                threads,
                kind,
                Integer.toString(threads),
                Integer.toString(ROWS),
                Integer.toString(BATCH),
                Integer.toString(epochs));
        if (peer.path("parameters").asLong() != parameters) {
            throw new IllegalStateException("Cannot compare: the peer's network has " + peer.path("parameters")
                    + " parameters, ours " + parameters);
        }
        return new Peer(
                "PyTorch " + peer.path("torch").asText() + " eager",
                peer.path("samples_per_s").asDouble());
    }

    private double ours(Network network, int threads, int epochs) throws IOException {
        InputLayout layout = network.spec().inputs();
        TrainDefaults recipe = new TrainDefaults(epochs, BATCH, 1e-3, 0, 0, 0, 0, 0, false);
        FitOptions options = new FitOptions(Task.CLASSIFICATION, recipe, OptimizerKind.ADAMW, 1, threads, ROWS, 1);
        Epochs watch = new Epochs();
        try (ExampleStore train = store(layout, ROWS);
                ExampleStore validation = store(layout, 1)) {
            Trainer.fit(network, train, validation, options, kernels, watch, null);
        }
        List<Double> steady = watch.rates.subList(epochs / 2, epochs);
        Collections.sort(steady);
        return steady.get(steady.size() / 2);
    }

    private static ExampleStore store(InputLayout layout, int rows) {
        SplittableRandom random = new SplittableRandom(1);
        EncodedBatch batch = new EncodedBatch(layout, rows);
        batch.setRows(rows);
        float[] pixels = (layout.image() == null ? batch.dense() : batch.image()).floats();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble();
        }
        for (int r = 0; r < rows; r++) {
            batch.labels().ints()[r] = random.nextInt(10);
            batch.weights().floats()[r] = 1;
        }
        ExampleStore store = new ExampleStore(layout, Long.MAX_VALUE, Path.of("never-spilled"));
        store.append(batch);
        store.finish();
        return store;
    }

    private static NetworkSpec mlp() {
        InputLayout layout = new InputLayout(784, null, List.of());
        return new NetworkSpec("mlp", layout, 10, List.of(), 1, List.of(256), Activation.RELU, false, 0, 0);
    }

    private static NetworkSpec cnn() {
        InputLayout layout = new InputLayout(0, new InputLayout.ImageShape(28, 28, 1), List.of());
        List<NetworkSpec.ConvLayer> convolutions =
                List.of(new NetworkSpec.ConvLayer(16, 3, 0, 2), new NetworkSpec.ConvLayer(32, 3, 0, 2));
        return new NetworkSpec("cnn", layout, 10, convolutions, 1, List.of(128), Activation.RELU, false, 0, 0);
    }

    private static final class Epochs implements TrainListener {
        private final List<Double> rates = new ArrayList<>();

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
    }
}
