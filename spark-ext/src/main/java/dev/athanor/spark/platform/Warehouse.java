package dev.athanor.spark.platform;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.conf.AthanorConf;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The folder, on any Hadoop file system, that holds tables, models and runs. Thread-safe.
 *
 * <p>What the platform itself keeps lies under {@code athanor/}: Delta tables, {@code packages/} and, for runs in
 * progress, {@code _runs/}.
 */
public final class Warehouse {
    private static final String PLATFORM = "athanor";

    private final Path root;
    private final Configuration hadoop;

    private Warehouse(Path root, Configuration hadoop) {
        this.root = root;
        this.hadoop = hadoop;
    }

    /** The warehouse of a session: {@code spark.athanor.warehouse}. */
    public static Warehouse of(SparkSession spark) {
        String folder = AthanorConf.of(spark).get(AthanorConf.WAREHOUSE);
        return at(
                folder != null ? folder : spark.conf().get("spark.sql.warehouse.dir"),
                spark.sparkContext().hadoopConfiguration());
    }

    /** @throws AthanorException when the folder's file system cannot be reached */
    public static Warehouse at(String folder, Configuration hadoop) {
        try {
            Path path = new Path(folder);
            return new Warehouse(path.getFileSystem(hadoop).makeQualified(path), hadoop);
        } catch (IOException | IllegalArgumentException e) {
            throw new AthanorException(
                    "Cannot use the warehouse " + folder,
                    "its file system does not open: " + e.getMessage(),
                    "Set " + AthanorConf.WAREHOUSE.name() + " to a folder that this machine reaches",
                    e);
        }
    }

    /** Qualified path without a trailing slash: {@code file:/data/warehouse}. */
    public String location() {
        return root.toString();
    }

    /** Folder of a platform table: {@code runs}, {@code models}. */
    public Path table(String name) {
        return new Path(platform(), name);
    }

    /** Folder of all model packages. */
    public Path packages() {
        return new Path(platform(), "packages");
    }

    /** Folder of what one run keeps while it is not finished: its heartbeat and its checkpoints. */
    public Path run(String directoryName) {
        return new Path(new Path(platform(), "_runs"), directoryName);
    }

    private Path platform() {
        return new Path(root, PLATFORM);
    }

    public FileSystem fileSystem() throws IOException {
        return root.getFileSystem(hadoop);
    }

    /** Hadoop settings of the session. */
    public Configuration hadoop() {
        return hadoop;
    }
}
