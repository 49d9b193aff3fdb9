package dev.athanor.engine.train;

import com.sun.management.ThreadMXBean;
import dev.athanor.engine.finetune.PretrainedEncoder;
import dev.athanor.engine.finetune.SequenceNetwork;
import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.Batches;
import dev.athanor.engine.nn.ForwardPass;
import dev.athanor.engine.nn.Network;
import dev.athanor.engine.nn.NetworkSpec;
import dev.athanor.engine.nn.TrainDefaults;
import dev.athanor.engine.nn.Trainable;
import dev.athanor.engine.optim.OptimizerKind;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.transformer.Tuning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;

/** Measures, in a JVM of its own, what training steps and forward passes allocate once they have run for a while. */
final class SteadyState {
    static final int STEPS = 100;
    /** One object per step would be at least 1,600; a word to the listener, a few times a second, takes some 100. */
    static final long SLACK = 1_000;

    private static final int ROUNDS = 200;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final InputLayout MIXED =
            new InputLayout(6, new InputLayout.ImageShape(8, 8, 1), List.of(new InputLayout.BagShape("title", 500)));

    private SteadyState() {}

    /**
     * Prints the bytes of 100 steps with one worker, of 100 with two (the one that allocates most), of 100 passes, and of
     * 100 steps of a transformer with two workers.
     */
    public static void main(String[] args) throws IOException {
        Kernels kernels = KernelRegistry.select(KernelRegistry.AUTO).kernels();
        System.out.println("RESULT " + training(kernels, 1) + " " + training(kernels, 2) + " " + forward(kernels) + " "
                + transformer(kernels, 2));
    }

    private static NetworkSpec spec() {
        return new NetworkSpec(
                "cnn",
                MIXED,
                3,
                List.of(new NetworkSpec.ConvLayer(4, 3, 1, 2)),
                8,
                List.of(16),
                Activation.RELU,
                true,
                0.1,
                0.2);
    }

    /** Of {@link Trainer}'s own steps, the most that any of its threads allocates in as many of them. */
    private static long training(Kernels kernels, int threads) {
        return training(kernels, threads, Network.create(spec(), 1));
    }

    /** A tiny encoder on texts of two tokens to five, so that each step has another number of tokens. */
    private static long transformer(Kernels kernels, int threads) throws IOException {
        PretrainedEncoder encoder = TinyEncoder.open();
        InputLayout layout = new InputLayout(
                0, null, List.of(new InputLayout.BagShape("text", encoder.spec().vocabulary())));
        return training(kernels, threads, SequenceNetwork.of(encoder, layout, 3, new Tuning(0, true, false), 1));
    }

    private static long training(Kernels kernels, int threads, Trainable network) {
        TrainDefaults recipe = new TrainDefaults(ROUNDS, 32, 1e-3, 0, 1e-2, 0.1, 1, 0, true);
        FitOptions options =
                new FitOptions(Task.CLASSIFICATION, recipe, OptimizerKind.ADAMW, 1, threads, 32 * (STEPS + 1), 1);
        EncodedBatch rows = Batches.random(network.inputs(), 32 * (STEPS + 1), 3, new SplittableRandom(2));
        Watch watch = new Watch();
        try (ExampleStore train = SharedData.store(rows, 0, rows.rows());
                ExampleStore validation = SharedData.store(rows, 0, 32)) {
            Trainer.fit(network, train, validation, options, kernels, watch, null);
        } catch (CancellationException steady) {
            // asked for: the state is steady
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (watch.threads() != threads) {
            throw new IllegalStateException("watched " + watch.threads() + " threads, not " + threads);
        }
        return watch.most;
    }

    /**
     * Counts what the trainer's threads allocate between the first and the last step of each epoch, until it is little:
     * compiled code holds vectors in registers, interpreted code in objects, and the compiler takes its time.
     */
    private static final class Watch implements TrainListener {
        private final long[] ids = new long[64];
        private final long[] before = new long[64];
        private int threads;
        private int asked;
        private long most = Long.MAX_VALUE;

        int threads() {
            return threads;
        }

        /** Asked by the trainer before each step: the steps between the first call of an epoch and the last are whole. */
        @Override
        public boolean cancelled() {
            asked++;
            if (asked == 1) {
                find();
                for (int i = 0; i < threads; i++) {
                    before[i] = THREADS.getThreadAllocatedBytes(ids[i]);
                }
            } else if (asked == STEPS + 1) {
                most = 0;
                for (int i = 0; i < threads; i++) {
                    most = Math.max(most, THREADS.getThreadAllocatedBytes(ids[i]) - before[i]);
                }
                asked = 0;
                return most <= SLACK;
            }
            return false;
        }

        /** The thread that trains, and those that help it. */
        private void find() {
            if (threads > 0) {
                return;
            }
            ids[threads++] = Thread.currentThread().getId();
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().startsWith("athanor-train-")) {
                    ids[threads++] = thread.getId();
                }
            }
        }

        @Override
        public void onProgress(TrainProgress progress) {}

        @Override
        public void onEpoch(EpochMetrics epoch) {}
    }

    private static long forward(Kernels kernels) {
        Network network = Network.create(spec(), 1);
        EncodedBatch rows = Batches.random(MIXED, 64, 3, new SplittableRandom(2));
        try (ForwardPass pass = network.prepare(kernels).pass(64)) {
            long id = Thread.currentThread().getId();
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS && allocated > SLACK; round++) {
                long before = THREADS.getThreadAllocatedBytes(id);
                for (int i = 0; i < STEPS; i++) {
                    pass.run(rows);
                }
                allocated = THREADS.getThreadAllocatedBytes(id) - before;
            }
            return allocated;
        }
    }
}
