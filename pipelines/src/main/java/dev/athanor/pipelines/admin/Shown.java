package dev.athanor.pipelines.admin;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Values as a list shows them. */
final class Shown {
    private Shown() {}

    static String metrics(Map<String, Double> metrics) {
        return new TreeMap<>(metrics)
                .entrySet().stream()
                        .map(m -> m.getKey() + "=" + String.format(Locale.ROOT, "%.4g", m.getValue()))
                        .collect(Collectors.joining(" "));
    }

    static String time(Instant at) {
        return at == null ? null : at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
