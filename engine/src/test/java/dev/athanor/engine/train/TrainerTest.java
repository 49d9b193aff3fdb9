package dev.athanor.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.Batches;
import dev.athanor.engine.nn.Network;
import dev.athanor.engine.nn.NetworkSpec;
import dev.athanor.engine.nn.TrainDefaults;
import dev.athanor.engine.optim.OptimizerKind;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.table.Task;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
    private static final Kernels KERNELS =
            KernelRegistry.select(KernelRegistry.AUTO).kernels();
    private static final InputLayout MIXED =
            new InputLayout(6, new InputLayout.ImageShape(6, 6, 1), List.of(new InputLayout.BagShape("title", 90)));

    private static TrainDefaults recipe(int epochs) {
        return new TrainDefaults(epochs, 32, 2e-2, 0.1, 1e-2, 0, 1, 0, true);
    }

    private static FitOptions options(int epochs, int threads) {
        return new FitOptions(Task.CLASSIFICATION, recipe(epochs), OptimizerKind.ADAMW, 7, threads, 0, 1);
    }

    /** A small network with every kind of part: image, bag, dense, batch normalisation, dropout. */
    private static Network network() {
        return Network.create(
                new NetworkSpec(
                        "cnn",
                        MIXED,
                        3,
                        List.of(new NetworkSpec.ConvLayer(4, 3, 1, 2)),
                        5,
                        List.of(16),
                        Activation.RELU,
                        true,
                        0.1,
                        0.2),
                3);
    }

    /** Rows whose label can be learned from the dense part. */
    private static EncodedBatch rows(int n) {
        EncodedBatch batch = Batches.random(MIXED, n, 3, new SplittableRandom(5));
        for (int r = 0; r < n; r++) {
            float a = batch.dense().floats()[r * 6];
            batch.labels().ints()[r] = a < -0.3 ? 0 : a < 0.3 ? 1 : 2;
            batch.dense().floats()[r * 6] = 8 * a; // stands out from the noise of the other parts
        }
        return batch;
    }

    private static FitResult fit(Network network, FitOptions options, TrainListener listener, CheckpointStore store)
            throws IOException {
        EncodedBatch rows = rows(400);
        try (ExampleStore train = SharedData.store(rows, 0, 300);
                ExampleStore validation = SharedData.store(rows, 300, 400)) {
            return Trainer.fit(network, train, validation, options, KERNELS, listener, store);
        }
    }

    private static Map<String, List<Integer>> bits(Network network) {
        return network.tensors().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, e -> {
            List<Integer> bits = new ArrayList<>();
            for (float v : e.getValue().toFloats()) {
                bits.add(Float.floatToRawIntBits(v));
            }
            return bits;
        }));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void learnsAndReplaysBitForBit(int threads) throws IOException {
        Network first = network();
        Network second = network();
        FitResult result = fit(first, options(12, threads), new Quiet(), null);
        fit(second, options(12, threads), new Quiet(), null);
        assertThat(bits(second)).isEqualTo(bits(first));
        EpochMetrics best = result.history().get(result.bestEpoch() - 1);
        assertThat(best.metricName()).isEqualTo("accuracy");
        assertThat(best.metric()).isGreaterThan(0.8);
        assertThat(best.best()).isTrue();
        assertThat(result.history()).hasSize(12);
        assertThat(result.steps()).isEqualTo(12 * 10);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void resumesBitForBit(int threads) throws IOException {
        Network straight = network();
        FitResult expected = fit(straight, options(6, threads), new Quiet(), null);

        Memory checkpoints = new Memory();
        Quiet interrupting = new Quiet() {
            @Override
            public boolean cancelled() {
                return epochs.size() == 3;
            }
        };
        Network interrupted = network();
        assertThatThrownBy(() -> fit(interrupted, options(6, threads), interrupting, checkpoints))
                .isInstanceOf(CancellationException.class);
        Network resumed = Network.create(interrupted.spec(), 99);
        Quiet rest = new Quiet();
        FitResult result = fit(resumed, options(6, threads), rest, checkpoints);
        assertThat(rest.epochs).hasSize(3);
        assertThat(bits(resumed)).isEqualTo(bits(straight));
        assertThat(result.steps()).isEqualTo(expected.steps());
        assertThat(result.history().stream().map(EpochMetrics::validationLoss))
                .isEqualTo(expected.history().stream()
                        .map(EpochMetrics::validationLoss)
                        .toList());

        Network finished = Network.create(interrupted.spec(), 98);
        Quiet none = new Quiet();
        FitResult again = fit(finished, options(6, threads), none, checkpoints);
        assertThat(none.epochs).isEmpty();
        assertThat(bits(finished)).isEqualTo(bits(straight));
        assertThat(again.bestEpoch()).isEqualTo(expected.bestEpoch());
    }

    /** 300 rows in batches of 32 end with 12: too few for 16 workers, of which most then have no row. */
    @Test
    void workersWithFewRowsOrNoneDoNoHarm() throws IOException {
        Network many = network();
        FitResult result = fit(many, options(12, 16), new Quiet(), null);
        assertThat(result.history().get(result.bestEpoch() - 1).metric()).isGreaterThan(0.75);
        many.tensors()
                .forEach(
                        (name, tensor) -> assertThat(tensor.toFloats()).as(name).doesNotContain(Float.NaN));
        many.tensors().forEach((name, tensor) -> {
            for (float v : tensor.toFloats()) {
                assertThat(Float.isFinite(v)).as(name + " " + v).isTrue();
            }
        });
    }

    @Test
    void noMoreThreadsThanABatchHasWorkFor() {
        TrainOptions asked =
                new TrainOptions("mlp", 0, 64, 0, OptimizerKind.ADAMW, 0.1, 1, false, 64, Path.of("unused"), 1 << 20);
        assertThat(FitOptions.of(recipe(1), asked, Task.CLASSIFICATION, 0, 1).threads())
                .isEqualTo(4);
        TrainOptions tiny =
                new TrainOptions("mlp", 0, 2, 0, OptimizerKind.ADAMW, 0.1, 1, false, 64, Path.of("unused"), 1 << 20);
        assertThat(FitOptions.of(recipe(1), tiny, Task.CLASSIFICATION, 0, 1).threads())
                .isEqualTo(1);
    }

    @Test
    void ratesFollowTheOptimizerUnlessTheyAreGiven() {
        TrainOptions adam = new TrainOptions("mlp", 0, 0, 0, OptimizerKind.ADAMW, 0.1, 1, false, 1, null, 1 << 20);
        TrainOptions sgd = new TrainOptions("mlp", 0, 0, 0, OptimizerKind.SGD, 0.1, 1, false, 1, null, 1 << 20);
        TrainOptions given = new TrainOptions("mlp", 0, 0, 0.5, OptimizerKind.SGD, 0.1, 1, false, 1, null, 1 << 20);
        assertThat(FitOptions.of(recipe(1), adam, Task.CLASSIFICATION, 0, 1).recipe())
                .isEqualTo(recipe(1));
        TrainDefaults recipe =
                FitOptions.of(recipe(1), sgd, Task.CLASSIFICATION, 0, 1).recipe();
        assertThat(recipe.learningRate()).isGreaterThan(recipe(1).learningRate());
        assertThat(recipe.weightDecay()).isLessThan(recipe(1).weightDecay());
        assertThat(FitOptions.of(recipe(1), given, Task.CLASSIFICATION, 0, 1)
                        .recipe()
                        .learningRate())
                .isEqualTo(0.5);
    }

    @Test
    void resumesWithTheSameOptimizerOnly() throws IOException {
        FitOptions sgd = new FitOptions(Task.CLASSIFICATION, recipe(4), OptimizerKind.SGD, 7, 1, 0, 1);
        Network whole = network();
        fit(whole, sgd, new Quiet(), null);
        Memory checkpoints = new Memory();
        Quiet interrupting = new Quiet() {
            @Override
            public boolean cancelled() {
                return epochs.size() == 2;
            }
        };
        assertThatThrownBy(() -> fit(network(), sgd, interrupting, checkpoints))
                .isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> fit(network(), options(4, 1), new Quiet(), checkpoints))
                .hasMessageContaining("the checkpoint is of a run with other columns, rows, network or options");
        Network resumed = network();
        Quiet rest = new Quiet();
        fit(resumed, sgd, rest, checkpoints);
        assertThat(rest.epochs).hasSize(2);
        whole.tensors().forEach((name, tensor) -> assertThat(
                        resumed.tensors().get(name).toFloats())
                .as(name)
                .isEqualTo(tensor.toFloats()));
        Network adam = network();
        fit(adam, options(4, 1), new Quiet(), null);
        assertThat(adam.tensors().values().iterator().next().toFloats())
                .isNotEqualTo(whole.tensors().values().iterator().next().toFloats());
    }

    @Test
    void refusesBatchesOfOneRowThatAreNormalised() {
        FitOptions one = new FitOptions(
                Task.CLASSIFICATION,
                new TrainDefaults(1, 1, 2e-2, 0.1, 1e-2, 0, 1, 0, true),
                OptimizerKind.ADAMW,
                7,
                1,
                0,
                1);
        assertThatThrownBy(() -> fit(network(), one, new Quiet(), null))
                .hasMessage("Cannot train network: it normalises by the statistics of a batch, and a batch of one row"
                        + " has none. Use a batch size of 16 or more.");
    }

    @Test
    void resumesWithAnotherNumberOfThreads() throws IOException {
        Memory checkpoints = new Memory();
        Quiet interrupting = new Quiet() {
            @Override
            public boolean cancelled() {
                return epochs.size() == 3;
            }
        };
        assertThatThrownBy(() -> fit(network(), options(6, 2), interrupting, checkpoints))
                .isInstanceOf(CancellationException.class);
        Quiet rest = new Quiet();
        fit(network(), options(6, 1), rest, checkpoints);
        assertThat(rest.epochs).hasSize(3);
    }

    @Test
    void refusesACheckpointOfAnotherRunOrADamagedOne() throws IOException {
        Memory checkpoints = new Memory();
        fit(network(), options(1, 1), new Quiet(), checkpoints);
        assertThatThrownBy(() -> fit(network(), options(2, 1), new Quiet(), checkpoints))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Cannot resume training: the checkpoint is of a run with other columns");
        checkpoints.bytes = java.util.Arrays.copyOf(checkpoints.bytes, checkpoints.bytes.length - 20);
        assertThatThrownBy(() -> fit(network(), options(1, 1), new Quiet(), checkpoints))
                .hasMessageContaining("the checkpoint is damaged");
        checkpoints.bytes[0] ^= 1;
        assertThatThrownBy(() -> fit(network(), options(1, 1), new Quiet(), checkpoints))
                .hasMessageContaining("it does not begin as a checkpoint does");
    }

    @Test
    void stopsEarlyAndKeepsTheBestWeights() throws IOException {
        TrainDefaults hasty = new TrainDefaults(60, 32, 3e-2, 0.05, 0, 0, 1, 4, false);
        FitOptions options = new FitOptions(Task.CLASSIFICATION, hasty, OptimizerKind.ADAMW, 7, 1, 300, 1);
        Network network = network();
        FitResult result = fit(network, options, new Quiet(), null);
        assertThat(result.stoppedEarly()).isTrue();
        assertThat(result.history()).hasSize(result.bestEpoch() + 4);
        EncodedBatch rows = rows(400);
        try (ExampleStore validation = SharedData.store(rows, 300, 400);
                WorkerTeam team = new WorkerTeam(1)) {
            Validator.Score score = new Validator(network, validation, options, KERNELS, team).score();
            assertThat(score.loss())
                    .isEqualTo(result.history().get(result.bestEpoch() - 1).validationLoss());
        }
    }

    /** A tenth of 300 epochs would be 30 at rates below the peak. */
    @Test
    void theWarmUpOfALongRunIsShortAndNeverEndsIt() throws IOException {
        TrainDefaults slow = new TrainDefaults(300, 32, 1e-7, 0.1, 0, 0, 1, 1, false);
        FitOptions options = new FitOptions(Task.CLASSIFICATION, slow, OptimizerKind.ADAMW, 7, 1, 300, 1);
        List<EpochMetrics> history = fit(network(), options, new Quiet(), null).history();
        assertThat(history).hasSizeGreaterThan(10);
        assertThat(history.get(4).learningRate()).isCloseTo(0.5e-7, within(1e-9));
        assertThat(history.get(9).learningRate()).isCloseTo(1e-7, within(1e-9));
    }

    @Test
    void namesTheStepOfALossThatIsNotFinite() {
        TrainDefaults wild = new TrainDefaults(5, 32, 1e20, 0, 0, 0, 0, 0, false);
        FitOptions options = new FitOptions(Task.CLASSIFICATION, wild, OptimizerKind.ADAMW, 7, 1, 0, 1);
        assertThatThrownBy(() -> fit(network(), options, new Quiet(), null))
                .isInstanceOf(AthanorException.class)
                .hasMessageMatching(
                        "Cannot train network: the loss is (NaN|Infinity) at step \\d+, with a learning rate of"
                                + " .*\\. Try --learning-rate 0.001, .*");
    }

    @Test
    void refusesNoRows() {
        EncodedBatch rows = rows(10);
        assertThatThrownBy(() -> {
                    try (ExampleStore train = SharedData.store(rows, 0, 0);
                            ExampleStore validation = SharedData.store(rows, 0, 10)) {
                        Trainer.fit(network(), train, validation, options(1, 1), KERNELS, new Quiet(), null);
                    }
                })
                .hasMessageContaining("Cannot train network: there is no training row");
    }

    @Test
    void regressionReportsItsErrorInTheLabelsUnit() throws IOException {
        EncodedBatch rows = rows(400);
        for (int r = 0; r < 400; r++) {
            rows.targets().floats()[r] =
                    rows.dense().floats()[r * 6] - rows.dense().floats()[r * 6 + 1];
        }
        Network network = Network.create(NetworkSpec.defaults("linear", MIXED, 1), 1);
        FitOptions options = new FitOptions(
                Task.REGRESSION,
                new TrainDefaults(40, 32, 1e-2, 0.1, 0, 0, 5, 0, false),
                OptimizerKind.ADAMW,
                1,
                2,
                300,
                1000);
        try (ExampleStore train = SharedData.store(rows, 0, 300);
                ExampleStore validation = SharedData.store(rows, 300, 400)) {
            FitResult result = Trainer.fit(network, train, validation, options, KERNELS, new Quiet(), null);
            EpochMetrics best = result.history().get(result.bestEpoch() - 1);
            assertThat(best.metricName()).isEqualTo("rmse");
            assertThat(best.metric()).isBetween(1.0, 200.0);
        }
    }

    /** Remembers epochs, never cancels. */
    static class Quiet implements TrainListener {
        final List<EpochMetrics> epochs = new ArrayList<>();

        @Override
        public void onProgress(TrainProgress progress) {}

        @Override
        public void onEpoch(EpochMetrics epoch) {
            epochs.add(epoch);
        }

        @Override
        public boolean cancelled() {
            return false;
        }
    }

    /** A checkpoint store in memory. */
    static final class Memory implements CheckpointStore {
        byte[] bytes;

        @Override
        public Optional<InputStream> latest() {
            return Optional.ofNullable(bytes).map(ByteArrayInputStream::new);
        }

        @Override
        public void save(Writer content) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            content.writeTo(out);
            bytes = out.toByteArray();
        }
    }
}
