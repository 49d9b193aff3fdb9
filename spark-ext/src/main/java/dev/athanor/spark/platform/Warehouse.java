package dev.athanor.spark.platform;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.conf.AthanorConf;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.Objects;
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

    /**
     * The warehouse of a session: {@code spark.athanor.warehouse}.
     *
     * @throws AthanorException when the session's setting is no longer that which the application started with
     */
    public static Warehouse of(SparkSession spark) {
        String folder = AthanorConf.of(spark).get(AthanorConf.WAREHOUSE);
        if (folder == null) {
            return at(
                    spark.conf().get("spark.sql.warehouse.dir"),
                    spark.sparkContext().hadoopConfiguration());
        }
        requireUnchanged(spark, folder);
        return at(folder, spark.sparkContext().hadoopConfiguration());
    }

    /** @throws AthanorException when a folder is not the warehouse that the application started with */
    public static void requireUnchanged(SparkSession spark, String folder) {
        String key = AthanorConf.WAREHOUSE.name();
        String started = spark.sparkContext().getConf().get(key, null);
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        if (started == null
                || started.equals(folder)
                || at(folder, hadoop).location().equals(at(started, hadoop).location())) {
            return;
        }
        throw new AthanorException(
                "Cannot change the warehouse to " + folder,
                "the application started with " + started + ", which its catalog, runs and models keep to",
                "Start another with --warehouse " + folder + " or " + key + "; RESET " + key
                        + " takes this session back");
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

    /** A folder in the warehouse as its tables name it, wherever the warehouse lies: {@code athanor/packages/digits-1}. */
    public String relative(Path folder) {
        return root.toUri().relativize(folder.toUri()).getPath();
    }

    /** Folder of what one run keeps while it is not finished: its heartbeat and its checkpoints. */
    public Path run(String directoryName) {
        return new Path(new Path(platform(), "_runs"), directoryName);
    }

    /** Folder of all that the platform keeps for itself. */
    public Path platform() {
        return new Path(root, PLATFORM);
    }

    /** Whether a path is the folder {@link #platform()}, lies in it or holds it, on a local disk through links too. */
    public boolean touchesPlatform(Path path) {
        URI mine = platform().toUri();
        String scheme = path.toUri().getScheme();
        if (scheme != null && !scheme.equalsIgnoreCase(mine.getScheme())) {
            return false; // on another file system, which need not be opened to tell
        }
        URI there;
        try {
            there = path.getFileSystem(hadoop).makeQualified(path).toUri();
        } catch (IOException | IllegalArgumentException e) {
            return false; // on no file system that opens; the warehouse's does
        }
        if (!Objects.equals(there.getScheme(), mine.getScheme())
                || !Objects.equals(there.getAuthority(), mine.getAuthority())) {
            return false;
        }
        String one = "file".equals(mine.getScheme()) ? real(mine) : mine.getPath();
        String other = "file".equals(mine.getScheme()) ? real(there) : there.getPath();
        return isAtOrBelow(one, other) || isAtOrBelow(other, one);
    }

    private static boolean isAtOrBelow(String path, String top) {
        return path.equals(top) || path.startsWith(top.endsWith("/") ? top : top + "/");
    }

    /** A local path, which need not be there, without links. */
    private static String real(URI local) {
        java.nio.file.Path path = java.nio.file.Path.of(local.getPath()).normalize();
        java.nio.file.Path there = path;
        while (there.getParent() != null && !Files.exists(there)) {
            there = there.getParent();
        }
        try {
            return there.toRealPath().resolve(there.relativize(path)).toString();
        } catch (IOException e) {
            return path.toString();
        }
    }

    public FileSystem fileSystem() throws IOException {
        return root.getFileSystem(hadoop);
    }

    /** Hadoop settings of the session. */
    public Configuration hadoop() {
        return hadoop;
    }
}
