package dev.athanor.engine.bench;

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
import java.nio.charset.StandardCharsets;
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
 * mvn -Pbench -pl engine test -Dbench.main=dev.athanor.engine.bench.TrainingBenchmark \
 *     -Dbench.jvm.args=-Dathanor.peer.python=/path/to/python-with-torch
 * }</pre>
 *
 * <p>Ours is the whole training loop: rows copied from the store in a new order each epoch, forward, backward, Adam. Both
 * sides train the same network on the same number of random rows and report the median epoch; the JVM's first epochs,
 * in which it compiles, and PyTorch's first are left out. The peer's script is {@code src/jmh/python/train_peer.py}.
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
    public static void main(String[] arguments) throws Exception {
        Kernels kernels = KernelRegistry.select(System.getProperty("athanor.kernels", "auto")).kernels();
        new TrainingBenchmark(System.out, kernels).run(arguments.length == 0 ? "all" : arguments[0]);
    }

    private void run(String part) throws Exception {
        out.printf(Locale.ROOT, "training, samples/s, batch %d, Adam, %s%n", BATCH, kernels.description());
        String python = System.getProperty("athanor.peer.python", "");
        if (python.isEmpty()) {
            out.println("peer skipped: give -Dbench.jvm.args=-Dathanor.peer.python=/path/to/python (with torch)");
        }
        out.printf(
                Locale.ROOT, "%-5s %10s %8s %10s %10s %6s%n", "net", "parameters", "threads", "ours", "PyTorch", "ratio");
        for (String kind : new String[] {"mlp", "cnn"}) {
            for (int threads = 1; threads <= 2; threads++) {
                if (part.equals("all") || part.equals(kind)) {
                    line(kind, threads, python);
                }
            }
        }
    }

    private void line(String kind, int threads, String python) throws Exception {
        boolean mlp = kind.equals("mlp");
        Network network = Network.create(mlp ? mlp() : cnn(), 1);
        long parameters = network.parameters().trainable();
        double ours = ours(network, threads, mlp ? 60 : 14);
        if (python.isEmpty()) {
            out.printf(Locale.ROOT, "%-5s %10d %8d %10.0f%n", kind, parameters, threads, ours);
            return;
        }
        String[] peer = peer(python, kind, threads, mlp ? 20 : 6);
        if (Long.parseLong(peer[1]) != parameters) {
            throw new IllegalStateException(
                    "Cannot compare: the peer's network has " + peer[1] + " parameters, ours " + parameters);
        }
        double theirs = Double.parseDouble(peer[2]);
        out.printf(
                Locale.ROOT,
                "%-5s %10d %8d %10.0f %10.0f %6.2f   torch %s%n",
                kind,
                parameters,
                threads,
                ours,
                theirs,
                ours / theirs,
                peer[0]);
    }

    private double ours(Network network, int threads, int epochs) throws IOException {
        InputLayout layout = network.spec().inputs();
        TrainDefaults recipe = new TrainDefaults(epochs, BATCH, 1e-3, 0, 0, 0, 0, 0, false);
        FitOptions options = new FitOptions(Task.CLASSIFICATION, recipe, 1, threads, ROWS, 1);
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

    private static String[] peer(String python, String kind, int threads, int epochs) throws Exception {
        ProcessBuilder command = new ProcessBuilder(
                python,
                script().toString(),
                kind,
                Integer.toString(threads),
                Integer.toString(ROWS),
                Integer.toString(BATCH),
                Integer.toString(epochs));
        command.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
        Process process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("Cannot run the peer: " + command.command() + " ended with " + process.exitValue());
        }
        return output.strip().split(" ", -1);
    }

    private static Path script() {
        Path below = Path.of("src/jmh/python/train_peer.py");
        return below.toFile().exists() ? below : Path.of("engine").resolve(below);
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
