package dev.athanor.connectors.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** The one Spark session of this module's tests. */
final class LocalSession {
    private static final SparkSession SPARK = start();

    private LocalSession() {}

    static SparkSession spark() {
        return SPARK;
    }

    private static SparkSession start() {
        try {
            Path warehouse = Files.createTempDirectory("athanor-connectors");
            return SparkSession.builder()
                    .master("local[2]")
                    .appName("connectors")
                    .config("spark.ui.enabled", "false")
                    .config("spark.sql.shuffle.partitions", "4")
                    .config("spark.databricks.delta.snapshotPartitions", "2")
                    .config("spark.sql.warehouse.dir", warehouse.toString())
                    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                    .getOrCreate();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
