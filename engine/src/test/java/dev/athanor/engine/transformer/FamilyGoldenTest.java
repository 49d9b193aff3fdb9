package dev.athanor.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every family computes what {@code transformers} computes with the same files. */
class FamilyGoldenTest {
    private static final double TOLERANCE = 2e-5;

    @ParameterizedTest
    @CsvSource({
        "bert,scalar",
        "distilbert,scalar",
        "roberta,scalar",
        "gpt2,scalar",
        "llama,scalar",
        "llama3,scalar",
        "mistral,scalar",
        "qwen2,scalar",
        "qwen3,scalar",
        "gemma3_text,scalar",
        "bert,vector",
        "distilbert,vector",
        "roberta,vector",
        "gpt2,vector",
        "llama,vector",
        "llama3,vector",
        "mistral,vector",
        "qwen2,vector",
        "qwen3,vector",
        "gemma3_text,vector"
    })
    void computesTheHiddenStatesAndLogitsOfPyTorch(String name, String provider) throws IOException {
        Kernels kernels = KernelRegistry.select(provider).kernels();
        PreparedTransformer model = TransformerFolder.open(Goldens.folder(name)).prepare(kernels);
        Map<String, Tensor> golden = Goldens.tensors(name);
        TokenBatch batch = Goldens.batch(golden);
        try (TransformerPass pass = model.pass()) {
            Tensor hidden = pass.forward(batch);
            Goldens.assertClose(name + " hidden", hidden, golden.get("hidden"), TOLERANCE);
            if (golden.containsKey("pooled_mean")) {
                Tensor pooled = Tensor.zeros(DType.FLOAT32, batch.sequences(), hidden.dim(1));
                Pooling.MEAN.apply(hidden, batch, pooled, false);
                Goldens.assertClose(name + " pooled", pooled, golden.get("pooled_mean"), TOLERANCE);
            }
            assertThat(golden.containsKey("logits")).isEqualTo(model.spec().causal());
            if (golden.containsKey("logits")) {
                Tensor logits =
                        Tensor.zeros(DType.FLOAT32, batch.tokens(), model.spec().vocabulary());
                pass.logits(hidden, logits);
                Goldens.assertClose(name + " logits", logits, golden.get("logits"), TOLERANCE);
            }
        }
    }

    /** A sequence's result does not depend on what is computed beside it, but for rounding: tiles of fewer rows add in another order. */
    @ParameterizedTest
    @ValueSource(strings = {"bert", "llama", "gemma3_text"})
    void sequencesDoNotSeeEachOther(String name) throws IOException {
        PreparedTransformer model = TransformerFolder.open(Goldens.folder(name))
                .prepare(KernelRegistry.select("auto").kernels());
        TokenBatch all = Goldens.batch(Goldens.tensors(name));
        try (TransformerPass pass = model.pass()) {
            Tensor together = Tensor.of(
                    pass.forward(all).toFloats(), all.tokens(), model.spec().width());
            TokenBatch one = new TokenBatch();
            for (int b = 0; b < all.sequences(); b++) {
                one.clear();
                int count = all.start(b + 1) - all.start(b);
                int[] ids = new int[count];
                int[] types = new int[count];
                for (int i = 0; i < count; i++) {
                    ids[i] = all.id(all.start(b) + i);
                    types[i] = all.type(all.start(b) + i);
                }
                one.add(ids, types, count);
                Goldens.assertClose(
                        "sequence " + b, pass.forward(one), together.slice(0, all.start(b), all.start(b + 1)), 1e-6);
            }
        }
    }
}
