package dev.athanor.pipelines;

import dev.athanor.spark.SparkTestSession;
import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobRunner;
import dev.athanor.spark.job.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/** Base of the tests that run jobs as the command line does. */
public abstract class JobSparkTest extends SparkTestSession {
    private static final AtomicInteger RUNS = new AtomicInteger();

    /** Identity of the newest run of {@link #run}. */
    protected String runId;

    /** Runs a job with parameters given as name, value, name, value. */
    protected <P extends Record, R extends Record> R run(Job<P, R> job, Object... namesAndValues) {
        Map<String, Object> params = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            params.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        runId = job.name() + "-test-" + RUNS.incrementAndGet();
        return JobRunner.run(job, params, runId, spark(), Progress.NONE).report();
    }

    /** The row of a run: status, problem, reason, remedy. */
    protected Row runRow() {
        return platform("runs")
                .where("run_id = '" + runId + "'")
                .selectExpr("status", "error.problem", "error.reason", "error.remedy")
                .first();
    }

    /** A table of the platform, read from its folder. */
    protected static org.apache.spark.sql.Dataset<Row> platform(String table) {
        return spark().read().format("delta").load(warehouse() + "/athanor/" + table);
    }

    /** Directories of model packages, registered or not. */
    protected static List<String> packages() {
        Path folder = warehouse().resolve("athanor/packages");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(p -> p.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of {@code shared/data}, looked for from the module upwards, or null when it is absent. */
    protected static Path sharedData(String name) {
        for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            Path file = p.resolve("shared/data").resolve(name);
            if (Files.exists(file)) {
                return file;
            }
        }
        return null;
    }

    /** A view of rows that a small network learns easily: {@code x}, {@code y}, {@code colour} decide {@code kind}. */
    protected static String learnable(String name, long rows) {
        spark().range(0, rows, 1, 3)
                .selectExpr(
                        "id",
                        "sin(id * 12.9898) * 10 AS x",
                        "cos(id * 78.233) * 10 AS y",
                        "elt(1 + id % 3, 'red', 'green', 'blue') AS colour")
                .selectExpr(
                        "*",
                        "CASE WHEN colour = 'red' THEN 'stop' WHEN x + y > 0 THEN 'go' ELSE 'wait' END AS kind",
                        "3 * x - 2 * y + IF(colour = 'blue', 5, 0) AS amount")
                .createOrReplaceTempView(name);
        return name;
    }
}
