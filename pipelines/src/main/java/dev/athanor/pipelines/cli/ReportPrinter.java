package dev.athanor.pipelines.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.spark.job.JobJson;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A report for people: its plain fields as aligned pairs, its lists of records as tables. */
final class ReportPrinter {
    private static final int MOST_ROWS = 40;

    private ReportPrinter() {}

    /** @param widest characters of a table's cell that are shown */
    static List<String> lines(Record report, int widest) {
        if (report instanceof ReportText text) {
            return text.lines(widest);
        }
        List<String> out = new ArrayList<>();
        JsonNode tree = JobJson.toTree(report);
        List<Map.Entry<String, JsonNode>> tables = new ArrayList<>();
        List<Map.Entry<String, JsonNode>> pairs = new ArrayList<>();
        tree.properties().forEach(field -> (isTable(field.getValue()) ? tables : pairs).add(field));
        int width = pairs.stream().mapToInt(f -> f.getKey().length()).max().orElse(0);
        for (Map.Entry<String, JsonNode> pair : pairs) {
            if (!pair.getValue().isNull()) {
                String name = pair.getKey();
                out.add(name + " ".repeat(width - name.length()) + "  " + value(pair.getValue()));
            }
        }
        for (Map.Entry<String, JsonNode> table : tables) {
            if (!out.isEmpty()) {
                out.add("");
            }
            if (tree.size() > 1) {
                out.add(table.getKey());
            }
            out.addAll(table(table.getValue(), widest));
        }
        return out;
    }

    private static boolean isTable(JsonNode node) {
        return node.isArray() && (node.isEmpty() || node.get(0).isObject());
    }

    private static List<String> table(JsonNode rows, int widest) {
        if (rows.isEmpty()) {
            return List.of("(none)");
        }
        Set<String> columns = new LinkedHashSet<>();
        rows.forEach(row -> row.fieldNames().forEachRemaining(columns::add));
        TextTable table = new TextTable(List.copyOf(columns), widest);
        for (int i = 0; i < Math.min(rows.size(), MOST_ROWS); i++) {
            JsonNode row = rows.get(i);
            table.add(columns.stream().map(c -> value(row.path(c))).toList());
        }
        List<String> lines = new ArrayList<>(table.lines());
        if (rows.size() > MOST_ROWS) {
            lines.add("… and " + (rows.size() - MOST_ROWS) + " more; --json has all");
        }
        return lines;
    }

    static String value(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return "";
        }
        if (node.isFloatingPointNumber()) {
            return number(node.asDouble());
        }
        if (node.isValueNode()) {
            return node.asText();
        }
        List<String> parts = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(item -> parts.add(value(item)));
            return node.size() > 0 && node.get(0).isArray()
                    ? "[" + String.join("; ", parts) + "]"
                    : String.join(", ", parts);
        }
        node.properties().stream()
                .filter(field -> !field.getValue().isNull())
                .forEach(field -> parts.add(field.getKey() + "=" + value(field.getValue())));
        return String.join(", ", parts);
    }

    /** Five significant digits, without the noise of the rest. */
    static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return String.format(Locale.ROOT, "%.1f", value);
        }
        String text = String.format(Locale.ROOT, "%.5g", value);
        if (text.contains("e") || !text.contains(".")) {
            return text;
        }
        return text.replaceAll("0+$", "").replaceAll("\\.$", ".0");
    }
}
