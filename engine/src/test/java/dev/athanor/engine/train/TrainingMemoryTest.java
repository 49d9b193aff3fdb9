package dev.athanor.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.nn.Network;
import dev.athanor.engine.nn.NetworkSize;
import dev.athanor.engine.nn.NetworkSpec;
import dev.athanor.engine.nn.TrainDefaults;
import dev.athanor.engine.optim.OptimizerKind;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.table.LabelPlan;
import dev.athanor.engine.table.Task;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingMemoryTest {
    private static final InputLayout LAYOUT = new InputLayout(
            5, new InputLayout.ImageShape(12, 12, 3), List.of(new InputLayout.BagShape("text", 1 << 10)));

    @ParameterizedTest
    @ValueSource(strings = {"linear", "mlp", "cnn", "text"})
    void countsWhatANetworkAllocates(String kind) {
        NetworkSpec spec = NetworkSpec.defaults(kind, LAYOUT, 7);
        NetworkSize size = NetworkSize.of(spec);
        Network network = Network.create(spec, 1);
        long allocated =
                network.tensors().values().stream().mapToLong(t -> t.size()).sum();
        assertThat(size.dense() + size.tables()).isEqualTo(allocated);
        assertThat(size.perRow()).isGreaterThanOrEqualTo(7);
        TrainingMemory memory = TrainingMemory.of(spec, options(spec, 64, 2));
        assertThat(memory.weights()).isBetween(16 * allocated, 24 * allocated);
        assertThat(memory.batch()).isEqualTo(size.perRow() * 64 * 8);
    }

    @Test
    void refusesWhatDoesNotFit() {
        InputLayout texts = new InputLayout(0, null, List.of(new InputLayout.BagShape("question", 1 << 18)));
        NetworkSpec spec = NetworkSpec.defaults("linear", texts, 7473);
        LabelPlan label = LabelPlan.ofClasses(
                "answer",
                "string",
                Task.CLASSIFICATION,
                IntStream.range(0, 7473).mapToObj(i -> "a" + i).toList());
        TrainingMemory memory = TrainingMemory.of(spec, options(spec, 64, 1));
        memory.require(1L << 40, 7473, label);
        assertThatThrownBy(() -> memory.require(1 << 30, 7473, label))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot train model: answer has 7,473 classes in 7,473 rows, the model would need 29.2 GiB"
                        + " of memory, and the heap has 1.0 GiB. Name a label with fewer distinct values, or give a"
                        + " larger heap: ATHANOR_JAVA_OPTS=-Xmx45g.");
        // Of more values than one array can hold.
        NetworkSpec huge = NetworkSpec.defaults("linear", texts, 10_000);
        assertThat(TrainingMemory.of(huge, options(huge, 64, 1)).weights()).isGreaterThan(41_000_000_000L);
    }

    @Test
    void aBatchIsNoLargerThanTheTable() {
        NetworkSpec spec = NetworkSpec.defaults("mlp", LAYOUT, 2);
        assertThat(options(spec, 65_536, 1).recipe().batchSize()).isEqualTo(105);
        assertThat(options(spec, 32, 1).recipe().batchSize()).isEqualTo(32);
        LabelPlan label = LabelPlan.ofClasses("y", "string", Task.CLASSIFICATION, List.of("a", "b"));
        assertThatThrownBy(() -> new TrainingMemory(1 << 20, 3L << 30, 0).require(1 << 30, 105, label))
                .hasMessageContaining("Give a smaller --batch-size");
    }

    @Test
    void rowsThatAreValidatedAtOnceAreCountedAndFewWhereTheyAreLarge() {
        assertThat(Validator.batchRows(LAYOUT)).isEqualTo(256);
        InputLayout wide = new InputLayout(150_000, null, List.of());
        assertThat(Validator.batchRows(wide)).isEqualTo(13);
        assertThat(Validator.batchRows(new InputLayout(100_000_000, null, List.of())))
                .isEqualTo(1);
        NetworkSpec spec = NetworkSpec.defaults("linear", wide, 2);
        FitOptions fit = options(spec, 64, 16);
        TrainingMemory memory = TrainingMemory.of(spec, fit);
        assertThat(memory.buffers()).isEqualTo(13L * 150_001 * 4 * fit.threads());
        LabelPlan label = LabelPlan.ofClasses("y", "string", Task.CLASSIFICATION, List.of("a", "b"));
        long needed = memory.weights() + memory.batch() + memory.buffers();
        memory.require(needed, 105, label);
        assertThatThrownBy(() -> memory.require(needed - 1, 105, label)).hasMessageContaining("would need");
    }

    private static FitOptions options(NetworkSpec spec, int batchSize, int threads) {
        TrainOptions options =
                new TrainOptions("auto", 1, batchSize, 0, OptimizerKind.ADAMW, 0.1, 1, false, threads, null, 1 << 20);
        return FitOptions.of(TrainDefaults.of(spec, 105), options, Task.CLASSIFICATION, 105, 1);
    }
}
