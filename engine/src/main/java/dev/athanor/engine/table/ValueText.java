package dev.athanor.engine.table;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The text of a number that stands for a value of a SQL type, as the user would write the value: {@code 9}, {@code true},
 * {@code 2024-01-31}, {@code 2024-01-31T10:00:00Z}.
 */
public final class ValueText {
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ISO_LOCAL_DATE_TIME;
    private static final long MICROS = 1_000_000;

    private ValueText() {}

    /** @param sqlType the value's type as DDL; for types that are no numbers' the number itself is the text */
    public static String of(double value, String sqlType) {
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        return switch (kind(sqlType)) {
            case "boolean" -> value == 0 ? "false" : "true";
            case "date" -> LocalDate.ofEpochDay((long) value).toString();
            case "timestamp" -> LOCAL.format(time(value)) + "Z";
            case "timestamp_ntz" -> LOCAL.format(time(value));
            default ->
                value == Math.rint(value) && Math.abs(value) < 1e18
                        ? Long.toString((long) value)
                        : Double.toString(value);
        };
    }

    private static LocalDateTime time(double seconds) {
        long micros = Math.round(seconds * MICROS);
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, MICROS), (int) (Math.floorMod(micros, MICROS) * 1000), ZoneOffset.UTC);
    }

    /** The number whose text this is; NaN when it is none. */
    static double parse(String text, String sqlType) {
        try {
            return switch (kind(sqlType)) {
                case "boolean" -> text.equals("true") ? 1 : text.equals("false") ? 0 : Double.NaN;
                case "date" -> LocalDate.parse(text).toEpochDay();
                case "timestamp" -> seconds(Instant.parse(text));
                case "timestamp_ntz" -> seconds(LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
                default -> Double.parseDouble(text);
            };
        } catch (DateTimeException | NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static double seconds(Instant instant) {
        return (instant.getEpochSecond() * MICROS + instant.getNano() / 1000) / (double) MICROS;
    }

    /** Whether the type is a date or a timestamp. */
    public static boolean isTime(String sqlType) {
        String kind = kind(sqlType);
        return kind.equals("date") || kind.startsWith("timestamp");
    }

    private static String kind(String sqlType) {
        String type = sqlType.toLowerCase(Locale.ROOT).strip();
        return type.equals("timestamp_ltz") ? "timestamp" : type;
    }
}
