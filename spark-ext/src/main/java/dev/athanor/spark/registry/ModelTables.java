package dev.athanor.spark.registry;

import dev.athanor.spark.platform.PlatformTable;
import dev.athanor.spark.platform.Warehouse;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The tables {@code models} (one row per version) and {@code model_aliases} (a log of which the last entry per alias
 * counts), and their content as of now. Thread-safe.
 *
 * <p>Looking is cheap while nothing changed: the content read last is kept together with the Delta versions it was read
 * at, and two file look-ups tell whether these are still the newest.
 */
final class ModelTables {
    private static final StructType MODELS = new StructType()
            .add("name", DataTypes.StringType)
            .add("version", DataTypes.IntegerType)
            .add("location", DataTypes.StringType)
            .add("digest", DataTypes.StringType)
            .add("task", DataTypes.StringType)
            .add("network", DataTypes.StringType)
            .add("metrics", DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType))
            .add("run_id", DataTypes.StringType)
            .add("created_at", DataTypes.TimestampType)
            .add("manifest", DataTypes.StringType);
    private static final StructType ALIASES = new StructType()
            .add("name", DataTypes.StringType)
            .add("alias", DataTypes.StringType)
            .add("version", DataTypes.IntegerType)
            .add("seq", DataTypes.LongType)
            .add("at", DataTypes.TimestampType);

    // What was read last, per warehouse: every query that names a model looks, and must not read the tables each time.
    private static final Map<String, Content> READ = new ConcurrentHashMap<>();

    private final Warehouse warehouse;
    private final PlatformTable models;
    private final PlatformTable aliases;

    ModelTables(SparkSession spark) {
        warehouse = Warehouse.of(spark);
        models = new PlatformTable(spark, "models", MODELS, List.of("name", "version"));
        aliases = new PlatformTable(spark, "model_aliases", ALIASES, List.of());
    }

    String location() {
        return models.location();
    }

    /** The newest content. */
    Content content() throws IOException {
        Content read = READ.get(models.location());
        if (read == null || !read.models().isNewest(models) || !read.aliases().isNewest(aliases)) {
            read = read();
            READ.put(models.location(), read);
        }
        return read;
    }

    private Content read() throws IOException {
        // The marks first: a commit between mark and read makes the next look read again, never the other way round.
        Mark modelsMark = Mark.of(models);
        Mark aliasesMark = Mark.of(aliases);
        Map<String, Map<String, Integer>> pointers = new HashMap<>();
        Map<String, Integer> highest = new HashMap<>();
        Map<String, Long> sequence = new HashMap<>();
        List<Row> log = aliasesMark.version() < 0 ? List.of() : aliases.rows(all -> all.orderBy("name", "seq"));
        for (Row row : log) {
            String name = row.getString(0);
            highest.merge(name, row.getInt(2), Math::max);
            sequence.merge(name, row.getLong(3), Math::max);
            if (row.getString(1) != null) {
                pointers.computeIfAbsent(name, n -> new TreeMap<>()).put(row.getString(1), row.getInt(2));
            }
        }
        Map<String, TreeMap<Integer, ModelVersion>> byName = new TreeMap<>();
        List<Row> rows = modelsMark.version() < 0
                ? List.of()
                : models.rows(all -> all.select(List.of(MODELS.fieldNames()).subList(0, 9).stream()
                        .map(functions::col)
                        .toArray(Column[]::new)));
        for (Row row : rows) {
            ModelVersion version = version(row, pointers.getOrDefault(row.getString(0), Map.of()));
            byName.computeIfAbsent(version.name(), n -> new TreeMap<>()).put(version.version(), version);
            highest.merge(version.name(), version.version(), Math::max);
        }
        return new Content(modelsMark, aliasesMark, byName, pointers, highest, sequence);
    }

    private ModelVersion version(Row row, Map<String, Integer> pointers) {
        List<String> names = new ArrayList<>();
        pointers.forEach((alias, version) -> {
            if (version == row.getInt(1)) {
                names.add(alias);
            }
        });
        Map<String, Double> metrics = new TreeMap<>();
        CollectionConverters.asJava(row.<String, Double>getMap(6)).forEach(metrics::put);
        return new ModelVersion(
                row.getString(0),
                row.getInt(1),
                packagePlace(row.getString(2)).toString(),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                Collections.unmodifiableMap(metrics),
                List.copyOf(names),
                row.getString(7),
                row.getInstant(8));
    }

    /**
     * Where a package lies: under this warehouse, also when the warehouse is a copy, or was moved, and the row is one of
     * those that named the whole path.
     */
    private Path packagePlace(String written) {
        return new Path(warehouse.packages(), new Path(written).getName());
    }

    /** Adds a version unless there is, or was, one of this or a greater number. */
    boolean add(ModelVersion v, String manifest) throws IOException {
        Row row = RowFactory.create(
                v.name(),
                v.version(),
                warehouse.relative(packagePlace(v.location())),
                v.digest(),
                v.task(),
                v.network(),
                CollectionConverters.asScala(v.metrics()),
                v.runId(),
                v.createdAt(),
                manifest);
        return models.writeOnce("model:" + v.name(), v.version(), null, List.of(row));
    }

    /** Removes a version's row. */
    void remove(ModelVersion v) {
        models.replace("name = '" + v.name() + "' AND version = " + v.version(), List.of());
    }

    /**
     * Appends to the log, unless another writer appended to this model's log since {@code content} was read.
     *
     * @param alias alias to move, or null to note that the version is gone
     * @param version where it points; 0 for nowhere
     */
    boolean log(Content content, String name, String alias, int version) throws IOException {
        long seq = content.sequence().getOrDefault(name, 0L) + 1;
        return aliases.writeOnce(
                "alias:" + name, seq, null, List.of(RowFactory.create(name, alias, version, seq, Instant.now())));
    }

    /**
     * The tables' content at one moment.
     *
     * @param versions by name and number
     * @param pointers version by name and alias; 0 for an alias that was removed
     * @param highest greatest number ever used, by name
     * @param sequence greatest number in the alias log, by name
     */
    record Content(
            Mark models,
            Mark aliases,
            Map<String, TreeMap<Integer, ModelVersion>> versions,
            Map<String, Map<String, Integer>> pointers,
            Map<String, Integer> highest,
            Map<String, Long> sequence) {}

    /** Which commit of a table was the newest. */
    record Mark(long version, long writtenMillis) {
        static Mark of(PlatformTable table) throws IOException {
            long version = table.version();
            FileStatus commit = version < 0 ? null : table.commit(version);
            return new Mark(version, commit == null ? 0 : commit.getModificationTime());
        }

        boolean isNewest(PlatformTable table) throws IOException {
            if (table.commit(version + 1) != null) {
                return false;
            }
            if (version < 0) {
                return true;
            }
            FileStatus commit = table.commit(version);
            return commit != null && commit.getModificationTime() == writtenMillis;
        }
    }
}
