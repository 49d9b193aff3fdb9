package dev.athanor.engine.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.TokenizerJson;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of tokens drawn at random from those that a grammar allows parse, and are values of its schema. */
class JsonGrammarTest {
    private static final int END = 1;
    private static final int SCHEMAS = 250;
    private static final int TEXTS = 8;

    private static Tokenizer tokenizer(String name) throws Exception {
        return TokenizerJson.read(
                Path.of(Objects.requireNonNull(JsonGrammarTest.class.getResource("/tokenizers/" + name + ".json"))
                        .toURI()));
    }

    private static JsonGrammars grammars(Tokenizer tokenizer) {
        return new JsonGrammars(
                tokenizer, Set.of(END), tokenizer.vocabulary().size() + 3); // as models whose embeddings are padded
    }

    private static Schema validator(String schema) throws JsonProcessingException {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(RandomSchemas.strict().readTree(schema));
    }

    /** Draws a text of at most so many tokens: of those allowed each as probable as another. */
    private static String draw(JsonGrammar grammar, Tokenizer tokenizer, int most, Random random) {
        int vocabulary = tokenizer.vocabulary().size() + 3;
        float[] logits = new float[vocabulary + 2];
        Acceptor text = grammar.begin();
        int[] ids = new int[most];
        int count = 0;
        while (count < most && !text.closed()) {
            for (int i = 0; i < logits.length; i++) {
                logits[i] = random.nextFloat();
            }
            text.mask(logits, 1, vocabulary, most - count);
            int best = 0;
            for (int i = 0; i < vocabulary; i++) {
                best = logits[i + 1] > logits[best + 1] ? i : best;
            }
            assertThat(logits[0]).isFinite(); // the neighbours' are left alone
            assertThat(logits[vocabulary + 1]).isFinite();
            assertThat(logits[best + 1]).isFinite();
            if (best == END) {
                break;
            }
            text.accept(best);
            ids[count++] = best;
        }
        return tokenizer.decode(ids, 0, count, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes-gpt2", "bytes-llama3", "sentencepiece-bpe", "metaspace-bpe"})
    void whatIsDrawnParsesAndIsAValueOfTheSchema(String name) throws Exception {
        Tokenizer tokenizer = tokenizer(name);
        JsonGrammars grammars = grammars(tokenizer);
        int seen = 0;
        for (int seed = 0; seed < SCHEMAS; seed++) {
            String schema = RandomSchemas.of(seed);
            JsonGrammar grammar = grammars.of(JsonSchema.of(schema));
            Schema validator = validator(schema);
            Random random = new Random(seed);
            for (int i = 0; i < TEXTS; i++) {
                int most = grammar.shortest() + (i == 0 ? 0 : random.nextInt(1 << i));
                String text = draw(grammar, tokenizer, Math.max(1, most), random);
                String where = "%s, seed %d, %d tokens of at least %d: %s for %s"
                        .formatted(name, seed, most, grammar.shortest(), text, schema);
                JsonNode value = parse(text, where);
                assertThat(validator.validate(value)).as(where).isEmpty();
                assertThat(text).as(where).doesNotContain("\ufffd\ufffd", "  \"");
                seen++;
            }
        }
        assertThat(seen).isEqualTo(SCHEMAS * TEXTS);
    }

    private static JsonNode parse(String text, String where) {
        try {
            StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(text)); // no half of a character
            return RandomSchemas.strict().readTree(text);
        } catch (JsonProcessingException | CharacterCodingException e) {
            throw new AssertionError(where, e);
        }
    }

    /** Whether a grammar takes a text, byte by byte. */
    private static boolean takes(String schema, String text) throws Exception {
        Automaton automaton = new Automaton(GrammarCompiler.compile(
                JsonSchema.of(schema), new TokenBytes(tokenizer("bytes-gpt2"), Set.of(END), 1200)));
        State state = automaton.start();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            state = automaton.next(state, b & 0xff);
        }
        return state.whole();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"integer\",\"minimum\":5,\"maximum\":123}|5,9,10,99,100,119,120,123|4,0,124,05,1000,-5,5.0",
                "{\"type\":\"integer\",\"minimum\":-12,\"exclusiveMaximum\":1}|-12,-9,-1,0|-13,-0,1,-120",
                "{\"type\":\"integer\",\"minimum\":1}|1,10,999999999999999999|0,1000000000000000000",
                "{\"type\":\"integer\"}|0,-1,999999999999999999|-0,01,1e3,1000000000000000000",
                "{\"type\":\"number\"}|0,-0,-0.5,1.25e-9,1E+9,12|.5,1.,01,1e,1e123,+1",
                "{\"enum\":[1,12,\"a\",null]}|1,12,\"a\",null|2,121,a,nul",
                "{\"type\":\"string\",\"minLength\":1,\"maxLength\":2}|\"é\",\"😀😀\",\"\\u0041\\n\"|\"\",\"abc\",\"\\uD83D\","
                        + "\"\\x\"",
            })
    void boundsAreExact(String schema, String right, String wrong) throws Exception {
        for (String text : right.split(",")) {
            assertThat(takes(schema, text)).as("%s takes %s", schema, text).isTrue();
        }
        for (String text : wrong.split(",")) {
            assertThat(takes(schema, text)).as("%s takes %s", schema, text).isFalse();
        }
    }

    @Test
    void integersBetweenTwoAreThoseAlone() throws Exception {
        TokenBytes tokens = new TokenBytes(tokenizer("bytes-gpt2"), Set.of(END), 1200);
        Random random = new Random(5);
        for (int i = 0; i < 60; i++) {
            int least = random.nextInt(3000) - 1500;
            int most = least + random.nextInt(1500);
            Automaton automaton = new Automaton(GrammarCompiler.compile(
                    JsonSchema.of("{\"type\":\"integer\",\"minimum\":" + least + ",\"maximum\":" + most + "}"),
                    tokens));
            for (int n = -3200; n < 3200; n++) {
                State state = automaton.start();
                for (char c : Integer.toString(n).toCharArray()) {
                    state = automaton.next(state, c);
                }
                assertThat(state.whole()).as("%d in %d to %d", n, least, most).isEqualTo(n >= least && n <= most);
            }
        }
    }

    @Test
    void onlyOneSpaceAfterCommasAndColonsIsTaken() throws Exception {
        String schema =
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"array\"}}}";
        for (String text :
                List.of("{}", "{\"a\":1}", "{\"a\": 1, \"b\": [1, 2]}", "{\"b\":[1,2]}", "{\"a\":1,\"b\":[]}")) {
            assertThat(takes(schema, text)).as(text).isTrue();
        }
        for (String text : List.of(
                " {}",
                "{ }",
                "{} ",
                "{\"a\":  1}",
                "{\"a\" :1}",
                "{\"a\":1 }",
                "{\"a\":1,}",
                "{\"b\":[],\"a\":1}",
                "{\n}",
                "{\"c\":1}",
                "{\"b\":[1 ,2]}")) {
            assertThat(takes(schema, text)).as(text).isFalse();
        }
    }

    /** All that is UTF-8 and nothing else, checked against Java's own decoder. */
    @Test
    void onlyUtf8IsTakenInStrings() throws Exception {
        TokenBytes tokens = new TokenBytes(tokenizer("bytes-gpt2"), Set.of(END), 1200);
        Automaton automaton = new Automaton(GrammarCompiler.compile(JsonSchema.of("{\"type\":\"string\"}"), tokens));
        Random random = new Random(6);
        int valid = 0;
        for (int i = 0; i < 300_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(4)];
            random.nextBytes(bytes);
            for (int b = 0; b < bytes.length; b++) {
                bytes[b] |= (byte) 0x80;
            }
            boolean right = true;
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
                valid++;
            } catch (CharacterCodingException e) {
                right = false;
            }
            State state = automaton.next(automaton.start(), '"');
            for (byte b : bytes) {
                state = automaton.next(state, b & 0xff);
            }
            assertThat(automaton.next(state, '"').whole()).isEqualTo(right);
        }
        assertThat(valid).isGreaterThan(10_000);
    }

    /** What is remembered is dropped now and then, and rows that are on their way go on. */
    @Test
    void droppedStatesAreMadeAnew() throws Exception {
        Tokenizer tokenizer = tokenizer("bytes-gpt2");
        JsonGrammar grammar = grammars(tokenizer).of(JsonSchema.of("{\"type\":\"json_object\"}"));
        Random random = new Random(8);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            texts.add(draw(grammar, tokenizer, 400, random));
        }
        for (String text : texts) {
            assertThat(parse(text, text).isObject()).isTrue();
        }
    }

    @Test
    void wrappersAreRead() {
        String schema = "{\"type\":\"string\"}";
        assertThat(JsonSchema.of(
                                "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":" + schema + "}}")
                        .text())
                .isEqualTo(schema);
        assertThat(JsonSchema.of("{\"type\":\"json_object\"}").root()).isEqualTo(new Shape.Entries(new Shape.Any()));
        assertThat(JsonSchema.of("true").root()).isEqualTo(new Shape.Any());
        assertThat(JsonSchema.of("{\"title\":\"t\"}").root()).isEqualTo(new Shape.Any());
        assertThat(JsonSchema.of("{\"allOf\":[{\"type\":\"null\"}]}").root()).isEqualTo(new Shape.Nothing());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{type|it is no JSON",
                "5|it is 5, not an object",
                "{\"type\":\"json_schema\"}|has no json_schema.schema",
                "{\"type\":\"strin\"}|at '/type' it is \"strin\", which is no type. Types are object, array",
                "{\"type\":\"string\",\"pattern\":\"a+\"}|at '' it has the keyword pattern, which is not supported",
                "{\"type\":\"object\",\"properties\":{\"a/b\":{\"format\":\"date\"}}}|at '/properties/a~1b' it has the keyword"
                        + " format, which is not supported",
                "{\"type\":\"array\",\"minItem\":1}|Did you mean minItems?",
                "{\"type\":\"number\",\"minimum\":1}|minimum, which is supported for integers alone",
                "{\"type\":\"integer\",\"minimum\":3,\"maximum\":2}|no integer lies between its bounds",
                "{\"type\":\"integer\",\"minimum\":1e30}|at '/minimum' it is 1E+30, not a number of at most 18 digits",
                "{\"type\":\"string\",\"minLength\":3,\"maxLength\":2}|minLength 3 is more than maxLength 2",
                "{\"type\":\"string\",\"minLength\":-1}|at '/minLength' it is -1, not a count",
                "{\"type\":\"object\",\"required\":[\"a\"]}|at '/required' it names a, which properties do not describe",
                "{\"type\":\"object\",\"properties\":{\"a\":true},\"additionalProperties\":{\"type\":\"null\"}}|at"
                        + " '/additionalProperties' a schema for names beside those of properties is not supported",
                "{\"$ref\":\"http://x/y\"}|at '/$ref' it is \"http://x/y\", not a place in this schema",
                "{\"$ref\":\"#/$defs/a\"}|there is nothing at #/$defs/a",
                "{\"$ref\":\"#\"}|leads to itself with nothing between",
                "{\"anyOf\":[{\"$ref\":\"#\"},{\"type\":\"null\"}]}|leads to itself with nothing between",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}},\"required\":[\"a\"]}|contains another of the same"
                        + " kind, without end",
                "{\"type\":\"string\",\"anyOf\":[{\"minLength\":1}]}|anyOf stands beside type",
                "{\"allOf\":[{\"type\":\"string\"},{\"minLength\":1}]}|several schemas hold at once",
                "{\"oneOf\":[{\"type\":\"integer\"},{\"type\":\"number\"}]}|at '/oneOf' a value may fit both 0 and 1",
                "{\"enum\":[]}|at '/enum' it is [], not a list of 1 to 10000",
                "{\"type\":\"string\",\"enum\":[1,2]}|no value fits",
                "{\"const\":1,\"minimum\":0}|const stands beside minimum",
                "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"not\":{}}}}|at '/json_schema/schema' it has the"
                        + " keyword not",
                "{\"type\":\"string\",\"type\":\"null\"}|Duplicate field",
            })
    void whatIsNotSupportedIsRefusedByName(String schema, String message) throws Exception {
        Tokenizer tokenizer = tokenizer("bytes-gpt2");
        assertThatThrownBy(() -> grammars(tokenizer).of(JsonSchema.of(schema)))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Cannot generate text with response_format: ")
                .hasMessageContaining(message);
    }

    @Test
    void aVocabularyWithoutCharactersIsRefused() throws Exception {
        Tokenizer words = tokenizer("unigram");
        assertThatThrownBy(() -> grammars(words).of(JsonSchema.of("{\"type\":\"json_object\"}")))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("the model's vocabulary has no token for the character");
    }
}
