package dev.athanor.engine.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON values as maps, lists, strings, numbers and booleans, and not more of them than allowed. */
final class JsonTree {
    private static final int VALUES_LIMIT = 1_000_000;

    private final JsonParser json;
    private final TokenizerSource source;
    private int values;

    JsonTree(JsonParser json, TokenizerSource source) {
        this.json = json;
        this.source = source;
    }

    /** The value at the parser's current token. */
    Object read() throws IOException {
        if (++values > VALUES_LIMIT) {
            throw source.damaged("it has more than " + VALUES_LIMIT + " values outside the model's vocabulary");
        }
        JsonToken token = json.currentToken();
        if (token == null) {
            throw source.damaged("it ends too early");
        }
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> json.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw source.damaged("it has " + token + " where a value is expected");
        };
    }

    private Map<String, Object> object() throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            fields.put(name, read());
        }
        return fields;
    }

    private List<Object> array() throws IOException {
        List<Object> items = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            items.add(read());
        }
        return items;
    }
}
