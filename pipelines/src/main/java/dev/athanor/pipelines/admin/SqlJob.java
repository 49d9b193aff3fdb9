package dev.athanor.pipelines.admin;

import dev.athanor.pipelines.admin.SqlReport.Result;
import dev.athanor.pipelines.admin.SqlReport.ResultColumn;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.platform.Failures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;

/** Runs SQL statements in a session with Delta and Athanor on. */
public final class SqlJob extends AdminJob<SqlParams, SqlReport> {
    /** Found by {@link java.util.ServiceLoader}. */
    public SqlJob() {
        super(
                "sql",
                null,
                "Runs SQL statements in a session with Delta and Athanor on, and prints what they give.",
                SqlParams.class,
                SqlReport.class,
                false);
    }

    @Override
    public SqlReport run(SqlParams params, JobContext context) throws IOException {
        List<Result> results = new ArrayList<>();
        List<String> statements = SqlScript.statements(script(params));
        for (String statement : statements) {
            if (statements.size() > 1) {
                context.progress().phase("statement " + (results.size() + 1) + " of " + statements.size());
                context.progress().update(Double.NaN, shown(statement));
            }
            try {
                results.add(run(statement, params.maxRows(), context));
            } catch (Exception e) {
                // Spark throws its checked AnalysisException undeclared.
                String problem = "Cannot run \"" + shown(statement) + "\"";
                if (statements.size() == 1) {
                    throw Failures.of(problem, e);
                }
                problem += ", statement " + (results.size() + 1) + " of " + statements.size();
                throw new StoppedScript(problem, Failures.of(problem, e), new SqlReport(results));
            }
        }
        return new SqlReport(results);
    }

    private static String shown(String statement) {
        String start = statement.length() > 80 ? statement.substring(0, 79) + "…" : statement;
        return start.replaceAll("\\s+", " ");
    }

    private static String script(SqlParams params) throws IOException {
        if (params.text() != null) {
            return params.text();
        }
        if (params.file().equals("-")) {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        }
        return Files.readString(Path.of(params.file()));
    }

    private static Result run(String statement, int maxRows, JobContext context) {
        long start = System.nanoTime();
        Dataset<Row> data = context.spark().sql(statement);
        List<String> names = SqlValues.distinct(data.columns());
        List<Row> rows = maxRows <= 0 || names.isEmpty()
                ? data.collectAsList()
                : data.limit(maxRows + 1).collectAsList();
        boolean truncated = maxRows > 0 && rows.size() > maxRows;
        List<Map<String, Object>> values = rows.stream()
                .limit(truncated ? maxRows : rows.size())
                .map(row -> SqlValues.row(row, names))
                .toList();
        StructField[] fields = data.schema().fields();
        // By place: names may come twice.
        List<ResultColumn> columns = IntStream.range(0, fields.length)
                .mapToObj(
                        i -> new ResultColumn(names.get(i), fields[i].dataType().sql()))
                .toList();
        return new Result(statement, columns, values, truncated, (System.nanoTime() - start) / 1e9);
    }
}
