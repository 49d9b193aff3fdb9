package dev.athanor.engine.transformer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.text.NearestName;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** One object of a JSON file that describes a model; every value is checked where it is asked for. */
final class ConfigJson {
    /** Largest file, bytes. */
    static final int BYTES_LIMIT = 4 << 20;

    /** Largest size of anything, so that no product of two overflows. */
    private static final int SIZE_LIMIT = 1 << 24;

    private static final Map<String, Activation> ACTIVATIONS = new TreeMap<>(Map.of(
            "gelu", Activation.GELU,
            "gelu_new", Activation.GELU_TANH,
            "gelu_pytorch_tanh", Activation.GELU_TANH,
            "relu", Activation.RELU,
            "sigmoid", Activation.SIGMOID,
            "silu", Activation.SILU,
            "swish", Activation.SILU,
            "tanh", Activation.TANH));

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(32).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String location;
    private final String path;
    private final JsonNode node;

    private ConfigJson(String location, String path, JsonNode node) {
        this.location = location;
        this.path = path;
        this.node = node;
    }

    /**
     * Parses a file.
     *
     * @param location of the file, for messages
     * @throws AthanorException unless it is one JSON object
     */
    static ConfigJson parse(byte[] json, String location) {
        if (json.length > BYTES_LIMIT) {
            throw damaged(location, "it has " + json.length + " bytes, the limit is " + BYTES_LIMIT);
        }
        try {
            JsonNode node = JSON.readTree(json);
            if (node == null || !node.isObject()) {
                throw damaged(location, "it is not a JSON object");
            }
            return new ConfigJson(location, "", node);
        } catch (JsonProcessingException e) {
            throw damaged(location, "it is not acceptable JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw damaged(location, e.toString());
        }
    }

    /** As {@link #parse}, of fields that come from elsewhere. */
    static ConfigJson of(Map<String, Object> fields, String location) {
        return new ConfigJson(location, "", JSON.valueToTree(fields));
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    /** A whole number from 1 up. */
    int size(String name) {
        JsonNode value = required(name);
        return size(name, value, 1);
    }

    /** A whole number from 1 up, or {@code absent}. */
    int size(String name, int absent) {
        return has(name) ? size(name, node.get(name), 1) : absent;
    }

    /** A whole number from 0 up, or {@code absent}. */
    int count(String name, int absent) {
        return has(name) ? size(name, node.get(name), 0) : absent;
    }

    private int size(String name, JsonNode value, int least) {
        if (!value.isIntegralNumber() || value.longValue() < least || value.longValue() > SIZE_LIMIT) {
            throw wrong(name, value, "a whole number from " + least + " to " + SIZE_LIMIT);
        }
        return value.intValue();
    }

    /** A number above 0, or {@code absent}. */
    double number(String name, double absent) {
        if (!has(name)) {
            return absent;
        }
        JsonNode value = node.get(name);
        if (!value.isNumber() || !(value.doubleValue() > 0) || Double.isInfinite(value.doubleValue())) {
            throw wrong(name, value, "a number above 0");
        }
        return value.doubleValue();
    }

    boolean flag(String name, boolean absent) {
        if (!has(name)) {
            return absent;
        }
        JsonNode value = node.get(name);
        if (!value.isBoolean()) {
            throw wrong(name, value, "true or false");
        }
        return value.booleanValue();
    }

    String text(String name) {
        JsonNode value = required(name);
        if (!value.isTextual()) {
            throw wrong(name, value, "a string");
        }
        return value.textValue();
    }

    String text(String name, String absent) {
        return has(name) ? text(name) : absent;
    }

    /** An array of strings, or an empty list when there is none. */
    List<String> texts(String name) {
        if (!has(name)) {
            return List.of();
        }
        JsonNode value = node.get(name);
        List<String> texts = new java.util.ArrayList<>();
        for (JsonNode item : value) {
            if (!item.isTextual()) {
                throw wrong(name, value, "an array of strings");
            }
            texts.add(item.textValue());
        }
        return texts;
    }

    /** One whole number from 0 up, or an array of them; an empty set when there is none. */
    Set<Integer> ids(String name) {
        Set<Integer> ids = new TreeSet<>();
        if (has(name)) {
            JsonNode value = node.get(name);
            for (JsonNode id : value.isArray() ? value : List.of(value)) {
                ids.add(size(name, id, 0));
            }
        }
        return ids;
    }

    ConfigJson child(String name) {
        JsonNode value = required(name);
        if (!value.isObject()) {
            throw wrong(name, value, "an object");
        }
        return new ConfigJson(location, path + name + ".", value);
    }

    /** An activation by the name that Hugging Face gives it. */
    Activation activation(String name, String absent) {
        String text = text(name, absent);
        Activation activation = ACTIVATIONS.get(text);
        if (activation == null) {
            throw unsupported(name, text, ACTIVATIONS.keySet());
        }
        return activation;
    }

    /** Refuses a setting that has another value than the one that is supported. */
    void require(String name, Object supported, Object found) {
        if (!supported.equals(found)) {
            throw unsupported(name, found, List.of(String.valueOf(supported)));
        }
    }

    AthanorException unsupported(String name, Object value, java.util.Collection<String> supported) {
        return new AthanorException(
                "Cannot read " + location,
                path + name + " is " + value,
                "Supported " + (supported.size() == 1 ? "is " : "are ") + String.join(", ", supported)
                        + NearestName.of(String.valueOf(value), supported)
                                .filter(near -> supported.size() > 1)
                                .map(near -> "; did you mean " + near + "?")
                                .orElse(""));
    }

    private JsonNode required(String name) {
        if (!has(name)) {
            List<String> names = new java.util.ArrayList<>();
            node.fieldNames().forEachRemaining(names::add);
            throw damaged(
                    location,
                    "it has no " + path + name
                            + NearestName.of(name, names)
                                    .map(near -> ", only " + path + near)
                                    .orElse(""));
        }
        return node.get(name);
    }

    AthanorException wrong(String name, Object value, String wanted) {
        return damaged(location, path + name + " is " + value + ", not " + wanted);
    }

    private static AthanorException damaged(String location, String why) {
        return new AthanorException("Cannot read " + location, why, "Export the model again, or mend the file");
    }
}
