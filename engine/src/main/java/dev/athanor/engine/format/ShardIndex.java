package dev.athanor.engine.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The index of a model's shards: which tensor lies in which file of the same folder.
 *
 * @param location of the index, for messages
 * @param tensors names of tensors by shard
 */
record ShardIndex(String location, Map<String, Set<String>> tensors) {
    private static final long BYTES_LIMIT = 64L << 20;
    private static final int SHARDS_LIMIT = 4096;
    private static final String SUFFIX = ".safetensors";

    static ShardIndex read(Path file) {
        ShardIndex index = new ShardIndex(file.toString(), new LinkedHashMap<>());
        try {
            long size = Files.size(file);
            if (size > BYTES_LIMIT) {
                throw index.damaged("it has " + size + " bytes, the limit is " + BYTES_LIMIT);
            }
            try (JsonParser json = SafeTensorsHeader.JSON.createParser(Files.readAllBytes(file))) {
                index.parse(json);
            } catch (JsonProcessingException e) {
                throw index.damaged("it is not acceptable JSON: " + e.getOriginalMessage());
            }
        } catch (IOException e) {
            throw new AthanorException(MappedFile.problem(file), "the index cannot be read: " + e, "Check the file", e);
        }
        return index;
    }

    private void parse(JsonParser json) throws IOException {
        expect(json.nextToken(), JsonToken.START_OBJECT);
        boolean found = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            if (field.equals("weight_map")) {
                expect(json.currentToken(), JsonToken.START_OBJECT);
                found = true;
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String tensor = json.currentName();
                    expect(json.nextToken(), JsonToken.VALUE_STRING);
                    put(tensor, json.getText());
                }
            } else {
                json.skipChildren();
            }
        }
        if (!found || json.nextToken() != null) {
            throw damaged(found ? "it goes on after the closing }" : "it has no weight_map");
        }
    }

    private void put(String tensor, String shard) {
        if (!shard.endsWith(SUFFIX) || shard.chars().anyMatch(c -> c == '/' || c == '\\' || c < ' ')) {
            throw damaged(
                    "it puts " + tensor + " into '" + shard + "', which is not a plain name of a " + SUFFIX + " file");
        }
        tensors.computeIfAbsent(shard, s -> new HashSet<>()).add(tensor);
        if (tensors.size() > SHARDS_LIMIT) {
            throw damaged("it names more than " + SHARDS_LIMIT + " shards");
        }
    }

    Set<String> shards() {
        return tensors.keySet();
    }

    /** Refuses a shard whose tensors are not those that the index puts there. */
    void check(String shard, List<String> names) {
        Set<String> missing = new HashSet<>(tensors.get(shard));
        for (String name : names) {
            if (!missing.remove(name)) {
                throw damaged("shard " + shard + " has the tensor " + name + ", which the index does not put there");
            }
        }
        if (!missing.isEmpty()) {
            throw damaged("it puts the tensor "
                    + missing.stream().sorted().findFirst().orElseThrow() + " into " + shard + ", which lacks it");
        }
    }

    private void expect(JsonToken actual, JsonToken wanted) {
        if (actual != wanted) {
            throw damaged("it has " + actual + " where " + wanted + " is expected");
        }
    }

    AthanorException damaged(String why) {
        return new AthanorException(
                MappedFile.problem(location), why, "The model is damaged or incomplete: copy its folder again");
    }
}
