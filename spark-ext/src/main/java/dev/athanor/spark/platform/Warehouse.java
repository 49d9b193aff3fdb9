package dev.athanor.spark.platform;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.conf.AthanorConf;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.Objects;
import java.util.Optional;
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
        String mine = plain(platform().toUri());
        return onThisFileSystem(path)
                .map(other -> isAtOrBelow(mine, other) || isAtOrBelow(other, mine))
                .orElse(false);
    }

    /** Whether a path is the warehouse or lies in it, on a local disk through links too. */
    public boolean contains(Path path) {
        return onThisFileSystem(path)
                .map(other -> isAtOrBelow(other, plain(root.toUri())))
                .orElse(false);
    }

    /** A path without links, if it is on the warehouse's file system. */
    private Optional<String> onThisFileSystem(Path path) {
        URI mine = root.toUri();
        String scheme = path.toUri().getScheme();
        if (scheme != null && !scheme.equalsIgnoreCase(mine.getScheme())) {
            return Optional.empty(); // on another one, which need not be opened to tell
        }
        try {
            URI there = path.getFileSystem(hadoop).makeQualified(path).toUri();
            boolean same = Objects.equals(there.getScheme(), mine.getScheme())
                    && Objects.equals(there.getAuthority(), mine.getAuthority());
            return same ? Optional.of(plain(there)) : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // on none that opens; the warehouse's does
        }
    }

    private static boolean isAtOrBelow(String path, String top) {
        return path.equals(top) || path.startsWith(top.endsWith("/") ? top : top + "/");
    }

    /** The path of a URI, on a local disk, where it need not be there, without links. */
    private static String plain(URI uri) {
        if (!"file".equals(uri.getScheme())) {
            return uri.getPath();
        }
        java.nio.file.Path path = java.nio.file.Path.of(uri.getPath()).normalize();
        java.nio.file.Path there = path;
        while (there.getParent() != null && !Files.exists(there)) {
            there = there.getParent();
        }
        try {
            return there.toRealPath()
                    .resolve(there.relativize(path))
                    .normalize()
                    .toString();
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
