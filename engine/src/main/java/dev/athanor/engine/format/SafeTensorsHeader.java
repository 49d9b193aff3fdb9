package dev.athanor.engine.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Parses and checks the JSON header of a safetensors file. */
final class SafeTensorsHeader {
    static final String METADATA = "__metadata__";
    static final String REMEDY = "The file is damaged or not a safetensors file: write or copy it again";

    private static final int DIMENSIONS_LIMIT = 16;
    private static final Map<String, TensorEncoding> ENCODINGS = encodings();
    static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxStringLength(SafeTensors.HEADER_LIMIT)
                    .build())
            .build();

    private final String location;

    /** Types by the names that the format gives them. */
    private static Map<String, TensorEncoding> encodings() {
        Map<String, TensorEncoding> encodings = new TreeMap<>();
        for (TensorEncoding encoding : TensorEncoding.values()) {
            if (encoding.blockElements() == 1) {
                encodings.put(encoding.name(), encoding);
            }
        }
        return encodings;
    }

    SafeTensorsHeader(String location) {
        this.location = location;
    }

    /**
     * One tensor of the file.
     *
     * @param begin first byte, from the end of the header
     * @param end byte after the last
     */
    @SuppressWarnings("ArrayRecordComponent") // read once and dropped
    record Entry(String name, TensorEncoding encoding, int[] shape, long begin, long end) {}

    /**
     * What a header says.
     *
     * @param entries tensors in the order of their data, which they fill without gap or overlap
     */
    record Contents(List<Entry> entries, Map<String, String> metadata) {}

    /** Bytes of the header, as the file's first eight claim, within what the file and the format have room for. */
    static int length(long claimed, long size, String location) {
        if (claimed < 0 || claimed > SafeTensors.HEADER_LIMIT) {
            throw damaged(
                    location,
                    "its header claims " + Long.toUnsignedString(claimed) + " bytes, the limit is "
                            + SafeTensors.HEADER_LIMIT);
        }
        if (claimed > size - Long.BYTES) {
            throw damaged(location, "its header claims " + claimed + " bytes, the file has " + size);
        }
        return (int) claimed;
    }

    /** @param dataSize bytes of the file after the header */
    Contents parse(byte[] header, long dataSize) throws IOException {
        if (header.length == 0 || header[0] != '{') {
            throw damaged("its header does not begin with {");
        }
        List<Entry> entries = new ArrayList<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        try (JsonParser json = JSON.createParser(header)) {
            expect(json.nextToken(), JsonToken.START_OBJECT, json);
            Set<String> names = new HashSet<>();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (!names.add(name)) {
                    throw damaged("its header names " + name + " twice");
                }
                json.nextToken();
                if (name.equals(METADATA)) {
                    metadata(json, metadata);
                } else {
                    entries.add(entry(name, json));
                }
            }
            expect(json.currentToken(), JsonToken.END_OBJECT, json);
            if (json.nextToken() != null) {
                throw damaged("its header goes on after the closing }");
            }
        } catch (JsonParseException e) {
            throw damaged(
                    e.getOriginalMessage().startsWith("Duplicate field")
                            ? "its header has a duplicate key: " + e.getOriginalMessage()
                            : "its header is not JSON: " + e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            throw damaged("its header is not acceptable JSON: " + e.getOriginalMessage());
        }
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long at = 0;
        for (Entry entry : entries) {
            if (entry.begin() != at) {
                throw damaged("tensor " + entry.name() + " begins at byte " + entry.begin() + " of the data, not at "
                        + at + (entry.begin() < at ? ": tensors overlap" : ": there is a gap"));
            }
            at = entry.end();
        }
        if (at != dataSize) {
            throw damaged("its tensors take " + at + " bytes, the file has " + dataSize + " after the header");
        }
        return new Contents(entries, metadata);
    }

    private void metadata(JsonParser json, Map<String, String> into) throws IOException {
        expect(json.currentToken(), JsonToken.START_OBJECT, json);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            expect(json.nextToken(), JsonToken.VALUE_STRING, json);
            into.put(key, json.getText());
        }
    }

    private Entry entry(String name, JsonParser json) throws IOException {
        expect(json.currentToken(), JsonToken.START_OBJECT, json);
        String dtype = null;
        long[] shape = null;
        long[] offsets = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "dtype" -> {
                    expect(json.currentToken(), JsonToken.VALUE_STRING, json);
                    dtype = json.getText();
                }
                case "shape" -> shape = longs(name, json);
                case "data_offsets" -> offsets = longs(name, json);
                default -> throw damaged("tensor " + name + " has an unknown field " + field);
            }
        }
        if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
            throw damaged("tensor " + name + " lacks a dtype, a shape or its two data_offsets");
        }
        TensorEncoding type = encoding(name, dtype);
        long elements = 1;
        int[] dimensions = new int[shape.length];
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] > Integer.MAX_VALUE - 8) {
                throw damaged("tensor " + name + " has a dimension of " + shape[i]);
            }
            dimensions[i] = (int) shape[i];
            elements = Math.multiplyHigh(elements, shape[i]) != 0 ? Long.MAX_VALUE : elements * shape[i];
            if (elements < 0 || elements > Integer.MAX_VALUE - 8) {
                throw damaged("tensor " + name + " of shape " + Arrays.toString(shape) + " has too many elements");
            }
        }
        if (offsets[0] > offsets[1] || offsets[1] - offsets[0] != type.bytes(elements)) {
            throw damaged("tensor " + name + " of shape " + Arrays.toString(shape) + " and type " + dtype + " takes "
                    + type.bytes(elements) + " bytes, its data_offsets are " + Arrays.toString(offsets));
        }
        return new Entry(name, type, dimensions, offsets[0], offsets[1]);
    }

    private long[] longs(String name, JsonParser json) throws IOException {
        expect(json.currentToken(), JsonToken.START_ARRAY, json);
        long[] values = new long[DIMENSIONS_LIMIT];
        int n = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, json);
            if (n == DIMENSIONS_LIMIT) {
                throw damaged("tensor " + name + " has more than " + DIMENSIONS_LIMIT + " dimensions");
            }
            if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER || json.getLongValue() < 0) {
                throw damaged("tensor " + name + " has a size or offset of " + json.getText());
            }
            values[n++] = json.getLongValue();
        }
        return Arrays.copyOf(values, n);
    }

    private TensorEncoding encoding(String name, String code) {
        TensorEncoding encoding = ENCODINGS.get(code);
        if (encoding == null) {
            throw new AthanorException(
                    MappedFile.problem(location),
                    "tensor " + name + " is of type " + code,
                    "Supported are " + String.join(", ", ENCODINGS.keySet()));
        }
        return encoding;
    }

    private void expect(JsonToken actual, JsonToken wanted, JsonParser json) {
        if (actual != wanted) {
            throw damaged("its header has " + actual + " where " + wanted + " is expected, at byte "
                    + json.currentTokenLocation().getByteOffset());
        }
    }

    private AthanorException damaged(String why) {
        return damaged(location, why);
    }

    static AthanorException damaged(String location, String why) {
        return new AthanorException(MappedFile.problem(location), why, REMEDY);
    }
}
