package dev.athanor.pipelines.input;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What the first texts of a column look like that was read as text: numbers as people write them in some places, or
 * characters that were lost because the file has another encoding.
 */
final class CellNotes {
    private static final char LOST = '\uFFFD';
    private static final int SHOWN = 40;
    /** Thousands apart or not, a comma or a point before the fraction, a sign of a currency or of a share. */
    private static final Pattern WRITTEN = Pattern.compile(
            "[+-]?\\p{Sc}?\\s*[+-]?(\\d+|\\d{1,3}([.,'’\u00A0\u202F]\\d{3})+)([.,]\\d+)?[\\s\u00A0\u202F]*[%‰\\p{Sc}]?");

    private final String column;
    private long cells;
    private long written;
    private String firstWritten;
    private String firstLost;

    CellNotes(String column) {
        this.column = column;
    }

    /** @param number whether it is a number as Spark reads it */
    void add(String cell, boolean number) {
        cells++;
        if (number || WRITTEN.matcher(cell.strip()).matches()) {
            written++;
            firstWritten = number || firstWritten != null ? firstWritten : cell.strip();
        }
        if (firstLost == null && cell.indexOf(LOST) >= 0) {
            firstLost = cell.strip();
        }
    }

    /** One sentence for each thing to know. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (firstWritten != null && written * 10 >= cells * 9) {
            notes.add(String.format(
                    Locale.ROOT,
                    "column %s is read as text, because its cells are numbers with %s, as in '%s'; write them as 1234.5, or"
                            + " make a column of numbers of them in a view",
                    column,
                    sign(firstWritten),
                    shown(firstWritten)));
        }
        if (firstLost != null) {
            notes.add(String.format(
                    Locale.ROOT,
                    "column %s has characters that are not UTF-8, as in '%s'; name the encoding of the file, as with --option"
                            + " encoding=ISO-8859-1",
                    column,
                    shown(firstLost)));
        }
        return notes;
    }

    private static String sign(String cell) {
        char last = cell.charAt(cell.length() - 1);
        if (last == '%' || last == '‰') {
            return "a percent sign";
        }
        return cell.chars().anyMatch(c -> Character.getType(c) == Character.CURRENCY_SYMBOL)
                ? "a currency sign"
                : cell.indexOf(',') >= 0 ? "a comma" : "separated thousands";
    }

    private static String shown(String cell) {
        String line = cell.lines().findFirst().orElse("");
        return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
    }
}
