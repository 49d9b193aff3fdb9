package dev.athanor.engine.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.generation.Generation.Finish;
import dev.athanor.engine.grammar.JsonGrammars;
import dev.athanor.engine.grammar.JsonSchema;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.TokenizerJson;
import dev.athanor.engine.tokenizer.Tokens;
import dev.athanor.engine.transformer.Goldens;
import dev.athanor.engine.transformer.PreparedTransformer;
import dev.athanor.engine.transformer.TokenBatch;
import dev.athanor.engine.transformer.TransformerFolder;
import dev.athanor.engine.transformer.TransformerPass;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A small model of random weights, which knows nothing of JSON, writes values of a schema. */
class ResponseFormatTest {
    private static final int END = 1;
    private static final String SCHEMA =
            """
            {"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":0},
             "tags":{"type":"array","items":{"enum":["a","b"]}}},"required":["name","age"]}""";

    private static final Tokenizer TOKENIZER = characters();
    private static final PreparedTransformer MODEL = TransformerFolder.open(Goldens.folder("llama")) // 64 tokens
            .prepare(KernelRegistry.select("auto").kernels());

    /** The 95 printable characters and two special tokens: as many as the model has. */
    private static Tokenizer characters() {
        StringBuilder vocabulary = new StringBuilder("{\"<s>\":0,\"</s>\":1");
        for (char c = ' '; c <= '~'; c++) {
            String escaped = c == '"' || c == '\\' ? "\\" + c : String.valueOf(c);
            vocabulary.append(",\"").append(escaped).append("\":").append(c - ' ' + 2);
        }
        String special =
                "\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":false,\"special\":true}";
        String json = "{\"version\":\"1.0\",\"added_tokens\":[{\"id\":0,\"content\":\"<s>\"," + special
                + ",{\"id\":1,\"content\":\"</s>\"," + special + "],\"normalizer\":null,\"pre_tokenizer\":null,"
                + "\"post_processor\":null,\"decoder\":{\"type\":\"Fuse\"},\"model\":{\"type\":\"BPE\",\"vocab\":"
                + vocabulary + "},\"merges\":[]}}";
        return TokenizerJson.read(json.getBytes(StandardCharsets.UTF_8), "characters");
    }

    private static BatchGenerator generator(int rows) {
        return new BatchGenerator(MODEL, TOKENIZER, new GenerationSettings(4096, Set.of(END)), rows, 8 << 20);
    }

    private static GenerationOptions options(int maxTokens, String temperature, String schema) {
        return GenerationOptions.of(Map.of(
                "max_tokens", Integer.toString(maxTokens), "temperature", temperature, "response_format", schema));
    }

    private static int shortest(String schema) {
        return new JsonGrammars(TOKENIZER, Set.of(END), 97)
                .of(JsonSchema.of(schema))
                .shortest();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "100"})
    void textsAreValuesOfTheSchema(String temperature) throws Exception {
        List<String> prompts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            prompts.add("Extract: row " + i);
        }
        int least = shortest(SCHEMA);
        assertThat(least).isEqualTo("{\"name\":\"\",\"age\":0}".length());
        try (BatchGenerator together = generator(7);
                BatchGenerator alone = generator(1)) {
            for (int most = least; most < least + 20; most += 1 + most / 7) {
                GenerationOptions options = options(most, temperature, SCHEMA);
                List<Generation> texts = together.generate(prompts, options);
                for (Generation text : texts) {
                    assertThat(text.error()).isNull();
                    assertThat(text.tokens()).hasSizeBetween(least, most);
                    JsonNode value = new ObjectMapper().readTree(text.text());
                    assertThat(value.get("name").isTextual()).isTrue();
                    assertThat(value.get("age").isIntegralNumber()).isTrue();
                    if (most == least) {
                        assertThat(text.text()).matches("\\{\"name\":\"\",\"age\":\\d}");
                    }
                }
                assertThat(alone.generate(prompts.subList(3, 6), options)).isEqualTo(texts.subList(3, 6));
            }
        }
    }

    @Test
    void aRowWithoutRoomForTheShortestValueSaysSo() {
        try (BatchGenerator generator = generator(4)) {
            List<Generation> texts = generator.generate(List.of("x".repeat(50), "x"), options(30, "0", SCHEMA));
            assertThat(texts.get(0).error())
                    .isEqualTo("the shortest value of response_format takes 19 tokens, and there is room for 14");
            assertThat(texts.get(1).error()).isNull();
        }
    }

    @Test
    void theFinishSaysWhetherTheTextWasHurried() {
        try (BatchGenerator generator = generator(4)) {
            Generation choice = generator
                    .generate(List.of("x"), options(20, "0", "{\"enum\":[true,false]}"))
                    .get(0);
            assertThat(choice.finish()).isEqualTo(Finish.END);
            assertThat(choice.text()).isIn("true", "false");
            Generation cut = generator
                    .generate(List.of("x"), options(3, "0", "{\"type\":\"string\",\"minLength\":1}"))
                    .get(0);
            assertThat(cut.finish()).isEqualTo(Finish.LENGTH);
            assertThat(cut.text()).hasSize(3);
        }
    }

    /** With the format, too, the log-probabilities are those of the distribution over all tokens. */
    @Test
    void logProbabilitiesAreTheModelsOwn() {
        GenerationOptions options = new GenerationOptions(
                25, 1, 0, 1, 0, 1, List.of(), 4, true, JsonSchema.of(SCHEMA).text());
        Tokens tokens = new Tokens();
        TOKENIZER.encode("Name:", null, 64, tokens);
        int n = tokens.size();
        try (BatchGenerator generator = generator(1);
                TransformerPass pass = MODEL.pass()) {
            Generation text = generator.generate(List.of("Name:"), options).get(0);
            int count = text.tokens().size();
            int[] ids = new int[n + count];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = i < n ? tokens.id(i) : text.tokens().get(i - n);
            }
            TokenBatch all = new TokenBatch();
            all.add(ids, 0, ids.length);
            Tensor logits = Tensor.zeros(DType.FLOAT32, ids.length, 97);
            pass.logits(pass.forward(all), logits);
            assertThat(text.logProbabilities()).hasSize(count);
            for (int i = 0; i < count; i++) {
                double sum = 0;
                for (int v = 0; v < 97; v++) {
                    sum += Math.exp(logits.get(n - 1 + i, v));
                }
                assertThat(text.logProbabilities().get(i).doubleValue())
                        .isCloseTo(logits.get(n - 1 + i, ids[n + i]) - Math.log(sum), offset(1e-4));
            }
        }
    }

    @Test
    void optionsAreReadAndWritten() {
        String wrapped = "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{\"type\":\"null\"}}}";
        GenerationOptions options = GenerationOptions.of(Map.of("response_format", wrapped));
        assertThat(options.responseFormat()).isEqualTo("{\"type\":\"null\"}");
        assertThat(options.written()).isEqualTo("response_format={\"type\":\"null\"}");
        assertThatThrownBy(() -> GenerationOptions.of(Map.of("response_format", wrapped, "stop", "}")))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("it is not for texts of a response_format, which end where they are whole");
        assertThatThrownBy(() -> GenerationOptions.of(Map.of("response_format", "{\"type\":\"text\"}")))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("at '/type' it is \"text\", which is no type");
    }

    @Test
    void whatTheModelRulesOutComesWhereNothingElseMay() {
        JsonGrammars grammars = new JsonGrammars(TOKENIZER, Set.of(END), 97);
        float[] logits = new float[97];
        java.util.Arrays.fill(logits, Float.NEGATIVE_INFINITY);
        logits[20] = 1;
        int id = new Sampler(GenerationOptions.DEFAULTS, 97)
                .next(
                        logits,
                        0,
                        97,
                        new int[0],
                        0,
                        1,
                        grammars.of(JsonSchema.of("{\"type\":\"array\"}")).begin(),
                        9);
        assertThat(TOKENIZER.decode(new int[] {id}, 0, 1, false)).isEqualTo("[");
    }
}
