package dev.athanor.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Base of the {@code *SparkTest} classes: one {@code local[2]} session per JVM, switched on as a user does it, with the
 * plugin alone.
 *
 * <p>Tests share the session and its temporary warehouse, so each uses tables and models with names of its own. Never
 * stop the session; the JVM's end does.
 */
public abstract class SparkTestSession {
    private static SparkSession session;
    private static Path warehouse;

    /** The session, started at the first call. */
    protected static synchronized SparkSession spark() {
        if (session == null) {
            session = SparkSession.builder()
                    .master("local[2]")
                    .appName("athanor tests")
                    .config("spark.plugins", "dev.athanor.spark.plugin.AthanorPlugin")
                    .config("spark.athanor.warehouse", warehouse().toString())
                    .config("spark.ui.enabled", "false")
                    .getOrCreate();
        }
        return session;
    }

    /** The folder of the warehouse. */
    protected static synchronized Path warehouse() {
        if (warehouse == null) {
            try {
                // Under target, not /tmp: a failed run can be looked at, and the next one may clean up.
                Path target = Files.createDirectories(Path.of("target"));
                warehouse = Files.createTempDirectory(target, "test-warehouse-").toAbsolutePath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return warehouse;
    }

    /** All rows that a statement gives. */
    protected static List<Row> sql(String statement) {
        return spark().sql(statement).collectAsList();
    }
}
