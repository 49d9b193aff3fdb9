package dev.athanor.engine.conf;

import dev.athanor.engine.AthanorException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * One configuration key: its name, what it is for, its unit, its default and what it allows.
 *
 * <pre>{@code
 * static final ConfKey<Long> MEMORY = ConfKey.bytes("spark.athanor.train.memory")
 *         .doc("Heap that encoded rows may take before they spill to local disk.")
 *         .atLeast(1L << 20, "1MiB")
 *         .defaultsTo("512MiB");
 * long bytes = MEMORY.read(settings::get);
 * }</pre>
 *
 * <p>Immutable. A value is checked when it is read; the error says the key, the value and what is allowed.
 *
 * @param <T> type of the value: String, Integer, Long (also bytes), Double, Boolean, Duration or an enum
 */
public final class ConfKey<T> {
    private final String name;
    private final String doc;
    private final String type;
    private final String unit;
    private final String defaultText;
    private final String defaultDoc;
    private final List<String> limits;
    private final Function<String, T> parser;
    private final T defaultValue;

    private ConfKey(Builder<T> builder, String defaultText, String defaultDoc) {
        this.name = builder.name;
        this.doc = Objects.requireNonNull(builder.doc, () -> "key " + builder.name + " has no doc");
        this.type = builder.type;
        this.unit = builder.unit;
        this.limits = List.copyOf(builder.limits);
        this.parser = builder.parser;
        this.defaultText = defaultText;
        this.defaultDoc = defaultDoc;
        this.defaultValue = defaultText == null ? null : parse(defaultText);
    }

    /** Free text. */
    public static Builder<String> string(String name) {
        return new Builder<>(name, "string", Function.identity());
    }

    /** A whole number of 32 bits. */
    public static Builder<Integer> integer(String name) {
        return new Builder<>(name, "integer", Integer::valueOf);
    }

    /** A finite decimal number. */
    public static Builder<Double> decimal(String name) {
        return new Builder<>(name, "double", ConfKey::finite);
    }

    /** {@code true} or {@code false}. */
    public static Builder<Boolean> bool(String name) {
        return new Builder<>(name, "boolean", ConfKey::trueOrFalse);
    }

    /** A size with its unit, such as {@code 64MiB}; the value is in bytes. */
    public static Builder<Long> bytes(String name) {
        return new Builder<>(name, "size, such as 64MiB", Units::bytes);
    }

    /** A time span with its unit, such as {@code 30s} or {@code 500ms}. */
    public static Builder<Duration> duration(String name) {
        return new Builder<>(name, "duration, such as 30s", Units::duration);
    }

    /** One of the constants of an enum, written in lower case with dashes. */
    public static <E extends Enum<E>> Builder<E> choice(String name, Class<E> type) {
        E[] constants = type.getEnumConstants();
        List<String> words =
                Arrays.stream(constants).map(ConfKey::word).sorted().toList();
        return new Builder<>(name, "one of " + String.join(", ", words), text -> {
            String wanted = text.toLowerCase(Locale.ROOT);
            return Arrays.stream(constants)
                    .filter(constant -> word(constant).equals(wanted))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("not a choice"));
        });
    }

    /** One of a few words. */
    public static Builder<String> choice(String name, String... words) {
        List<String> allowed = List.of(words);
        return new Builder<>(name, "one of " + String.join(", ", allowed), text -> {
            String wanted = text.toLowerCase(Locale.ROOT);
            if (!allowed.contains(wanted)) {
                throw new IllegalArgumentException("not a choice");
            }
            return wanted;
        });
    }

    public String name() {
        return name;
    }

    /** What it is for, in one or two sentences. */
    public String doc() {
        return doc;
    }

    /** What values look like: {@code integer}, {@code size, such as 64MiB}. */
    public String type() {
        return type;
    }

    /** Unit of the number, or empty. */
    public String unit() {
        return unit;
    }

    /** The default as a user would write it, or null when there is none. */
    public String defaultText() {
        return defaultText;
    }

    /** The default in words for the page: the text itself, or how it is found when the key is not set. */
    public String defaultDoc() {
        return defaultDoc;
    }

    /** The value of the default, or null when there is none. */
    public T defaultValue() {
        return defaultValue;
    }

    /** Type and limits in words: {@code integer, at least 1}. */
    public String allowed() {
        return limits.isEmpty() ? type : type + ", " + String.join(", ", limits);
    }

    /**
     * The value set, or the default.
     *
     * @param settings gives the text set for a name, or null
     * @return null only for a key without default that is not set
     * @throws AthanorException when the text set is not allowed
     */
    public T read(UnaryOperator<String> settings) {
        String text = settings.apply(name);
        return text == null ? defaultValue : parse(text);
    }

    /**
     * The value that a text stands for.
     *
     * @throws AthanorException when it is not allowed; the message says the key, the text and what is allowed
     */
    public T parse(String text) {
        try {
            return parser.apply(text.strip());
        } catch (AthanorException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new AthanorException(
                    "Cannot use '" + text + "' for " + name,
                    "allowed is: " + allowed(),
                    defaultText == null
                            ? "Give another value, or leave the key out"
                            : "Give another value, or leave the key out for the default, " + defaultText,
                    e);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    private static Double finite(String text) {
        double value = Double.parseDouble(text);
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("not finite");
        }
        return value;
    }

    private static Boolean trueOrFalse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("not a boolean");
        };
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Collects the parts of a key. Not for sharing. */
    public static final class Builder<T> {
        private final String name;
        private final String type;
        private Function<String, T> parser;
        private String doc;
        private String unit = "";
        private final List<String> limits = new java.util.ArrayList<>();

        private Builder(String name, String type, Function<String, T> parser) {
            this.name = Objects.requireNonNull(name, "name");
            this.type = type;
            this.parser = parser;
        }

        /** What it is for, in one or two sentences. */
        public Builder<T> doc(String text) {
            this.doc = text;
            return this;
        }

        /** Unit of the number: {@code rows}, {@code bytes}. */
        public Builder<T> unit(String text) {
            this.unit = text;
            return this;
        }

        /** Allows only values for which the test holds, with the limit in words. */
        public Builder<T> check(Predicate<T> test, String limit) {
            Function<String, T> before = parser;
            this.parser = text -> {
                T value = before.apply(text);
                if (!test.test(value)) {
                    throw new IllegalArgumentException("not " + limit);
                }
                return value;
            };
            limits.add(limit);
            return this;
        }

        /** Allows only values from a smallest one on; {@code text} is how a user would write it. */
        public Builder<T> atLeast(Comparable<T> smallest, String text) {
            return check(value -> smallest.compareTo(value) <= 0, "at least " + text);
        }

        /** Allows only values up to a largest one; {@code text} is how a user would write it. */
        public Builder<T> atMost(Comparable<T> largest, String text) {
            return check(value -> largest.compareTo(value) >= 0, "at most " + text);
        }

        /** The finished key, with its default as a user would write it; the default is checked now. */
        public ConfKey<T> defaultsTo(String text) {
            return new ConfKey<>(this, text, text);
        }

        /** The finished key, without a default: {@code how} says what happens when it is not set. */
        public ConfKey<T> withoutDefault(String how) {
            return new ConfKey<>(this, null, how);
        }
    }
}
