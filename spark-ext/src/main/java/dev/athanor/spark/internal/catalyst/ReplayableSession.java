package dev.athanor.spark.internal.catalyst;

import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.classic.RuntimeConfig;

/**
 * Sessions in which files and generated rows are cut into the same partitions on any number of cores: the order of a
 * table's rows, and sums taken over its partitions, then depend on the table alone.
 *
 * <p>Spark cuts small tables into as many partitions as there are cores, and orders the parts by their size. What joins,
 * aggregations and sorts shuffle is still cut as the session says.
 */
public final class ReplayableSession {
    /** Parts that a table is cut into at least, when it is large enough: work for as many cores. */
    private static final String PARTITIONS = "32";

    private ReplayableSession() {}

    /** A copy of a session, its views and settings, that reads so; what the user has set for it stays. */
    public static SparkSession of(SparkSession session) {
        org.apache.spark.sql.classic.SparkSession copy =
                ((org.apache.spark.sql.classic.SparkSession) session).cloneSession();
        RuntimeConfig conf = copy.conf();
        for (String key : new String[] {"spark.sql.files.minPartitionNum", "spark.sql.leafNodeDefaultParallelism"}) {
            if (conf.getOption(key).isEmpty()) {
                conf.set(key, PARTITIONS);
            }
        }
        return copy;
    }
}
