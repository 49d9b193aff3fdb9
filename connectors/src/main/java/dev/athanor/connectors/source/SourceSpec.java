package dev.athanor.connectors.source;

import dev.athanor.engine.AthanorException;
import java.util.List;
import java.util.Map;

/**
 * Which rows to read: a file, folder or glob, or a table of the session's catalog.
 *
 * @param input path as the user wrote it, on any Hadoop file system, or null
 * @param table table or view name, or null; exactly one of {@code input} and {@code table} is given
 * @param format one of {@link SourceFormat#names()}, or null to tell it from the name and the content
 * @param options settings of the reader, such as {@code sep=;} or {@code versionAsOf=3}
 * @param columns names for the columns of a CSV file that has no header line; empty for none
 */
public record SourceSpec(String input, String table, String format, Map<String, String> options, List<String> columns) {

    /** @throws AthanorException unless exactly one of {@code input} and {@code table} is given */
    public SourceSpec {
        input = blankToNull(input);
        table = blankToNull(table);
        format = blankToNull(format);
        options = options == null ? Map.of() : Map.copyOf(options);
        columns = columns == null ? List.of() : List.copyOf(columns);
        requireOne(input, table);
    }

    /** @throws AthanorException unless exactly one of the two is given: neither null nor blank */
    public static void requireOne(String input, String table) {
        if (blankToNull(input) == null && blankToNull(table) == null) {
            throw new AthanorException(
                    "Cannot read rows",
                    "neither --input nor --table is given",
                    "Give --input FILE_OR_FOLDER, or --table NAME");
        }
        if (blankToNull(input) != null && blankToNull(table) != null) {
            throw new AthanorException(
                    "Cannot read rows",
                    "both --input " + input + " and --table " + table + " are given",
                    "Leave one of them out");
        }
    }

    /** A file or folder whose format is told from its name and content. */
    public static SourceSpec input(String path) {
        return new SourceSpec(path, null, null, Map.of(), List.of());
    }

    /** A table of the session's catalog. */
    public static SourceSpec table(String name) {
        return new SourceSpec(null, name, null, Map.of(), List.of());
    }

    /** The path or table name, as the user wrote it. */
    public String name() {
        return input != null ? input : table;
    }

    private static String blankToNull(String text) {
        return text == null || text.isBlank() ? null : text;
    }
}
