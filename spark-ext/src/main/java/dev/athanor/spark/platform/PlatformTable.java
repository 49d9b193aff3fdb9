package dev.athanor.spark.platform;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.internal.catalyst.session.SessionSettings;
import io.delta.exceptions.ConcurrentTransactionException;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A small Delta table that the platform keeps under the warehouse, read and written by path. Thread-safe; safe for many
 * processes.
 *
 * <p>It uses a session of its own, so that neither the user's settings, nor those of a view that names a model, nor
 * temporary views reach it, with code generation, adaptive execution and file statistics off: a write of a few rows then takes 0.1–0.3 s, not 0.5–1 s. A
 * shuffle is one task: Delta's default of 50 for each look at a table's log takes seconds on a small cluster.
 */
public final class PlatformTable {
    private static final int ATTEMPTS = 12;
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("spark.sql.shuffle.partitions", "1"),
            Map.entry("spark.sql.codegen.wholeStage", "false"),
            Map.entry("spark.sql.adaptive.enabled", "false"),
            Map.entry("spark.sql.ansi.enabled", "true"),
            Map.entry("spark.sql.session.timeZone", "UTC"),
            Map.entry("spark.sql.datetime.java8API.enabled", "true"),
            Map.entry("spark.sql.sources.partitionOverwriteMode", "static"),
            Map.entry("spark.databricks.delta.stats.collect", "false"),
            Map.entry("spark.databricks.delta.stats.skipping", "false"),
            Map.entry("spark.databricks.delta.snapshotPartitions", "1"));

    // One platform session per user session, for as long as that one lives.
    private static final Map<SparkSession, SparkSession> SESSIONS = new WeakHashMap<>();

    private final SparkSession spark;
    private final FileSystem files;
    private final Path path;
    private final StructType schema;
    private final String[] partitions;

    /**
     * @param spark a user's session
     * @param name of the table: {@code runs}
     * @param schema columns, used when the table is created
     * @param partitions partition columns
     */
    public PlatformTable(SparkSession spark, String name, StructType schema, List<String> partitions) {
        Warehouse warehouse = Warehouse.of(spark);
        this.spark = session(spark);
        this.path = warehouse.table(name);
        this.schema = schema;
        this.partitions = partitions.toArray(String[]::new);
        try {
            this.files = warehouse.fileSystem();
        } catch (IOException e) {
            throw Failures.of("Cannot open the table " + path, e);
        }
    }

    private static SparkSession session(SparkSession user) {
        synchronized (SESSIONS) {
            return SESSIONS.computeIfAbsent(user, u -> {
                SparkSession session = u.newSession();
                SETTINGS.forEach((key, value) -> session.conf().set(key, value));
                return session;
            });
        }
    }

    /** Whether a session is one that the platform writes its tables with, and no user's. */
    public static boolean isWriter(SparkSession session) {
        synchronized (SESSIONS) {
            return SESSIONS.containsValue(session);
        }
    }

    public String location() {
        return path.toString();
    }

    /** Version of the newest commit, or -1 when there is no table. */
    public long version() throws IOException {
        long newest = -1;
        try {
            for (FileStatus status : files.listStatus(log())) {
                String name = status.getPath().getName();
                if (name.matches("\\d{20}\\.json")) {
                    newest = Math.max(newest, Long.parseLong(name.substring(0, 20)));
                }
            }
        } catch (FileNotFoundException e) {
            return -1;
        }
        return newest;
    }

    /** The commit file of a version, or null when there is none. */
    public FileStatus commit(long version) throws IOException {
        try {
            return files.getFileStatus(commitPath(version));
        } catch (FileNotFoundException e) {
            return null;
        }
    }

    /** What a query gives of the rows; nothing when there is no table. A timestamp is an {@code Instant}. */
    public List<Row> rows(UnaryOperator<Dataset<Row>> query) throws IOException {
        if (version() < 0) {
            return List.of();
        }
        return SessionSettings.with(
                spark,
                () -> query.apply(spark.read().format("delta").load(location())).collectAsList());
    }

    /** Appends rows in one commit. */
    public void append(List<Row> rows) {
        write(rows, SaveMode.Append, Map.of());
    }

    /** Replaces, in one commit, the rows of the partition that {@code predicate} selects. */
    public void replace(String predicate, List<Row> rows) {
        write(rows, SaveMode.Overwrite, Map.of("replaceWhere", predicate));
    }

    /**
     * As {@link #append} or, with a predicate, {@link #replace}, but only if no commit of {@code key} has this number or
     * a greater one: of several writers that use one number at once, one wins.
     *
     * @param predicate selects the partition to replace, or null to append
     * @return whether this call's commit is in the table
     */
    public boolean writeOnce(String key, long number, String predicate, List<Row> rows) throws IOException {
        String token = key + "#" + number + "#"
                + Long.toHexString(ThreadLocalRandom.current().nextLong());
        long before = version();
        Map<String, String> options =
                new HashMap<>(Map.of("txnAppId", key, "txnVersion", Long.toString(number), "userMetadata", token));
        if (predicate != null) {
            options.put("replaceWhere", predicate);
        }
        try {
            write(rows, predicate == null ? SaveMode.Append : SaveMode.Overwrite, options);
        } catch (ConcurrentTransactionException e) {
            return false;
        }
        return committed(token, before + 1);
    }

    private boolean committed(String token, long from) throws IOException {
        long newest = version();
        for (long version = from; version <= newest; version++) {
            try (BufferedReader lines = new BufferedReader(
                    new InputStreamReader(files.open(commitPath(version)), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.contains("\"commitInfo\"") && line.contains(token)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private void write(List<Row> rows, SaveMode mode, Map<String, String> options) {
        SessionSettings.with(spark, () -> {
            writeHere(rows, mode, options);
            return null;
        });
    }

    private void writeHere(List<Row> rows, SaveMode mode, Map<String, String> options) {
        for (int attempt = 1; ; attempt++) {
            try {
                DataFrameWriter<Row> writer = spark.createDataFrame(rows, schema)
                        .coalesce(1)
                        .write()
                        .format("delta")
                        .mode(mode)
                        // A checkpoint costs seconds at the tenth commit; the log of a small table is read faster.
                        .option("delta.checkpointInterval", "100")
                        .options(options);
                if (partitions.length > 0) {
                    writer = writer.partitionBy(partitions);
                }
                writer.save(location());
                return;
            } catch (ConcurrentTransactionException e) {
                throw e;
            } catch (ConcurrentModificationException e) {
                // Another process created the table, or replaced another partition: nothing of ours is lost.
                if (attempt == ATTEMPTS) {
                    throw busy(e);
                }
                pause(attempt);
            } catch (Exception e) {
                // Also the checked exceptions that Scala code throws undeclared.
                throw Failures.of("Cannot write to the table " + location(), e);
            }
        }
    }

    private AthanorException busy(RuntimeException e) {
        return new AthanorException(
                "Cannot write to the table " + location(),
                "other processes changed it at each of " + ATTEMPTS + " attempts",
                "Try again when fewer of them write",
                e);
    }

    private static void pause(int attempt) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(20, 50L + 50L * attempt));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while writing");
        }
    }

    private Path log() {
        return new Path(path, "_delta_log");
    }

    private Path commitPath(long version) {
        return new Path(log(), String.format(Locale.ROOT, "%020d.json", version));
    }

    @Override
    public String toString() {
        return location() + " by " + Arrays.toString(partitions);
    }
}
