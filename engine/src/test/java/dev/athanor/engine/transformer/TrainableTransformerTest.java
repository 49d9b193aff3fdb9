package dev.athanor.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.autodiff.Parameter;
import dev.athanor.engine.autodiff.SparseGradient;
import dev.athanor.engine.autodiff.Tape;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.optim.AdamW;
import dev.athanor.engine.optim.Optimizer;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainableTransformerTest {
    private final Kernels kernels = KernelRegistry.select("auto").kernels();

    /** The files that are written are those that were read, and what runs prepared is what they hold. */
    @ParameterizedTest
    @ValueSource(strings = {"bert", "gpt2", "gemma3_text", "qwen2"})
    void writesWhatItRead(String name) throws Exception {
        TransformerFolder folder = TransformerFolder.open(Goldens.folder(name));
        TrainableTransformer model = folder.trainable(Tuning.DENSE, List.of(), 1);
        try (var weights = folder.weights()) {
            model.tensors().forEach((file, tensor) -> {
                String stored = folder.prefixes().stream()
                        .map(p -> p + file)
                        .filter(weights.tensors()::containsKey)
                        .findFirst()
                        .orElseThrow();
                Goldens.assertClose(file, tensor, weights.tensor(stored).toTensor(), 1e-6);
            });
        }
        Map<String, Tensor> golden = Goldens.tensors(name);
        try (TransformerPass pass = model.prepare(kernels).pass()) {
            Goldens.assertClose("hidden", pass.forward(Goldens.batch(golden)), golden.get("hidden"), 2e-5);
        }
    }

    @Test
    void gradientsOfPartsAddUp() throws Exception {
        Map<String, Tensor> golden = Goldens.tensors("llama");
        TrainableTransformer model =
                TransformerFolder.open(Goldens.folder("llama")).trainable(new Tuning(0, true, false), List.of(), 1);
        try (TrainingBatch whole = new TrainingBatch(model, golden, kernels);
                TrainingBatch parts = new TrainingBatch(model, golden, kernels)) {
            double loss = whole.run(0, 4, false);
            double sum = parts.run(0, 1, false) + parts.run(1, 3, true) + parts.run(3, 4, true);
            assertThat(sum / loss).isBetween(1 - 1e-5, 1 + 1e-5);
            Goldens.assertClose(
                    "gradient",
                    parts.tape().gradients().flat(),
                    whole.tape().gradients().flat(),
                    1e-5);
            Parameter tokens = model.parameters().tables().get(0);
            assertThat(tokens.name()).isEqualTo(WeightShapes.TOKENS);
            SparseGradient a = whole.tape().gradients().ofTable(tokens);
            SparseGradient b = parts.tape().gradients().ofTable(tokens);
            assertThat(b.rows().count()).isEqualTo(a.rows().count()).isPositive();
            Goldens.assertClose("rows", b.values(), a.values(), 1e-5);
        }
    }

    /** Blocks that are computed again give the same gradients to the bit, in less memory, in parts of batches too. */
    @ParameterizedTest
    @ValueSource(strings = {"bert", "qwen3", "gemma3_text"})
    void checkpointsChangeNothingButMemory(String name) throws Exception {
        Map<String, Tensor> golden = Goldens.tensors(name);
        TransformerFolder folder = TransformerFolder.open(Goldens.folder(name));
        TrainableTransformer plain = folder.trainable(Tuning.DENSE, List.of(), 1);
        TrainableTransformer frugal = folder.trainable(Tuning.DENSE.withCheckpoints(true), List.of(), 1);
        try (TrainingBatch kept = new TrainingBatch(plain, golden, kernels);
                TrainingBatch again = new TrainingBatch(frugal, golden, kernels)) {
            for (int[] parts : new int[][] {{0, 4}, {0, 3, 4}}) {
                for (int i = 1; i < parts.length; i++) {
                    assertThat(again.run(parts[i - 1], parts[i], i > 1))
                            .isEqualTo(kept.run(parts[i - 1], parts[i], i > 1));
                }
                assertThat(again.tape().gradients().flat().toFloats())
                        .containsExactly(kept.tape().gradients().flat().toFloats());
            }
        }
    }

    @Test
    void checkpointsTakeLessMemory() throws Exception {
        TransformerFolder folder = TransformerFolder.open(Goldens.folder("gemma3_text"));
        long[] bytes = new long[2];
        for (int i = 0; i < 2; i++) {
            TrainableTransformer model = folder.trainable(Tuning.DENSE.withCheckpoints(i == 1), List.of(), 1);
            try (Tape tape = new Tape(kernels, model.parameters(), 1, 1)) {
                model.record(tape, tape.axis(4096));
                bytes[i] = tape.bytes();
            }
        }
        assertThat(bytes[1]).isLessThan(bytes[0] * 2 / 5);
    }

    /** Adapters change nothing at first, are all that changes, and are part of the weights that come out. */
    @Test
    void adaptersAreTrainedAndMerged() throws Exception {
        Map<String, Tensor> golden = Goldens.tensors("bert");
        TransformerFolder folder = TransformerFolder.open(Goldens.folder("bert"));
        TrainableTransformer model = folder.trainable(new Tuning(3, true, false), List.of(), 1);
        assertThat(model.parameters().dense()).isNotEmpty().allSatisfy(p -> assertThat(p.name())
                .contains(".adapter."));
        Map<String, Tensor> before = model.tensors();
        try (TrainingBatch batch = new TrainingBatch(model, golden, kernels)) {
            Optimizer.DenseStep step = new AdamW(model.parameters(), 0)
                    .dense(
                            batch.tape().gradients().flat(),
                            0,
                            model.parameters().flat().size());
            Optimizer.StepSize size = new Optimizer.StepSize();
            double first = batch.run();
            assertThat(first / golden.get("losses").get(0)).isBetween(1 - 1e-5, 1 + 1e-5);
            for (int i = 1; i <= 20; i++) {
                batch.run();
                size.set(1e-2, 1 / batch.terms(), i);
                step.apply(kernels, size);
            }
            double last = batch.run();
            assertThat(last).isLessThan(0.7 * first);
            Map<String, Tensor> after = model.tensors();
            assertThat(after.get("embeddings.word_embeddings.weight").toFloats())
                    .containsExactly(
                            before.get("embeddings.word_embeddings.weight").toFloats());
            TokenBatch tokens = Goldens.batch(golden);
            try (TransformerPass pass = model.prepare(kernels).pass()) {
                Tensor hidden = pass.forward(tokens);
                Tensor pooled = Tensor.zeros(DType.FLOAT32, tokens.sequences(), hidden.dim(1));
                Pooling.MEAN.apply(hidden, tokens, pooled, false);
                double squares = 0;
                float[] target = golden.get("target").toFloats();
                for (int i = 0; i < target.length; i++) {
                    squares += Math.pow(pooled.floats()[i] - target[i], 2);
                }
                assertThat(squares / target.length / last).isBetween(1 - 1e-4, 1 + 1e-4);
            }
        }
    }
}
