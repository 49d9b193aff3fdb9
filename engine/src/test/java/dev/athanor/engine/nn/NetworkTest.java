package dev.athanor.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.autodiff.Loss;
import dev.athanor.engine.autodiff.SoftmaxCrossEntropy;
import dev.athanor.engine.autodiff.Tape;
import dev.athanor.engine.autodiff.Value;
import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.ScalarKernels;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
    private static final InputLayout MIXED = new InputLayout(
            5,
            new InputLayout.ImageShape(9, 8, 2),
            List.of(new InputLayout.BagShape("title", 50), new InputLayout.BagShape("body", 70)));

    /** An mlp whose first bag goes straight to the outputs. */
    private static final String BESIDE = "mlp beside text";

    private final Kernels scalar = new ScalarKernels();

    private static NetworkSpec spec(String kind) {
        return kind.equals(BESIDE)
                ? NetworkSpec.defaults("mlp", MIXED, 3, List.of(0))
                : NetworkSpec.defaults(kind, MIXED, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "mlp", "cnn", "text", BESIDE})
    void readsEveryPartOfTheLayout(String kind) {
        NetworkSpec spec = spec(kind);
        Network network = perturbed(Network.create(spec, 1));
        EncodedBatch batch = Batches.random(MIXED, 6, 3, new SplittableRandom(7));
        try (ForwardPass pass = network.prepare(scalar).pass(6)) {
            float[] base = pass.run(batch).toFloats();
            batch.dense().floats()[0] += 1;
            float[] denseChanged = pass.run(batch).toFloats();
            batch.image().floats()[0] += 1;
            float[] imageChanged = pass.run(batch).toFloats();
            batch.bag(0).weights().floats()[0] += 1;
            float[] titleChanged = pass.run(batch).toFloats();
            batch.bag(1).weights().floats()[0] += 1;
            float[] bodyChanged = pass.run(batch).toFloats();
            assertThat(denseChanged[0]).isNotEqualTo(base[0]);
            assertThat(imageChanged[0]).isNotEqualTo(denseChanged[0]);
            assertThat(titleChanged[0]).isNotEqualTo(imageChanged[0]);
            assertThat(bodyChanged[0]).isNotEqualTo(titleChanged[0]);
            assertThat(bodyChanged[4]).as("another row").isEqualTo(base[4]);
        }
    }

    @Test
    void anMlpSaysNothingBeforeItHasLearnt() {
        EncodedBatch batch = Batches.random(MIXED, 6, 3, new SplittableRandom(7));
        for (String kind : new String[] {"mlp", BESIDE}) {
            try (ForwardPass pass =
                    Network.create(spec(kind), 1).prepare(scalar).pass(6)) {
                assertThat(pass.run(batch).toFloats()).as(kind).containsOnly(0f);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "mlp", "cnn", "text", BESIDE})
    void inferenceDoesNotDependOnBatchSizeOrCapacity(String kind) {
        Network network = perturbed(Network.create(spec(kind), 1));
        EncodedBatch batch = Batches.random(MIXED, 200, 3, new SplittableRandom(7));
        PreparedNetwork prepared = network.prepare(scalar);
        try (ForwardPass whole = prepared.pass(200);
                ForwardPass one = prepared.pass(1)) {
            float[] all = whole.run(batch).toFloats();
            EncodedBatch single = new EncodedBatch(MIXED, 1);
            for (int r : new int[] {0, 1, 17, 198, 199}) {
                Batches.copyRow(batch, r, single);
                assertThat(one.run(single).toFloats())
                        .containsExactly(new float[] {all[r * 3], all[r * 3 + 1], all[r * 3 + 2]}, within(1e-5f));
            }
            batch.setRows(31);
            assertThat(whole.run(batch).toFloats()).isEqualTo(java.util.Arrays.copyOf(all, 31 * 3));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "mlp", "cnn", "text", BESIDE})
    void trainingStepAgreesOnEveryProvider(String kind) {
        NetworkSpec spec = spec(kind);
        Map<String, float[]> expected = step(spec, scalar);
        Map<String, float[]> actual =
                step(spec, KernelRegistry.select(KernelRegistry.AUTO).kernels());
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, values) -> {
            float scale = 1e-6f;
            for (float v : values) {
                scale = Math.max(scale, Math.abs(v));
            }
            assertThat(actual.get(name)).as(name).containsExactly(values, within(scale * 2e-4f));
        });
    }

    private static Map<String, float[]> step(NetworkSpec spec, Kernels kernels) {
        Network network = perturbed(Network.create(spec, 1));
        EncodedBatch batch = Batches.random(spec.inputs(), 13, spec.outputs(), new SplittableRandom(3));
        Map<String, float[]> results = new LinkedHashMap<>();
        try (Tape tape = new Tape(kernels, network.parameters(), 13, 5)) {
            Value logits = network.record(tape, batch);
            Loss loss = SoftmaxCrossEntropy.apply(logits, batch.labels(), batch.weights(), 0.1);
            batch.setRows(11);
            tape.setRows(11);
            tape.forward();
            tape.backward();
            results.put("loss", new float[] {(float) loss.value()});
            results.put("logits", logits.tensor().toFloats());
            network.parameters()
                    .dense()
                    .forEach(p -> results.put(p.name(), tape.gradients().of(p).toFloats()));
            network.parameters()
                    .tables()
                    .forEach(p -> results.put(
                            p.name(), tape.gradients().ofTable(p).values().toFloats()));
        }
        return results;
    }

    /** Moves what is 0 or 1 at the start, so that a part that is left out shows. */
    private static Network perturbed(Network network) {
        SplittableRandom random = new SplittableRandom(11);
        network.parameters().all().forEach(p -> {
            Tensor t = p.tensor();
            for (int i = 0; i < t.size(); i++) {
                t.floats()[t.offset() + i] += (float) (random.nextDouble() * 0.2);
            }
        });
        return network;
    }

    @Test
    void specSurvivesJson() throws Exception {
        ObjectMapper json = new ObjectMapper();
        for (String kind : NetworkSpec.KINDS) {
            NetworkSpec spec = NetworkSpec.defaults(kind, MIXED, 3);
            assertThat(json.readValue(json.writeValueAsString(spec), NetworkSpec.class))
                    .isEqualTo(spec);
            assertThat(json.writeValueAsString(spec)).doesNotContain("direct");
        }
        NetworkSpec beside = spec(BESIDE);
        assertThat(json.readValue(json.writeValueAsString(beside), NetworkSpec.class))
                .isEqualTo(beside)
                .extracting(NetworkSpec::direct)
                .isEqualTo(List.of(0));
    }

    @Test
    void aTextGoesStraightToTheOutputsOnlyBesideOtherColumns() {
        InputLayout text = new InputLayout(0, null, List.of(new InputLayout.BagShape("title", 50)));
        assertThat(NetworkSpec.defaults("mlp", text, 3, List.of(0)).direct()).isEmpty();
        assertThat(NetworkSpec.defaults("mlp", MIXED, 3, List.of(1)).direct()).containsExactly(1);
        assertThat(Network.create(NetworkSpec.defaults("mlp", MIXED, 3, List.of(1)), 1)
                        .tensors()
                        .get("direct.1.weight")
                        .shape())
                .containsExactly(70, 3);
        assertThatThrownBy(() -> new NetworkSpec(
                        "mlp", text, 3, List.of(), 4, List.of(8), Activation.RELU, false, 0, 0, List.of(0)))
                .hasMessage("Cannot make network whose bags [0] of 1 pass no hidden layer: each is named once, and"
                        + " something else must pass");
    }

    @Test
    void restoresFromItsTensors() {
        NetworkSpec spec = NetworkSpec.defaults("cnn", MIXED, 3);
        Network network = perturbed(Network.create(spec, 1));
        Network copy = Network.of(spec, network.tensors());
        EncodedBatch batch = Batches.random(MIXED, 4, 3, new SplittableRandom(7));
        try (ForwardPass a = network.prepare(scalar).pass(4);
                ForwardPass b = copy.prepare(scalar).pass(4)) {
            assertThat(b.run(batch).toFloats()).isEqualTo(a.run(batch).toFloats());
        }
    }

    @Test
    void refusesWeightsOfAnotherNetwork() {
        NetworkSpec spec = NetworkSpec.defaults("linear", MIXED, 3);
        Map<String, Tensor> tensors =
                new LinkedHashMap<>(Network.create(spec, 1).tensors());
        tensors.remove("output.bias");
        assertThatThrownBy(() -> Network.of(spec, tensors))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Cannot make network from its weights: tensor output.bias is missing");
        tensors.put("output.bias", Tensor.of(new float[3], 3));
        tensors.put("extra", Tensor.of(new float[3], 3));
        assertThatThrownBy(() -> Network.of(spec, tensors)).hasMessageContaining("tensor extra is not part");
    }

    @Test
    void sameSeedSameBitsOtherSeedOtherBits() {
        NetworkSpec spec = NetworkSpec.defaults("mlp", MIXED, 3);
        List<float[]> weights = new ArrayList<>();
        for (long seed : new long[] {1, 1, 2}) {
            weights.add(
                    Network.create(spec, seed).tensors().get("hidden.0.weight").toFloats());
        }
        assertThat(weights.get(1)).isEqualTo(weights.get(0));
        assertThat(weights.get(2)).isNotEqualTo(weights.get(0));
    }

    @Test
    void namesTheMissingInput() {
        InputLayout dense = new InputLayout(4, null, List.of());
        assertThatThrownBy(() -> NetworkSpec.defaults("cnn", dense, 2))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Cannot make network of kind cnn: no feature column holds images");
        assertThatThrownBy(() -> NetworkSpec.defaults("text", dense, 2)).hasMessageContaining("holds text");
        assertThatThrownBy(() -> NetworkSpec.defaults("cnm", MIXED, 2)).hasMessageContaining("perhaps cnn");
    }

    @Test
    void benchmarkNetworksHaveThePeersParameterCounts() {
        InputLayout flat = new InputLayout(784, null, List.of());
        NetworkSpec mlp = new NetworkSpec("mlp", flat, 10, List.of(), 1, List.of(256), Activation.RELU, false, 0, 0);
        assertThat(Network.create(mlp, 1).parameters().trainable()).isEqualTo(203_530);
        InputLayout image = new InputLayout(0, new InputLayout.ImageShape(28, 28, 1), List.of());
        NetworkSpec cnn = new NetworkSpec(
                "cnn",
                image,
                10,
                List.of(new NetworkSpec.ConvLayer(16, 3, 0, 2), new NetworkSpec.ConvLayer(32, 3, 0, 2)),
                1,
                List.of(128),
                Activation.RELU,
                false,
                0,
                0);
        assertThat(Network.create(cnn, 1).parameters().trainable()).isEqualTo(108_618);
    }
}
