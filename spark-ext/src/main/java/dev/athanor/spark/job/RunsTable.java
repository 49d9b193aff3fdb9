package dev.athanor.spark.job;

import dev.athanor.spark.platform.PlatformTable;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The {@code runs} and {@code run_metrics} tables. Thread-safe.
 *
 * <p>{@code runs} has one row per run in a partition of its own: replacing it touches no other file, needs no MERGE, and
 * cannot conflict with the rows of other runs.
 */
final class RunsTable {
    private static final StructType ERROR = new StructType()
            .add("problem", DataTypes.StringType)
            .add("reason", DataTypes.StringType)
            .add("remedy", DataTypes.StringType);
    static final StructType RUNS = new StructType()
            .add("run_id", DataTypes.StringType)
            .add("job", DataTypes.StringType)
            .add("status", DataTypes.StringType)
            .add("phase", DataTypes.StringType)
            .add("params", DataTypes.StringType)
            .add("report", DataTypes.StringType)
            .add("error", ERROR)
            .add("started_at", DataTypes.TimestampType)
            .add("updated_at", DataTypes.TimestampType)
            .add("ended_at", DataTypes.TimestampType)
            .add("attempts", DataTypes.IntegerType)
            .add("host", DataTypes.StringType)
            .add("pid", DataTypes.LongType)
            .add("code_version", DataTypes.StringType);
    static final StructType METRICS = new StructType()
            .add("run_id", DataTypes.StringType)
            .add("step", DataTypes.LongType)
            .add("name", DataTypes.StringType)
            .add("value", DataTypes.DoubleType)
            .add("at", DataTypes.TimestampType);

    private final PlatformTable runs;
    private final PlatformTable metrics;

    RunsTable(SparkSession spark) {
        runs = new PlatformTable(spark, "runs", RUNS, List.of("run_id"));
        metrics = new PlatformTable(spark, "run_metrics", METRICS, List.of());
    }

    Optional<Run> find(String runId) throws IOException {
        return runs(all -> all.where(functions.col("run_id").equalTo(runId))).stream()
                .findFirst();
    }

    /** Newest first. */
    List<Run> newest(int limit, String job, RunStatus status) throws IOException {
        Column wanted = functions.lit(true);
        if (job != null) {
            wanted = wanted.and(functions.col("job").equalTo(job));
        }
        if (status != null) {
            wanted = wanted.and(functions.col("status").equalTo(status.text()));
        }
        Column condition = wanted;
        return runs(all -> all.where(condition)
                .orderBy(functions.col("started_at").desc(), functions.col("run_id"))
                .limit(limit));
    }

    /** Each metric's values by name and step; of a step measured twice, the later. */
    List<Row> metrics(String runId) throws IOException {
        return metrics.rows(
                all -> all.where(functions.col("run_id").equalTo(runId)).orderBy("name", "step", "at"));
    }

    /**
     * Writes a run's row, unless a write of this run with the same or a greater number is there.
     *
     * @return whether it was written
     */
    boolean put(Run run, long number) throws IOException {
        return runs.writeOnce(
                "run:" + run.runId(), number, "run_id = '" + run.runId().replace("'", "''") + "'", List.of(row(run)));
    }

    void append(List<Row> measurements) {
        metrics.append(measurements);
    }

    static Row measurement(String runId, long step, Map.Entry<String, Double> metric, Instant at) {
        return RowFactory.create(runId, step, metric.getKey(), metric.getValue(), at);
    }

    private static Row row(Run run) {
        Run.Failure error = run.error();
        return RowFactory.create(
                run.runId(),
                run.job(),
                run.status().text(),
                run.phase(),
                run.params(),
                run.report(),
                error == null ? null : RowFactory.create(error.problem(), error.reason(), error.remedy()),
                run.startedAt(),
                run.updatedAt(),
                run.endedAt(),
                run.attempts(),
                run.host(),
                run.pid(),
                run.codeVersion());
    }

    private List<Run> runs(UnaryOperator<Dataset<Row>> query) throws IOException {
        Column[] columns =
                List.of(RUNS.fieldNames()).stream().map(functions::col).toArray(Column[]::new);
        return runs.rows(all -> query.apply(all).select(columns)).stream()
                .map(RunsTable::run)
                .toList();
    }

    private static Run run(Row row) {
        Row error = row.getStruct(6);
        return new Run(
                row.getString(0),
                row.getString(1),
                RunStatus.of(row.getString(2)),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                error == null ? null : new Run.Failure(error.getString(0), error.getString(1), error.getString(2)),
                row.getInstant(7),
                row.getInstant(8),
                row.getInstant(9),
                row.getInt(10),
                row.getString(11),
                row.getLong(12),
                row.getString(13));
    }
}
