package dev.athanor.spark.bench;

import dev.athanor.engine.bench.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** A Spark session on two cores with a new warehouse, and a folder for tables that a later run may use again. */
record BenchSession(SparkSession spark, Path folder) implements AutoCloseable {

    static BenchSession open() throws IOException {
        Path folder = Files.createDirectories(Checkout.root().resolve("spark-ext/target/bench"));
        SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .appName("benchmark")
                .config("spark.plugins", "dev.athanor.spark.plugin.AthanorPlugin")
                .config(
                        "spark.athanor.warehouse",
                        Files.createTempDirectory(folder, "warehouse").toString())
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "4")
                .getOrCreate();
        return new BenchSession(spark, folder);
    }

    Measure measure(String query) throws Exception {
        return Measure.of(() -> spark.sql(query).collectAsList());
    }

    @Override
    public void close() {
        spark.stop();
    }
}
