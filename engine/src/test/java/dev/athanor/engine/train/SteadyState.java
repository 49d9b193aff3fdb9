package dev.athanor.engine.train;

import com.sun.management.ThreadMXBean;
import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.Batches;
import dev.athanor.engine.nn.ForwardPass;
import dev.athanor.engine.nn.Network;
import dev.athanor.engine.nn.NetworkSpec;
import dev.athanor.engine.nn.TrainDefaults;
import dev.athanor.engine.optim.AdamW;
import dev.athanor.engine.optim.Optimizer;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.table.Task;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Measures, in a JVM of its own, what training steps and forward passes allocate once they have run for a while. */
final class SteadyState {
    static final int STEPS = 100;
    /** One object per step would be at least 1,600; beginning the one epoch among the steps takes some 350. */
    static final long SLACK = 1_000;

    private static final int ROUNDS = 200;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final InputLayout MIXED =
            new InputLayout(6, new InputLayout.ImageShape(8, 8, 1), List.of(new InputLayout.BagShape("title", 500)));

    private SteadyState() {}

    /** Prints the bytes of 100 steps with one worker, of 100 with two (the one that allocates most), of 100 passes. */
    public static void main(String[] args) {
        Kernels kernels = KernelRegistry.select(KernelRegistry.AUTO).kernels();
        System.out.println("RESULT " + training(kernels, 1) + " " + training(kernels, 2) + " " + forward(kernels));
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

    private static long training(Kernels kernels, int threads) {
        Network network = Network.create(spec(), 1);
        TrainDefaults recipe = new TrainDefaults(1, 32, 1e-3, 0, 1e-2, 0.1, 1, 0, true);
        FitOptions options = new FitOptions(Task.CLASSIFICATION, recipe, 1, threads, 0, 1);
        EncodedBatch rows = Batches.random(MIXED, 32 * STEPS, 3, new SplittableRandom(2));
        Optimizer optimizer = new AdamW(network.parameters(), 1e-2);
        Optimizer.StepSize size = new Optimizer.StepSize();
        Augmentation augmentation = new Augmentation(MIXED.image());
        try (ExampleStore store = SharedData.store(rows, 0, 32 * STEPS);
                WorkerTeam team = new WorkerTeam(threads)) {
            List<Learner> learners = IntStream.range(0, threads)
                    .mapToObj(i -> new Learner(network, options, i, kernels))
                    .toList();
            List<StepShare> shares = IntStream.range(0, threads)
                    .mapToObj(i -> new StepShare(learners, network.parameters(), optimizer, i, kernels))
                    .toList();
            EpochReader reader = store.shuffled(1, 1);
            long[] step = new long[1];
            IntConsumer first = k -> learners.get(k).step(reader, augmentation, step[0]);
            IntConsumer second = k -> shares.get(k).reduce(true);
            IntConsumer third = k -> shares.get(k).update(size);
            long[] allocated = new long[2 * threads];
            IntConsumer count = k -> {
                long now =
                        THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
                allocated[k] = now - allocated[threads + k];
                allocated[threads + k] = now;
            };
            // Compiled code holds vectors in registers, interpreted code in objects: the state is steady once the
            // compiler has caught up.
            for (int round = 0; round < ROUNDS && (round == 0 || most(allocated, threads) > SLACK); round++) {
                team.run(count);
                for (int i = 0; i < STEPS; i++) {
                    if (!reader.next(32)) {
                        reader.restart(1, 1);
                        reader.next(32);
                    }
                    step[0]++;
                    team.run(first);
                    team.run(second);
                    size.set(1e-3, 1.0 / 32, step[0]);
                    team.run(third);
                    for (int k = 0; k < threads; k++) {
                        learners.get(k).tape().updateRunningStatistics(0.1);
                    }
                }
                team.run(count);
            }
            learners.forEach(Learner::close);
            return most(allocated, threads);
        }
    }

    private static long most(long[] allocated, int threads) {
        return Arrays.stream(allocated, 0, threads).max().orElseThrow();
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
