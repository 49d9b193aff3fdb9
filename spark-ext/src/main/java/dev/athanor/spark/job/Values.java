package dev.athanor.spark.job;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Turns what a command line, SQL or JSON hands over into the type that a parameter has. */
final class Values {
    private static final Set<String> TRUE = Set.of("true", "yes", "1", "on");
    private static final Set<String> FALSE = Set.of("false", "no", "0", "off");

    private Values() {}

    /** @throws IllegalArgumentException when the value does not fit the type */
    static Object convert(Object value, ParamType type) {
        return switch (type) {
            case STRING -> text(value);
            case INT -> number(value).intValueExact();
            case LONG -> number(value).longValueExact();
            case DOUBLE -> decimal(value);
            case BOOLEAN -> truth(value);
            case STRING_LIST -> list(value);
            case STRING_MAP -> map(value);
        };
    }

    private static String text(Object value) {
        if (value instanceof Iterable || value instanceof Map || value instanceof Object[]) {
            throw new IllegalArgumentException("not one text");
        }
        return value.toString();
    }

    private static BigDecimal number(Object value) {
        try {
            return new BigDecimal(text(value).strip().replace("_", ""));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number", e);
        }
    }

    private static double decimal(Object value) {
        double d;
        try {
            d = value instanceof Number n
                    ? n.doubleValue()
                    : Double.parseDouble(text(value).strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number", e);
        }
        if (!Double.isFinite(d)) {
            throw new IllegalArgumentException("not a finite number");
        }
        return d;
    }

    private static boolean truth(Object value) {
        if (value instanceof Boolean b) {
            return b;
        }
        String text = text(value).strip().toLowerCase(Locale.ROOT);
        if (TRUE.contains(text)) {
            return true;
        }
        if (FALSE.contains(text)) {
            return false;
        }
        throw new IllegalArgumentException("neither true nor false");
    }

    private static List<String> list(Object value) {
        List<String> out = new ArrayList<>();
        if (value instanceof Iterable<?> items) {
            items.forEach(item -> out.add(item(item)));
        } else if (value instanceof Object[] items) {
            Arrays.asList(items).forEach(item -> out.add(item(item)));
        } else {
            for (String item : text(value).split(",", -1)) {
                out.add(item.strip());
            }
        }
        if (out.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("an item is empty");
        }
        return List.copyOf(out);
    }

    private static String item(Object item) {
        if (item == null) {
            throw new IllegalArgumentException("an item is null");
        }
        return text(item).strip();
    }

    private static Map<String, String> map(Object value) {
        Map<String, String> out = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> entries) {
            entries.forEach((k, v) -> out.put(item(k), item(v)));
        } else if (value instanceof Iterable<?> items) {
            items.forEach(item -> addPair(item(item), out));
        } else {
            addPair(text(value), out);
        }
        return Collections.unmodifiableMap(out);
    }

    private static void addPair(String pair, Map<String, String> out) {
        int at = pair.indexOf('=');
        if (at < 1) {
            throw new IllegalArgumentException("not of the form key=value");
        }
        out.put(pair.substring(0, at).strip(), pair.substring(at + 1));
    }
}
