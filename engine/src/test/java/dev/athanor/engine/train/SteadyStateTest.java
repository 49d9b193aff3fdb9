package dev.athanor.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Neither a training step nor a forward pass allocates once it has run for a while. */
class SteadyStateTest {
    private static final int STEPS = 100;
    /** What the thread counter itself and a late compilation may add; one object per step would be at least 1,600. */
    private static final long SLACK = 1_000;

    private static final Kernels KERNELS =
            KernelRegistry.select(KernelRegistry.AUTO).kernels();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final InputLayout MIXED = new InputLayout(
            6, new InputLayout.ImageShape(8, 8, 1), List.of(new InputLayout.BagShape("title", 500)));

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

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void trainingStepAllocatesNothing(int threads) {
        Network network = Network.create(spec(), 1);
        TrainDefaults recipe = new TrainDefaults(1, 32, 1e-3, 0, 1e-2, 0.1, 1, 0, true);
        FitOptions options = new FitOptions(Task.CLASSIFICATION, recipe, 1, threads, 0, 1);
        EncodedBatch rows = Batches.random(MIXED, 320, 3, new SplittableRandom(2));
        Optimizer optimizer = new AdamW(network.parameters(), 1e-2);
        Optimizer.StepSize size = new Optimizer.StepSize();
        Augmentation augmentation = new Augmentation(MIXED.image());
        try (ExampleStore store = SharedData.store(rows, 0, 320);
                WorkerTeam team = new WorkerTeam(threads)) {
            List<Learner> learners = java.util.stream.IntStream.range(0, threads)
                    .mapToObj(i -> new Learner(network, options, i, KERNELS))
                    .toList();
            List<StepShare> shares = java.util.stream.IntStream.range(0, threads)
                    .mapToObj(i -> new StepShare(learners, network.parameters(), optimizer, i, KERNELS))
                    .toList();
            EpochReader reader = store.shuffled(1, 2);
            long[] before = new long[threads];
            long[] after = new long[threads];
            long[] step = new long[1];
            java.util.function.IntConsumer first = k -> learners.get(k).step(reader, augmentation, step[0]);
            java.util.function.IntConsumer second = k -> shares.get(k).reduce(true);
            java.util.function.IntConsumer third = k -> shares.get(k).update(size);
            Runnable steps = () -> {
                for (int i = 0; i < STEPS; i++) {
                    if (!reader.next(32)) {
                        reader.restart(1, 1); // the first epoch's order needs no list of blocks
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
            };
            for (int i = 0; i < 60; i++) {
                steps.run();
            }
            team.run(k -> before[k] = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()));
            steps.run();
            team.run(k -> after[k] = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()));
            // Ten epochs' random generators are begun within the 100 steps; nothing else.
            for (int k = 0; k < threads; k++) {
                assertThat(after[k] - before[k])
                        .as("bytes allocated by worker %d in %d steps", k, STEPS)
                        .isLessThan(SLACK);
            }
        }
    }

    @Test
    void forwardPassAllocatesNothing() {
        Network network = Network.create(spec(), 1);
        EncodedBatch rows = Batches.random(MIXED, 64, 3, new SplittableRandom(2));
        try (ForwardPass pass = network.prepare(KERNELS).pass(64)) {
            for (int i = 0; i < 3_000; i++) {
                pass.run(rows);
            }
            long id = Thread.currentThread().getId();
            long before = THREADS.getThreadAllocatedBytes(id);
            for (int i = 0; i < STEPS; i++) {
                pass.run(rows);
            }
            assertThat(THREADS.getThreadAllocatedBytes(id) - before).isLessThan(SLACK);
        }
    }
}
