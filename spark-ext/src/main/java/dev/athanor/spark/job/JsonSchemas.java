package dev.athanor.spark.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** JSON schemas (draft 2020-12) of parameter and report records. */
final class JsonSchemas {
    private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private JsonSchemas() {}

    static ObjectNode params(JobSignature<?, ?> signature) {
        ObjectNode root = JSON.objectNode();
        root.put("$schema", DRAFT);
        root.put("title", signature.job().name());
        root.put("description", signature.job().summary());
        root.put("type", "object");
        ObjectNode properties = root.putObject("properties");
        ArrayNode required = root.putArray("required");
        for (ParamSpec param : signature.procedureParams()) {
            properties.set(param.name(), param(param));
            if (param.required()) {
                required.add(param.name());
            }
        }
        root.put("additionalProperties", false);
        return root;
    }

    private static ObjectNode param(ParamSpec param) {
        ObjectNode node = JSON.objectNode();
        node.put("description", param.doc());
        ObjectNode values = node;
        switch (param.type()) {
            case STRING -> node.put("type", "string");
            case INT, LONG -> node.put("type", "integer");
            case DOUBLE -> node.put("type", "number");
            case BOOLEAN -> node.put("type", "boolean");
            case STRING_LIST -> {
                node.put("type", "array");
                values = node.putObject("items").put("type", "string");
            }
            case STRING_MAP -> {
                node.put("type", "object");
                node.putObject("additionalProperties").put("type", "string");
            }
        }
        if (!param.choices().isEmpty()) {
            ArrayNode choices = values.putArray("enum");
            param.choices()
                    .forEach(choice -> choices.addPOJO(Values.convert(
                            choice, param.type() == ParamType.STRING_LIST ? ParamType.STRING : param.type())));
        }
        if (param.defaultText() != null) {
            node.set("default", JobJson.toTree(param.defaultValue()));
        }
        return node;
    }

    static ObjectNode record(Class<? extends Record> type) {
        ObjectNode root = JSON.objectNode();
        root.put("$schema", DRAFT);
        root.put("title", type.getSimpleName());
        fields(root, type);
        return root;
    }

    private static void fields(ObjectNode node, Class<?> type) {
        node.put("type", "object");
        ObjectNode properties = node.putObject("properties");
        for (RecordComponent component : type.getRecordComponents()) {
            properties.set(JobJson.snake(component.getName()), value(component.getGenericType()));
        }
    }

    private static ObjectNode value(Type type) {
        ObjectNode node = JSON.objectNode();
        if (type == String.class || type == Instant.class) {
            type(node, "string", true);
            if (type == Instant.class) {
                node.put("format", "date-time");
            }
        } else if (type == int.class || type == long.class) {
            type(node, "integer", false);
        } else if (type == Integer.class || type == Long.class) {
            type(node, "integer", true);
        } else if (type == boolean.class || type == Boolean.class) {
            type(node, "boolean", type == Boolean.class);
        } else if (type instanceof Class<?> c
                && (c == double.class || c == float.class || Number.class.isAssignableFrom(c))) {
            type(node, "number", true);
        } else if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            type(node, "array", true);
            node.set("items", value(generic.getActualTypeArguments()[0]));
        } else if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
            type(node, "object", true);
            node.set("additionalProperties", value(generic.getActualTypeArguments()[1]));
        } else if (type instanceof Class<?> c && c.isRecord()) {
            fields(node, c);
            type(node, "object", true);
        } else if (type instanceof Class<?> c && c.isEnum()) {
            type(node, "string", true);
        } else if (type instanceof Class<?> c && c.isArray()) {
            type(node, "array", true);
            node.set("items", value(c.getComponentType()));
        }
        return node;
    }

    private static void type(ObjectNode node, String name, boolean nullable) {
        if (nullable) {
            node.putArray("type").add(name).add("null");
        } else {
            node.put("type", name);
        }
    }
}
