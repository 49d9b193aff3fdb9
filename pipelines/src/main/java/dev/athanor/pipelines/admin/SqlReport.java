package dev.athanor.pipelines.admin;

import dev.athanor.pipelines.cli.ReportText;
import dev.athanor.pipelines.cli.TextTable;
import dev.athanor.spark.job.JobJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What statements gave.
 *
 * @param statements in order
 */
public record SqlReport(List<Result> statements) implements ReportText {
    /**
     * One statement.
     *
     * @param sql its text
     * @param columns names and types of the result
     * @param rows values by column name
     * @param truncated whether there are more rows
     * @param seconds wall time
     */
    record Result(
            String sql,
            List<ResultColumn> columns,
            List<Map<String, Object>> rows,
            boolean truncated,
            double seconds) {}

    /** A result column; {@code type} as SQL writes it. */
    record ResultColumn(String name, String type) {}

    @Override
    public List<String> lines(int widest) {
        List<String> out = new ArrayList<>();
        for (Result result : statements) {
            if (!out.isEmpty()) {
                out.add("");
            }
            if (isText(result)) {
                cell(result.rows().get(0).values().iterator().next()).lines().forEach(out::add);
            } else if (!result.columns().isEmpty()) {
                TextTable table = new TextTable(
                        result.columns().stream().map(ResultColumn::name).toList(), widest);
                result.rows()
                        .forEach(row -> table.add(
                                row.values().stream().map(SqlReport::cell).toList()));
                out.addAll(table.lines());
            }
            int rows = result.rows().size();
            out.add(String.format(
                    Locale.ROOT,
                    "%s%d row%s, %.2f s",
                    result.truncated() ? "first " : "",
                    rows,
                    rows == 1 ? "" : "s",
                    result.seconds()));
        }
        return out;
    }

    /** Whether it is one text of several lines, such as a plan. */
    private static boolean isText(Result result) {
        return result.columns().size() == 1
                && result.rows().size() == 1
                && cell(result.rows().get(0).values().iterator().next()).strip().contains("\n");
    }

    private static String cell(Object value) {
        if (value == null) {
            return "NULL";
        }
        return value instanceof Map || value instanceof List ? JobJson.write(value) : value.toString();
    }
}
