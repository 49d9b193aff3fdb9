package dev.athanor.connectors.source;

import java.util.Map;
import org.apache.spark.sql.api.java.UDF1;

/**
 * How many cells a line of a CSV file must have. Spark fills a shorter line with nulls, cuts off a longer one, and tells of
 * it only in a column that is asked for, {@link #COLUMN}.
 *
 * <p>Separators at the end of a line, with nothing but blanks after them, make it no longer. Immutable.
 *
 * @param expected cells of a line
 * @param separator between cells
 * @param quote begins and ends a cell in which separators are text; empty when there is none
 * @param escape before a quote that is text
 */
public record CsvCells(int expected, String separator, String quote, String escape) implements UDF1<String, String> {
    /** In a schema that {@link Source#rows(org.apache.spark.sql.types.StructType)} takes: the line, if Spark finds it wrong. */
    public static final String COLUMN = "athanor_wrong_line";

    static CsvCells of(int expected, Map<String, String> options) {
        String separator = options.getOrDefault("sep", options.getOrDefault("delimiter", ","));
        return new CsvCells(
                expected,
                separator.replace("\\t", "\t"),
                options.getOrDefault("quote", "\""),
                options.getOrDefault("escape", "\""));
    }

    /** What is wrong with a line, or null when it has as many cells as it must or is null. */
    @Override
    public String call(String line) {
        int found = line == null || line.isBlank() ? expected : count(line);
        return found == expected
                ? null
                : "the line has " + found + (found == 1 ? " cell" : " cells") + " and the file " + expected
                        + " columns";
    }

    /** Cells of the line; of those that are too many, blank ones at the end do not count. */
    public int count(String line) {
        int cells = 1;
        int filled = 0;
        int at = 0;
        while (at < line.length()) {
            if (line.startsWith(separator, at)) {
                cells++;
                at += separator.length();
                continue;
            }
            if (!Character.isWhitespace(line.charAt(at))) {
                filled = cells;
            }
            at = opensHere(line, at) ? afterQuoted(line, at + quote.length()) : at + 1;
        }
        return cells <= expected ? cells : Math.max(expected, filled);
    }

    private boolean opensHere(String line, int at) {
        boolean start = at == 0 || line.startsWith(separator, at - separator.length());
        return start && !quote.isEmpty() && line.startsWith(quote, at);
    }

    private int afterQuoted(String line, int from) {
        int at = from;
        while (at < line.length()) {
            if (!escape.isEmpty() && line.startsWith(escape, at) && line.startsWith(quote, at + escape.length())) {
                at += escape.length() + quote.length();
            } else if (line.startsWith(quote, at)) {
                return at + quote.length();
            } else {
                at++;
            }
        }
        return at;
    }
}
