package dev.athanor.spark.job;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.text.NearestName;
import dev.athanor.spark.platform.Failures;
import dev.athanor.spark.platform.Warehouse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Reads the runs of a warehouse. Thread-safe. */
public final class Runs {
    private final RunsTable table;
    private final Warehouse warehouse;

    private Runs(SparkSession spark) {
        table = new RunsTable(spark);
        warehouse = Warehouse.of(spark);
    }

    public static Runs of(SparkSession spark) {
        return new Runs(spark);
    }

    /**
     * Runs, newest first.
     *
     * @param limit how many at most
     * @param job only of this job, or null
     * @param status only in this state, or null
     */
    public List<Run> list(int limit, String job, RunStatus status) {
        try {
            return table.newest(limit, job, status);
        } catch (Exception e) {
            // Also the checked exceptions that Scala code throws undeclared.
            throw Failures.of("Cannot read the runs of " + warehouse.location(), e);
        }
    }

    /** @throws AthanorException when there is no such run, with the nearest id */
    public Run named(String runId) {
        try {
            Run found = table.find(runId).orElse(null);
            if (found == null) {
                List<String> ids =
                        table.newest(1000, null, null).stream().map(Run::runId).toList();
                throw new AthanorException(
                        "Cannot find run '" + runId + "'",
                        "there is no such run in " + warehouse.location(),
                        NearestName.of(runId, ids)
                                .map(near -> "Write '" + near + "' if you meant that")
                                .orElse("'athanor runs list' shows all"));
            }
            return found;
        } catch (IOException e) {
            throw Failures.of("Cannot read the runs of " + warehouse.location(), e);
        }
    }

    /** Whether a run whose row says {@code running} shows no sign of life any more. */
    public boolean dead(Run run) {
        try {
            return run.status() == RunStatus.RUNNING
                    && !JobRunner.alive(
                            run,
                            new Heartbeat(warehouse, JobRunner.directory(run.runId())).last(),
                            RunSettings.DEFAULT.stale());
        } catch (IOException e) {
            throw Failures.of("Cannot see whether run " + run.runId() + " is alive", e);
        }
    }

    /** A run's measurements: by name, value by step; of a step measured twice, the later. */
    public Map<String, NavigableMap<Long, Double>> metrics(String runId) {
        Map<String, NavigableMap<Long, Double>> out = new TreeMap<>();
        try {
            for (Row row : table.metrics(runId)) {
                out.computeIfAbsent(row.getString(2), n -> new TreeMap<>()).put(row.getLong(1), row.getDouble(3));
            }
        } catch (IOException e) {
            throw Failures.of("Cannot read the measurements of run " + runId, e);
        }
        return out;
    }
}
