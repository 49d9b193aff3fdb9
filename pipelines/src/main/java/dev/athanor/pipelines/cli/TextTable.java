package dev.athanor.pipelines.cli;

import java.util.ArrayList;
import java.util.List;

/** Columns aligned for a terminal: texts to the left, numbers to the right. */
public final class TextTable {
    private final List<String> header;
    private final int widest;
    private final List<List<String>> rows = new ArrayList<>();

    /** @param widest characters of a cell that are shown */
    public TextTable(List<String> header, int widest) {
        this.header = List.copyOf(header);
        this.widest = widest;
    }

    /** @param cells one per column; null is shown as an empty cell */
    public void add(List<String> cells) {
        List<String> shown = new ArrayList<>();
        for (String cell : cells) {
            shown.add(cell == null ? "" : clip(cell));
        }
        rows.add(shown);
    }

    private String clip(String cell) {
        String line = cell.replace("\r", "").replace('\n', ' ').replace('\t', ' ');
        int points = line.codePointCount(0, line.length());
        return points <= widest ? line : line.substring(0, line.offsetByCodePoints(0, widest - 1)) + "…";
    }

    /** The header, a rule and the rows. */
    public List<String> lines() {
        int columns = header.size();
        int[] widths = new int[columns];
        boolean[] numbers = new boolean[columns];
        for (int c = 0; c < columns; c++) {
            widths[c] = width(header.get(c));
            numbers[c] = !rows.isEmpty();
            for (List<String> row : rows) {
                widths[c] = Math.max(widths[c], width(row.get(c)));
                numbers[c] &=
                        row.get(c).isEmpty() || row.get(c).matches("-?[0-9][0-9,_]*(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
            }
        }
        List<String> out = new ArrayList<>();
        out.add(line(header, widths, numbers));
        List<String> rule = new ArrayList<>();
        for (int width : widths) {
            rule.add("─".repeat(width));
        }
        out.add(line(rule, widths, numbers));
        rows.forEach(row -> out.add(line(row, widths, numbers)));
        return out;
    }

    private static String line(List<String> cells, int[] widths, boolean[] numbers) {
        StringBuilder out = new StringBuilder();
        for (int c = 0; c < widths.length; c++) {
            String pad = " ".repeat(widths[c] - width(cells.get(c)));
            out.append(c == 0 ? "" : "  ").append(numbers[c] ? pad + cells.get(c) : cells.get(c) + pad);
        }
        return out.toString().stripTrailing();
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
