package dev.athanor.engine.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.generation.Generation.Finish;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.transformer.Goldens;
import dev.athanor.engine.transformer.KeyValueCache;
import dev.athanor.engine.transformer.PreparedTransformer;
import dev.athanor.engine.transformer.TokenBatch;
import dev.athanor.engine.transformer.TransformerFolder;
import dev.athanor.engine.transformer.TransformerPass;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that run together get the texts that each gets alone, and those that {@code transformers} generates. */
class BatchGeneratorTest {
    private static final Tokenizer TOKENIZER = TinyTokenizer.read();
    private static final long MEGABYTE = 1 << 20;

    private static PreparedTransformer model(String family) {
        return TransformerFolder.open(Goldens.folder(family))
                .prepare(KernelRegistry.select("auto").kernels());
    }

    private static BatchGenerator generator(PreparedTransformer model, int rows, Integer... ends) {
        return new BatchGenerator(model, TOKENIZER, new GenerationSettings(4096, Set.of(ends)), rows, 8 * MEGABYTE);
    }

    private static GenerationOptions options(int maxTokens) {
        return GenerationOptions.of(Map.of("max_tokens", Integer.toString(maxTokens)));
    }

    private static String prompt(TokenBatch batch, int b) {
        int[] ids = new int[batch.start(b + 1) - batch.start(b)];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = batch.id(batch.start(b) + i);
        }
        return TinyTokenizer.text(ids);
    }

    private static List<String> prompts(TokenBatch batch) {
        List<String> prompts = new ArrayList<>();
        for (int b = 0; b < batch.sequences(); b++) {
            prompts.add(prompt(batch, b));
        }
        return prompts;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3_text"})
    void takesTheTokensThatTransformersTakes(String family) throws IOException {
        Map<String, Tensor> golden = Goldens.tensors(family);
        int[] greedy = golden.get("greedy").ints();
        List<String> prompts = prompts(Goldens.batch(golden));
        try (BatchGenerator generator = generator(model(family), 3)) {
            List<Generation> texts = generator.generate(prompts, options(10));
            for (int b = 0; b < prompts.size(); b++) {
                int[] expected = Arrays.copyOfRange(greedy, b * 10, b * 10 + 10);
                assertThat(texts.get(b).error()).isNull();
                assertThat(texts.get(b).tokens().stream().mapToInt(i -> i).toArray())
                        .containsExactly(expected);
                assertThat(texts.get(b).text()).isEqualTo(TinyTokenizer.text(expected));
                assertThat(texts.get(b).finish()).isEqualTo(Finish.LENGTH);
                assertThat(generator.generate(List.of(prompts.get(b)), options(10)))
                        .containsExactly(texts.get(b));
            }
        }
    }

    /** More rows than run at once, of a template and not, of several lengths, drawn: each as alone. */
    @ParameterizedTest
    @ValueSource(strings = {"llama", "gemma3_text"})
    void aRowsTextDoesNotDependOnTheOthers(String family) {
        PreparedTransformer model = model(family);
        Random random = new Random(3);
        int[] template = random.ints(21, 3, 97).toArray();
        List<String> prompts = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            String own = TinyTokenizer.text(random.ints(1 + i % 7, 3, 97).toArray());
            prompts.add(i % 6 == 5 ? own : TinyTokenizer.text(template) + own);
        }
        GenerationOptions drawn = GenerationOptions.of(Map.of("max_tokens", "12", "temperature", "0.7", "seed", "9"));
        try (BatchGenerator together = generator(model, 5, 2)) {
            List<Generation> texts = together.generate(prompts, drawn);
            List<Generation> again = together.generate(prompts, drawn);
            assertThat(again).isEqualTo(texts);
            for (int i = 0; i < prompts.size(); i++) {
                try (BatchGenerator alone = generator(model, 1, 2)) {
                    assertThat(alone.generate(List.of(prompts.get(i)), drawn)).containsExactly(texts.get(i));
                }
            }
            assertThat(texts.stream().map(Generation::text).distinct().count()).isGreaterThan(20);
        }
    }

    @Test
    void endsAndStopStringsEndAText() throws IOException {
        Map<String, Tensor> golden = Goldens.tensors("llama");
        int[] greedy = golden.get("greedy").ints();
        String prompt = prompt(Goldens.batch(golden), 0);
        PreparedTransformer model = model("llama");
        int end = greedy[4];
        int first = 0;
        while (greedy[first] != end) {
            first++;
        }
        try (BatchGenerator generator = generator(model, 2, end)) {
            Generation text = generator.generate(List.of(prompt), options(10)).get(0);
            assertThat(text.finish()).isEqualTo(Finish.END);
            assertThat(text.text()).isEqualTo(TinyTokenizer.text(Arrays.copyOf(greedy, first)));
        }
        try (BatchGenerator generator = generator(model, 2)) {
            String stop = ">" + TinyTokenizer.text(greedy[3]).substring(0, 2); // across two tokens
            String whole = TinyTokenizer.text(Arrays.copyOf(greedy, 10));
            Generation text = generator
                    .generate(List.of(prompt), GenerationOptions.of(Map.of("max_tokens", "10", "stop", stop)))
                    .get(0);
            assertThat(text.finish()).isEqualTo(Finish.STOP);
            assertThat(text.text()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
        }
    }

    /** The log-probabilities are those of the distribution that the whole sequence's logits give. */
    @Test
    void logProbabilitiesAreTheModelsOwn() throws IOException {
        PreparedTransformer model = model("qwen2");
        TokenBatch golden = Goldens.batch(Goldens.tensors("qwen2"));
        GenerationOptions options = new GenerationOptions(6, 1.5, 0, 1, 0, 1.3, List.of(), 4, true);
        try (BatchGenerator generator = generator(model, 1);
                TransformerPass pass = model.pass()) {
            Generation text =
                    generator.generate(List.of(prompt(golden, 0)), options).get(0);
            int n = golden.start(1);
            int[] ids = new int[n + 6];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = i < n ? golden.id(i) : text.tokens().get(i - n);
            }
            TokenBatch all = new TokenBatch();
            all.add(ids, 0, ids.length);
            Tensor logits = Tensor.zeros(DType.FLOAT32, ids.length, 97);
            pass.logits(pass.forward(all), logits);
            for (int i = 0; i < 6; i++) {
                double sum = 0;
                for (int v = 0; v < 97; v++) {
                    sum += Math.exp(logits.get(n - 1 + i, v));
                }
                assertThat(text.logProbabilities().get(i).doubleValue())
                        .isCloseTo(logits.get(n - 1 + i, ids[n + i]) - Math.log(sum), within(1e-4));
            }
        }
    }

    private static org.assertj.core.data.Offset<Double> within(double d) {
        return org.assertj.core.data.Offset.offset(d);
    }

    @Test
    void aRowBeyondALimitSaysSoAndTheOthersGoOn() {
        PreparedTransformer model = model("llama"); // 64 tokens
        String word = TinyTokenizer.text(5);
        try (BatchGenerator generator =
                new BatchGenerator(model, TOKENIZER, new GenerationSettings(4096, Set.of()), 4, 64 * 320L)) {
            List<Generation> texts =
                    generator.generate(List.of(word.repeat(64), word.repeat(60), "", word), options(10));
            assertThat(texts.get(0).error())
                    .isEqualTo("the prompt has 64 tokens, and the model takes 64 with what it generates");
            assertThat(texts.get(1).tokens()).hasSize(4);
            assertThat(texts.get(1).finish()).isEqualTo(Finish.LENGTH);
            assertThat(texts.get(2).error()).startsWith("the prompt has no tokens");
            assertThat(texts.get(3).tokens()).hasSize(10);
        }
    }

    @Test
    void noRoomForKeysAndValuesSaysHowMuchAndWhatWouldFit() {
        PreparedTransformer model = model("llama"); // 320 bytes a token
        GenerationSettings settings = new GenerationSettings(4096, Set.of());
        assertThatThrownBy(() -> new BatchGenerator(model, TOKENIZER, settings, 4, 20_000))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("keys and values of " + KeyValueCache.PAGE + " tokens take 0.0 MB");
        assertThatThrownBy(() -> new BatchGenerator(model, TOKENIZER, settings, 4, Long.MAX_VALUE / 2))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("are wanted for keys and values, and the heap has")
                .hasMessageContaining("which hold");
        CacheRoom room = new CacheRoom(100_000_000, 1_000_000);
        assertThat(room.refuses(100, 30))
                .isEqualTo("a prompt of 100 tokens and 30 more take 192.0 MB of keys and values; there are 100.0 MB,"
                        + " which hold 64 tokens");
        assertThat(room.refuses(24, 40)).isNull();
    }
}
