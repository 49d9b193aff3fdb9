package dev.athanor.engine.grammar;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;

/** Schemas of all that is supported, drawn. */
final class RandomSchemas {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> NAMES = List.of("name", "x", "straße", "a\"b", "日本", "😀", "with space", "a/b~c");

    private final Random random;
    private final ObjectNode root;
    private final ObjectNode definitions = JSON.objectNode();

    private RandomSchemas(long seed) {
        random = new Random(seed);
        root = schema(0);
        root.set("$defs", definitions);
    }

    static String of(long seed) {
        return new RandomSchemas(seed).root.toString();
    }

    private ObjectNode schema(int depth) {
        int kind = random.nextInt(depth < 3 ? 13 : 7);
        ObjectNode schema = JSON.objectNode();
        if (random.nextInt(4) == 0) {
            schema.put("description", "type: number");
        }
        switch (kind) {
            case 0 -> schema.put("type", "null");
            case 1 -> schema.put("type", "boolean");
            case 2 -> schema.put("type", "number");
            case 3 -> integer(schema);
            case 4 -> text(schema);
            case 5 -> values(schema);
            case 6 -> schema.putArray("type").add("string").add("integer").add("null");
            case 7, 8 -> array(schema, depth);
            case 9 -> alternatives(schema, depth);
            case 10 -> recursive(schema, depth);
            default -> object(schema, depth);
        }
        return schema;
    }

    private void integer(ObjectNode schema) {
        schema.put("type", "integer");
        long least = random.nextInt(3) == 0 ? random.nextInt(10) : random.nextLong() % 1_000_000_000_000L;
        switch (random.nextInt(5)) {
            case 0 -> schema.put("minimum", least);
            case 1 -> schema.put("exclusiveMaximum", least);
            case 2 -> schema.put("minimum", least - 0.5).put("maximum", least + random.nextInt(5000));
            case 3 -> schema.put("minimum", -random.nextInt(120)).put("exclusiveMaximum", 1 + random.nextInt(1200));
            default -> schema.put("title", "any");
        }
    }

    private void text(ObjectNode schema) {
        schema.put("type", "string");
        int least = random.nextInt(4);
        if (random.nextBoolean()) {
            schema.put("minLength", least);
        }
        if (random.nextBoolean()) {
            schema.put("maxLength", least + random.nextInt(6));
        }
    }

    private void values(ObjectNode schema) {
        ArrayNode values = JSON.arrayNode();
        values.add("a")
                .add("ab")
                .add("日本 \"quoted\"\n")
                .add(-1.5)
                .add(12)
                .add(123)
                .addNull()
                .add(true);
        values.addObject().put("a", 1).putArray("b").add("c");
        if (random.nextBoolean()) {
            schema.set("const", values.get(random.nextInt(values.size())));
        } else if (random.nextBoolean()) {
            schema.put("type", "string").set("enum", values);
        } else {
            schema.set("enum", values);
        }
    }

    private void array(ObjectNode schema, int depth) {
        schema.put("type", "array").set("items", schema(depth + 1));
        int least = random.nextInt(3);
        if (random.nextBoolean()) {
            schema.put("minItems", least);
        }
        if (random.nextBoolean()) {
            schema.put("maxItems", least + random.nextInt(4));
        }
    }

    private void alternatives(ObjectNode schema, int depth) {
        if (random.nextBoolean()) {
            schema.putArray("anyOf")
                    .add(schema(depth + 1))
                    .add(schema(depth + 1))
                    .add(schema(depth + 1));
            return;
        }
        ArrayNode some = schema.putArray("oneOf");
        for (int i = 0; i < 3; i++) {
            ObjectNode object = some.addObject();
            object.put("type", "object").putArray("required").add("kind");
            object.putObject("properties").set("value", schema(depth + 1));
            ((ObjectNode) object.get("properties")).putObject("kind").put("const", "k" + i);
        }
        some.addObject().put("type", "null");
    }

    /** A tree of some values. */
    private void recursive(ObjectNode schema, int depth) {
        String name = "d" + definitions.size();
        ObjectNode tree = definitions.putObject(name);
        tree.put("type", "object").putArray("required").add("v");
        ObjectNode properties = tree.putObject("properties");
        properties.set("v", schema(depth + 1));
        properties.putObject("children").put("type", "array").putObject("items").put("$ref", "#/$defs/" + name);
        properties
                .putObject("next")
                .putArray("anyOf")
                .add(JSON.objectNode().put("$ref", "#/$defs/" + name))
                .add(JSON.objectNode().put("type", "null"));
        schema.put("$ref", "#/$defs/" + name);
    }

    private void object(ObjectNode schema, int depth) {
        schema.put("type", "object");
        int kind = random.nextInt(6);
        if (kind == 0) {
            return;
        } else if (kind == 1) {
            schema.set("additionalProperties", schema(depth + 1));
            return;
        } else if (kind < 4) {
            schema.put("additionalProperties", kind == 2);
        }
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = schema.putArray("required");
        for (int i = random.nextInt(5); i > 0; i--) {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            if (!properties.has(name)) {
                properties.set(name, schema(depth + 1));
                if (random.nextBoolean()) {
                    required.add(name);
                }
            }
        }
    }

    static ObjectMapper strict() {
        return new ObjectMapper().enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }
}
