package dev.athanor.engine.format;

import dev.athanor.engine.AthanorException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a weight file says besides its tensors: values by key, asked for by type; immutable.
 *
 * <p>A value is a {@code String}, a {@code Boolean}, a {@code Long} (a {@code BigInteger} beyond its range), a
 * {@code Double}, or a list: {@code List<String>}, {@code long[]}, {@code float[]}, {@code double[]}, or a
 * {@code List<Object>} of any of these. A value of another type than the one asked for is an {@link AthanorException}
 * that names the key.
 */
public final class WeightMetadata {
    private final String location;
    private final Map<String, Object> values;

    WeightMetadata(String location, Map<String, ?> values) {
        this.location = location;
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The file or folder it comes from, for messages. */
    public String location() {
        return location;
    }

    /** The keys, in the order of the file. */
    public Set<String> keys() {
        return values.keySet();
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** The text at a key, or {@code absent} where there is none. */
    public String text(String key, String absent) {
        Object value = values.get(key);
        return value == null ? absent : cast(key, value, String.class, "a text");
    }

    /** The whole number at a key, or {@code absent} where there is none. */
    public long integer(String key, long absent) {
        Object value = values.get(key);
        return value == null ? absent : cast(key, value, Long.class, "a whole number of 64 bits");
    }

    /** The number at a key, or {@code absent} where there is none. */
    public double number(String key, double absent) {
        Object value = values.get(key);
        return value == null
                ? absent
                : cast(key, value, Number.class, "a number").doubleValue();
    }

    /** The truth value at a key, or {@code absent} where there is none. */
    public boolean flag(String key, boolean absent) {
        Object value = values.get(key);
        return value == null ? absent : cast(key, value, Boolean.class, "true or false");
    }

    /** The list of texts at a key, empty where there is none. */
    public List<String> texts(String key) {
        Object value = values.get(key);
        if (value == null) {
            return List.of();
        } else if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).toList();
        }
        throw wrong(key, value, "a list of texts");
    }

    /** A copy of the list of whole numbers at a key, empty where there is none. */
    public long[] integers(String key) {
        Object value = values.get(key);
        return value == null
                ? new long[0]
                : cast(key, value, long[].class, "a list of whole numbers").clone();
    }

    /** A copy of the list of numbers in single precision at a key, empty where there is none. */
    public float[] numbers(String key) {
        Object value = values.get(key);
        return value == null
                ? new float[0]
                : cast(key, value, float[].class, "a list of numbers").clone();
    }

    private <T> T cast(String key, Object value, Class<T> type, String wanted) {
        if (!type.isInstance(value)) {
            throw wrong(key, value, wanted);
        }
        return type.cast(value);
    }

    private AthanorException wrong(String key, Object value, String wanted) {
        return new AthanorException(
                "Cannot read the metadata of " + location,
                key + " is a " + value.getClass().getSimpleName() + ", not " + wanted,
                "The file is damaged or of another kind: export it again");
    }

    /** The values as they are; lists are not copies. */
    Map<String, Object> values() {
        return values;
    }
}
