package dev.athanor.spark.bench;

import dev.athanor.engine.bench.Result;
import dev.athanor.engine.bench.Result.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The table that the benchmarks end with. */
final class ResultTable {
    private static final String[] HEAD = {"work", "ours", "peer", "peer's name", "ratio", "bar", ""};

    private final List<Result> results = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    void add(Result result) {
        results.add(result);
    }

    /** Says why a part's peer in Python could not be measured. */
    void missing(String part, String reason) {
        missing.add("Python peer of " + part + " not measured: " + reason);
    }

    void fail(String part, String reason) {
        failures.add("FAILED " + part + ": " + reason);
    }

    /** Whether every part ran to its end. */
    boolean complete() {
        return failures.isEmpty();
    }

    String text() {
        List<String[]> lines = new ArrayList<>();
        lines.add(HEAD);
        results.forEach(result -> lines.add(cells(result)));
        int[] widths = new int[HEAD.length];
        for (String[] line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line[i].length());
            }
        }
        StringBuilder text = new StringBuilder(machine()).append('\n');
        for (String[] line : lines) {
            StringBuilder row = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                boolean left = i == 0 || i == 3 || i == widths.length - 1;
                row.append(("%" + (left ? "-" : "") + widths[i] + "s  ").formatted(line[i]));
            }
            text.append(row.toString().stripTrailing()).append('\n');
        }
        for (Result result : results) {
            if (result.note() != null) {
                text.append(result.work()).append(": ").append(result.note()).append('\n');
            }
        }
        missing.forEach(reason -> text.append(reason).append('\n'));
        failures.forEach(failure -> text.append(failure).append('\n'));
        return text.append(summary()).append('\n').toString();
    }

    private String summary() {
        return count(Verdict.HELD) + " held, " + count(Verdict.MISSED) + " missed, " + count(Verdict.NOT_MEASURED)
                + " not measured";
    }

    private long count(Verdict verdict) {
        return results.stream().filter(result -> result.verdict() == verdict).count();
    }

    private static String[] cells(Result result) {
        Result.Peer peer = result.peer();
        String theirs = peer == null ? "" : peer.value() == null ? "not measured" : number(peer.value());
        return new String[] {
            result.work(),
            number(result.ours()) + " " + result.unit(),
            theirs,
            peer == null ? "" : peer.name(),
            Double.isNaN(result.ratio()) ? "" : String.format(Locale.ROOT, "%.3f", result.ratio()),
            result.bar() == null ? "" : (result.bar().atLeast() ? ">= " : "<= ") + number(result.bar().value()),
            verdict(result.verdict())
        };
    }

    private static String verdict(Verdict verdict) {
        return switch (verdict) {
            case HELD -> "held";
            case MISSED -> "MISSED";
            case NOT_MEASURED -> "peer not measured";
            case NO_BAR -> "";
        };
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 1000 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }

    private static String machine() {
        String processor = "unknown processor";
        try {
            processor = Files.readAllLines(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> Arrays.asList(line.split(":", 2)).get(1).strip())
                    .findFirst()
                    .orElse(processor);
        } catch (IOException e) {
            // Not Linux: the processor keeps its name to itself.
        }
        return processor + ", " + Runtime.getRuntime().availableProcessors() + " cores, Java "
                + System.getProperty("java.version");
    }
}
