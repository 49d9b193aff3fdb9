package dev.athanor.engine.conf;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and time spans with their unit in the text. */
final class Units {
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*([a-zA-Z]*)");

    // Spark reads "m" and "mb" as binary units, so do we; the decimal kB, MB, GB of disk vendors are not offered.
    private static final Map<String, Long> BYTES = Map.ofEntries(
            Map.entry("b", 1L),
            Map.entry("k", 1L << 10),
            Map.entry("kb", 1L << 10),
            Map.entry("kib", 1L << 10),
            Map.entry("m", 1L << 20),
            Map.entry("mb", 1L << 20),
            Map.entry("mib", 1L << 20),
            Map.entry("g", 1L << 30),
            Map.entry("gb", 1L << 30),
            Map.entry("gib", 1L << 30),
            Map.entry("t", 1L << 40),
            Map.entry("tb", 1L << 40),
            Map.entry("tib", 1L << 40));

    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "min", 60_000_000_000L,
            "h", 3_600_000_000_000L,
            "d", 86_400_000_000_000L);

    private Units() {}

    /** @throws IllegalArgumentException when the text is not a number with a unit of size, or overflows */
    static Long bytes(String text) {
        return scaled(text, BYTES);
    }

    /** @throws IllegalArgumentException when the text is not a number with a unit of time, or overflows */
    static Duration duration(String text) {
        return Duration.ofNanos(scaled(text, NANOS));
    }

    private static long scaled(String text, Map<String, Long> units) {
        Matcher m = NUMBER_AND_UNIT.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("not a number with a unit");
        }
        Long unit = units.get(m.group(2).toLowerCase(Locale.ROOT));
        BigDecimal number = new BigDecimal(m.group(1));
        if (unit == null) {
            // Zero is zero in any unit; any other bare number would leave the reader guessing.
            if (m.group(2).isEmpty() && number.signum() == 0) {
                return 0;
            }
            throw new IllegalArgumentException("no unit");
        }
        try {
            return number.multiply(BigDecimal.valueOf(unit)).toBigInteger().longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("too large", e);
        }
    }
}
