package dev.athanor.engine.grammar;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.athanor.engine.AthanorException;
import java.util.Map;

/**
 * What a generated JSON value looks like: the part of JSON Schema (draft 2020-12) that a grammar can hold to. Immutable.
 *
 * <p>Supported are {@code type} (one, or several), {@code properties} with {@code required}, {@code additionalProperties},
 * {@code items}, {@code minItems}, {@code maxItems}, {@code minLength}, {@code maxLength}, bounds of integers, {@code enum},
 * {@code const}, {@code anyOf}, {@code oneOf} whose alternatives exclude each other, {@code allOf} of one, and
 * {@code $ref} to a place in the schema, itself included. Titles, descriptions, defaults and examples are passed over;
 * every other keyword is an error that names it and its place.
 *
 * <p>Every value that is generated is valid, but not every valid value is generated: names of an object come in the order
 * of {@code properties} and no others beside them, integers have at most 18 digits, and a schema without {@code type}
 * stands for the types its other keywords speak of.
 */
public final class JsonSchema {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final String text;
    private final Shape root;
    private final Map<String, Shape> references;

    private JsonSchema(String text, Shape root, Map<String, Shape> references) {
        this.text = text;
        this.root = root;
        this.references = references;
    }

    /**
     * Reads a response format: a schema by itself, <code>{"type":"json_schema","json_schema":{"name":…,"schema":…}}</code>, or
     * <code>{"type":"json_object"}</code> for any object.
     *
     * @throws AthanorException if it is no JSON, or asks for what is not supported
     */
    public static JsonSchema of(String responseFormat) {
        JsonNode format = parse(responseFormat);
        String type = format.path("type").asText("");
        if (type.equals("json_object")) {
            return new JsonSchema(format.toString(), new Shape.Entries(new Shape.Any()), Map.of());
        } else if (!type.equals("json_schema")) {
            return read(format, "");
        }
        JsonNode schema = format.path("json_schema").path("schema");
        if (schema instanceof MissingNode) {
            throw new AthanorException(
                    SchemaReader.PROBLEM,
                    "it is of type json_schema, and has no json_schema.schema",
                    "Write {\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"schema\":{…}}}");
        }
        return read(schema, "/json_schema/schema");
    }

    private static JsonNode parse(String responseFormat) {
        String reason = "it is not given";
        try {
            JsonNode format = responseFormat == null ? MissingNode.getInstance() : JSON.readTree(responseFormat);
            if (format.isObject() || format.isBoolean()) {
                return format;
            }
            reason = "it is " + format + ", not an object";
        } catch (JsonProcessingException e) {
            reason = "it is no JSON: " + e.getOriginalMessage();
        }
        throw new AthanorException(
                SchemaReader.PROBLEM, reason, "Write a JSON schema, as {\"type\":\"object\",\"properties\":{…}}");
    }

    private static JsonSchema read(JsonNode schema, String place) {
        SchemaReader reader = new SchemaReader(schema, place);
        Shape root = reader.read();
        return new JsonSchema(schema.toString(), root, reader.references());
    }

    Shape root() {
        return root;
    }

    /** What the references point at, by pointer. */
    Map<String, Shape> references() {
        return references;
    }

    /** The schema in one line. */
    public String text() {
        return text;
    }
}
