package dev.athanor.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.format.SafeTensorsFile;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a cache keeps gives the results of running the whole sequence again. */
class KeyValueCacheTest {
    private static final int TOKENS = 300;

    /** A tiny decoder whose configuration allows long sequences. */
    private static PreparedTransformer longModel(String family, String kernels) throws IOException {
        Path folder = Goldens.folder(family);
        String config = Files.readString(folder.resolve("config.json"))
                .replaceAll("\"max_position_embeddings\": \\d+", "\"max_position_embeddings\": 4096");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try (SafeTensorsFile file = SafeTensorsFile.open(folder)) {
            file.tensors().forEach((name, tensor) -> tensors.put(name, tensor.toTensor()));
        }
        return TransformerReader.read(
                config.getBytes(StandardCharsets.UTF_8),
                "config.json",
                tensors,
                "weights",
                KernelRegistry.select(kernels).kernels(),
                Precision.FLOAT32);
    }

    private static int[] ids(int count, long seed) {
        return new Random(seed).ints(count, 3, 97).toArray();
    }

    private static Tensor whole(PreparedTransformer model, int[] ids) {
        TokenBatch batch = new TokenBatch();
        batch.add(ids, 0, ids.length);
        try (TransformerPass pass = model.pass()) {
            return Tensor.of(
                    pass.forward(batch).toFloats(), ids.length, model.spec().width());
        }
    }

    /** First tokens at once, several behind them, then one by one: over windows and pages. */
    @ParameterizedTest
    @CsvSource({
        "llama,vector",
        "mistral,vector",
        "qwen3,vector",
        "gemma3_text,vector",
        "mistral,scalar",
        "gemma3_text,scalar"
    })
    void stepsComputeWhatTheWholeDoes(String family, String kernels) throws IOException {
        PreparedTransformer model = longModel(family, kernels);
        int[] ids = ids(TOKENS, 11);
        Tensor expected = whole(model, ids);
        KeyValueCache cache = new KeyValueCache(model.spec(), 8);
        TokenBatch batch = new TokenBatch();
        Tensor actual = Tensor.zeros(DType.FLOAT32, TOKENS, model.spec().width());
        try (TransformerPass pass = model.pass();
                KeyValueCache.Sequence sequence = cache.open(TOKENS)) {
            for (int at = 0, next; at < TOKENS; at = next) {
                next = at == 0 ? 70 : at < 150 ? at + 27 : at + 1;
                batch.clear();
                batch.add(ids, at, next, at);
                Tensor hidden = pass.forward(batch, List.of(sequence));
                System.arraycopy(
                        hidden.toFloats(), 0, actual.floats(), at * hidden.dim(1), (next - at) * hidden.dim(1));
            }
        }
        Goldens.assertClose(family, actual, expected, 1e-5);
        assertThat(cache.freePages()).isEqualTo(8);
    }

    /** Rows of one beginning read its pages once, together with tokens of their own, and are none the wiser. */
    @ParameterizedTest
    @CsvSource({"llama,vector", "gemma3_text,vector", "mistral,vector", "llama,scalar"})
    void aSharedBeginningIsKeptOnce(String family, String kernels) throws IOException {
        PreparedTransformer model = longModel(family, kernels);
        int rows = 9;
        int common = 150;
        int[] begin = ids(common, 5);
        KeyValueCache cache = new KeyValueCache(model.spec(), 40);
        TokenBatch batch = new TokenBatch();
        int[][] texts = new int[rows][];
        try (TransformerPass pass = model.pass();
                KeyValueCache.Sequence first = cache.open(common)) {
            batch.add(begin, 0, common, 0);
            pass.forward(batch, List.of(first));
            KeyValueCache.Sequence[] forks = new KeyValueCache.Sequence[rows];
            for (int r = 0; r < rows; r++) {
                int[] own = ids(80, 100 + r);
                texts[r] = new int[common + own.length];
                System.arraycopy(begin, 0, texts[r], 0, common);
                System.arraycopy(own, 0, texts[r], common, own.length);
                forks[r] = cache.open(first, common - r % 2, texts[r].length); // every other lacks its last token
            }
            assertThat(cache.freePages()).isEqualTo(40 - 3 - rows * 2);
            Tensor hidden = null;
            for (int step = 0; step < 81; step++) {
                batch.clear();
                for (int r = 0; r < rows; r++) {
                    int at = Math.min(forks[r].length(), texts[r].length - 1);
                    if (at == forks[r].length()) {
                        batch.add(texts[r], at, at + 1, at);
                    }
                }
                List<KeyValueCache.Sequence> running = java.util.Arrays.stream(forks)
                        .filter(f -> f.length() < common + 80)
                        .toList();
                hidden = running.isEmpty() ? hidden : pass.forward(batch, running);
                for (int b = 0; b < running.size(); b++) {
                    int r = java.util.Arrays.asList(forks).indexOf(running.get(b));
                    if (forks[r].length() == texts[r].length) {
                        Tensor expected = whole(model, texts[r]);
                        Goldens.assertClose(
                                family + " row " + r,
                                hidden.slice(0, b, b + 1),
                                expected.slice(0, texts[r].length - 1, texts[r].length),
                                1e-5);
                    }
                }
            }
            for (KeyValueCache.Sequence fork : forks) {
                assertThat(fork.length()).isEqualTo(common + 80);
                fork.close();
            }
        }
        assertThat(cache.freePages()).isEqualTo(40);
    }

    @Test
    void roomIsNeverExceeded() throws IOException {
        PreparedTransformer model = longModel("llama", "vector");
        KeyValueCache cache = new KeyValueCache(model.spec(), 2);
        assertThatThrownBy(() -> cache.open(129))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("they take 3 pages of 64 tokens, and 2 of 2 are free");
        try (TransformerPass pass = model.pass();
                KeyValueCache.Sequence sequence = cache.open(64)) {
            TokenBatch batch = new TokenBatch();
            batch.add(ids(65, 1), 0, 65, 0);
            assertThatThrownBy(() -> pass.forward(batch, List.of(sequence))).hasMessageContaining("room for 64");
            batch.clear();
            batch.add(ids(3, 1), 0, 3, 5);
            assertThatThrownBy(() -> pass.forward(batch, List.of(sequence)))
                    .hasMessageContaining("tokens 5 to 8 of a sequence of 0 tokens");
        }
        assertThat(cache.freePages()).isEqualTo(2);
        assertThat(KeyValueCache.bytesPerToken(model.spec())).isEqualTo(2 * 2 * 20 * 4);
    }
}
