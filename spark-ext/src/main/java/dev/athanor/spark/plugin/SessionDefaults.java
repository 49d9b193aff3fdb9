package dev.athanor.spark.plugin;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.catalog.AthanorCatalog;
import dev.athanor.spark.catalog.WarehouseCatalog;
import dev.athanor.spark.conf.AthanorConf;
import dev.athanor.spark.platform.AtomicLocalLogStore;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings that the plugin makes on the application before its first session: extensions, catalogs, redaction, and,
 * in local mode, what makes small Delta tables quick. Never replaces what the user set.
 */
final class SessionDefaults {
    static final String EXTENSIONS = "spark.sql.extensions";
    static final String SESSION_CATALOG = "spark.sql.catalog.spark_catalog";
    static final String ATHANOR_CATALOG = "spark.sql.catalog.athanor";
    static final String SPARK_WAREHOUSE = "spark.sql.warehouse.dir";
    static final String REDACTION = "spark.redaction.regex";

    static final String DELTA_EXTENSION = "io.delta.sql.DeltaSparkSessionExtension";
    static final String DELTA_CATALOG = "org.apache.spark.sql.delta.catalog.DeltaCatalog";

    // Spark's own default, of which ours is a superset: it misses api.key, credentials and Authorization headers.
    private static final String SPARK_REDACTION = "(?i)secret|password|token|access[.]?key";
    private static final String MORE_REDACTION =
            "(?i:api[._-]?key|credential|authorization|passphrase|private[._-]?key)";

    private static final Pattern LOCAL_MASTER = Pattern.compile("local(?:\\[(\\*|\\d+)(?:,\\s*\\d+)?\\])?");
    private static final int FEWEST_SHUFFLE_PARTITIONS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(SessionDefaults.class);

    private final SparkConf conf;
    private final Configuration hadoop;

    SessionDefaults(SparkConf conf, Configuration hadoop) {
        this.conf = conf;
        this.hadoop = hadoop;
    }

    /** @throws AthanorException when a setting of Athanor is unknown or not allowed */
    void apply() {
        AthanorConf.of(conf);
        extensions();
        warehouse();
        sessionCatalog();
        conf.setIfMissing(ATHANOR_CATALOG, AthanorCatalog.class.getName());
        commits();
        redaction();
        local();
    }

    private void extensions() {
        Set<String> all = new LinkedHashSet<>();
        for (String extension : conf.get(EXTENSIONS, "").split(",")) {
            if (!extension.isBlank()) {
                all.add(extension.strip());
            }
        }
        all.add(DELTA_EXTENSION);
        all.add(AthanorExtensions.class.getName());
        conf.set(EXTENSIONS, String.join(",", all));
    }

    private void warehouse() {
        String folder = AthanorConf.of(conf).get(AthanorConf.WAREHOUSE);
        if (folder == null) {
            folder = conf.get(SPARK_WAREHOUSE, "athanor-warehouse");
        }
        try {
            Path path = new Path(folder);
            folder = path.getFileSystem(hadoop).makeQualified(path).toString();
        } catch (IOException | IllegalArgumentException e) {
            throw new AthanorException(
                    "Cannot use the warehouse " + folder,
                    "its file system does not open: " + e.getMessage(),
                    "Set " + AthanorConf.WAREHOUSE + " to a folder that this machine reaches",
                    e);
        }
        conf.set(AthanorConf.WAREHOUSE.name(), folder);
    }

    private void sessionCatalog() {
        boolean hive = conf.get("spark.sql.catalogImplementation", "in-memory")
                .toLowerCase(Locale.ROOT)
                .equals("hive");
        if (conf.contains(SESSION_CATALOG)) {
            LOG.info("The session catalog stays {}: it was configured", conf.get(SESSION_CATALOG));
        } else if (hive) {
            conf.set(SESSION_CATALOG, DELTA_CATALOG);
            LOG.info("The session catalog stays the Hive metastore, with Delta: spark.sql.catalogImplementation=hive");
        } else {
            conf.set(SESSION_CATALOG, WarehouseCatalog.class.getName());
            String folder = makeWarehouse();
            conf.setIfMissing(SPARK_WAREHOUSE, folder);
            // A table that says no format is one that other processes see, and that can be merged into.
            conf.setIfMissing("spark.sql.sources.default", "delta");
            // Partitions of tables of other formats are found in their folder, not in Spark's memory.
            conf.setIfMissing("spark.sql.hive.manageFilesourcePartitions", "false");
        }
    }

    private String makeWarehouse() {
        String folder = conf.get(AthanorConf.WAREHOUSE.name());
        Path path = new Path(folder);
        try {
            if (!path.getFileSystem(hadoop).mkdirs(path)) {
                throw new IOException("the folder cannot be made");
            }
            return folder;
        } catch (IOException e) {
            throw new AthanorException(
                    "Cannot make the warehouse " + folder,
                    e.getMessage(),
                    "Choose a folder this user may write to, with --warehouse or " + AthanorConf.WAREHOUSE,
                    e);
        }
    }

    private void commits() {
        // Delta's own store for local disks can lose a commit when two processes write at once. Delta refuses the key
        // of a
        // scheme beside the key for all.
        if (!conf.contains("spark.delta.logStore.class")) {
            conf.setIfMissing("spark.delta.logStore.file.impl", AtomicLocalLogStore.class.getName());
        }
    }

    private void redaction() {
        String pattern = conf.get(REDACTION, SPARK_REDACTION);
        if (!pattern.contains(MORE_REDACTION)) {
            // First, so that inline flags of the pattern that was there cannot change the meaning of ours.
            conf.set(REDACTION, MORE_REDACTION + "|" + pattern);
        }
    }

    private void local() {
        Matcher master = LOCAL_MASTER.matcher(conf.get("spark.master", ""));
        if (!master.matches()) {
            return;
        }
        String threads = master.group(1);
        int cores = threads == null
                ? 1
                : threads.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(threads);
        conf.setIfMissing("spark.sql.shuffle.partitions", Integer.toString(Math.max(FEWEST_SHUFFLE_PARTITIONS, cores)));
        conf.setIfMissing("spark.databricks.delta.snapshotPartitions", "2");
    }
}
