package dev.athanor.spark.registry;

import dev.athanor.engine.AthanorException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a user names a model: {@code news} (its newest version), {@code news@3} or {@code news@champion}.
 *
 * @param name ASCII letters, digits, {@code _}, {@code -} and {@code .}, starting with a letter or digit
 * @param version a version from 1, or 0 when not given
 * @param alias an alias, or null when not given
 */
public record ModelRef(String name, int version, String alias) {
    private static final Pattern SYNTAX = Pattern.compile(
            "([A-Za-z0-9][A-Za-z0-9_.-]{0,127})(?:@(?:([1-9][0-9]{0,8})|([A-Za-z][A-Za-z0-9_-]{0,63})))?");

    /** @throws AthanorException when the text is not a model name */
    public static ModelRef parse(String text) {
        Matcher m = SYNTAX.matcher(text == null ? "" : text);
        if (!m.matches() || m.group(1).contains("..")) {
            throw new AthanorException(
                    "Cannot use '" + text + "' as a model name",
                    "a name is of the characters A-Z, a-z, 0-9, '_', '-' and '.', at most 128 of them, and starts with a letter or digit",
                    "Write NAME, NAME@VERSION or NAME@ALIAS, for example news@3 or news@champion");
        }
        return new ModelRef(m.group(1), m.group(2) == null ? 0 : Integer.parseInt(m.group(2)), m.group(3));
    }

    /**
     * The name that a new model is registered under: without version and alias.
     *
     * @throws AthanorException when the text is not such a name
     */
    public static String plainName(String text) {
        ModelRef ref = parse(text);
        if (ref.version() > 0 || ref.alias() != null) {
            throw new AthanorException(
                    "Cannot register a model as '" + text + "'",
                    "versions are given by the registry",
                    "Use the name alone, '" + ref.name() + "'");
        }
        return ref.name();
    }

    @Override
    public String toString() {
        return name + (version > 0 ? "@" + version : alias != null ? "@" + alias : "");
    }
}
