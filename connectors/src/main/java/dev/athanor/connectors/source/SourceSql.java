package dev.athanor.connectors.source;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What stands after FROM in a query that reads what a source reads; of idx files, which no SQL reads, a text that says so. */
final class SourceSql {
    private SourceSql() {}

    /**
     * Files, with the options they were read with.
     *
     * @param columns names given for the columns of header-less files, or empty
     */
    static String files(SourceFormat format, SourcePath path, Map<String, String> options, List<String> columns) {
        if (format == SourceFormat.IMAGE) {
            return "(SELECT path, content, element_at(split(path, '/'), -2) AS label FROM "
                    + relation("binaryFile", path) + with(ImageReader.options(path)) + ")";
        }
        if (format == SourceFormat.TEXT) {
            return "(SELECT value AS " + TextReader.column(path) + " FROM " + relation("text", path)
                    + with(TextReader.options(path, options)) + ")";
        }
        if (format == SourceFormat.IDX) {
            return relation(format.id(), path) + with(options)
                    + " /* for people: no SQL reads idx files, only Athanor's jobs do, with --format idx */";
        }
        String names = columns.stream().map(SourceSql::ticked).collect(Collectors.joining(", ", " AS t(", ")"));
        return relation(format.id(), path) + with(options) + (columns.isEmpty() ? "" : names);
    }

    static String table(String table, Map<String, String> options) {
        return table + with(options);
    }

    private static String relation(String format, SourcePath path) {
        return format + "." + ticked(path.forSpark());
    }

    private static String with(Map<String, String> options) {
        return options.isEmpty()
                ? ""
                : new TreeMap<>(options)
                        .entrySet().stream()
                                .map(o -> literal(o.getKey()) + " = " + literal(o.getValue()))
                                .collect(Collectors.joining(", ", " WITH (", ")"));
    }

    private static String ticked(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    private static String literal(String text) {
        return "'"
                + text.replace("\\", "\\\\")
                        .replace("'", "\\'")
                        .replace("\t", "\\t")
                        .replace("\n", "\\n") + "'";
    }
}
