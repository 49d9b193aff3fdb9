package dev.athanor.connectors.source;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.when;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.text.NearestName;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * Opens a user's data set.
 *
 * <pre>{@code
 * Dataset<Row> rows = DataSource.read(spark, SourceSpec.input("train.csv.gz"));
 * }</pre>
 */
public final class DataSource {
    private static final String LOG = "_delta_log";

    private DataSource() {}

    /** The rows of {@link #open}. */
    public static Dataset<Row> read(SparkSession spark, SourceSpec spec) {
        return open(spark, spec).rows();
    }

    /**
     * Opens a source lazily; only what is needed to know its columns is read.
     *
     * @throws AthanorException when it is missing, empty, of an unknown format or unreadable
     */
    public static Source open(SparkSession spark, SourceSpec spec) {
        try {
            return spec.table() != null ? table(spark, spec) : files(spark, spec);
        } catch (AthanorException e) {
            throw e;
        } catch (Exception e) { // Spark's own are checked, and undeclared
            throw SourceErrors.of(spec.name(), e);
        }
    }

    private static Source files(SparkSession spark, SourceSpec spec) {
        SourcePath path = SourcePath.of(spec.input(), spark.sparkContext().hadoopConfiguration());
        SourceFormat format = spec.format() == null ? FormatGuess.of(path) : SourceFormat.parse(spec.format());
        Map<String, String> options = SourceOptions.check(format, spec.options());
        if (format != SourceFormat.CSV) {
            refuseColumns(spec, format);
        }
        long version = -1;
        if (format == SourceFormat.DELTA) {
            if (!path.isDelta()) {
                throw new AthanorException(
                        "Cannot read " + spec.input(),
                        "it is not a Delta table: it has no " + LOG + " folder",
                        "Check --input and --format");
            }
            version = pin(spark, options, path.files(), path.first().getPath());
        } else if (format != SourceFormat.IDX && path.dataFiles(1).isEmpty()) {
            throw path.empty();
        }
        IdxReader.Images images = format == SourceFormat.IDX ? IdxReader.read(spark, path, options) : null;
        CsvReader.Csv csv = format == SourceFormat.CSV ? CsvReader.read(spark, path, options, spec.columns()) : null;
        Dataset<Row> rows =
                switch (format) {
                    case CSV -> csv.rows();
                    case JSON -> JsonReader.read(spark, path, options);
                    case PARQUET -> spark.read().options(options).parquet(path.forSpark());
                    case DELTA ->
                        spark.read()
                                .format("delta")
                                .options(options)
                                .load(path.first().getPath().toString());
                    case IDX -> images.rows();
                    case IMAGE -> ImageReader.read(spark, path);
                    case TEXT -> TextReader.read(spark, path, options);
                    case TABLE -> throw new IllegalStateException("a table is not a file format");
                };
        return new Source(
                spec.name(),
                format,
                rows,
                version,
                SourceSql.files(format, path, options, spec.columns()),
                switch (format) {
                    // By now the options say all that a reader looks for in the file itself.
                    case CSV -> schema -> CsvReader.read(spark, path, options, schema);
                    case JSON -> schema -> JsonReader.read(spark, path, options, schema);
                    default -> null;
                },
                csv == null ? null : csv.cells(),
                images == null ? List.of() : images.files());
    }

    private static Source table(SparkSession spark, SourceSpec spec) {
        if (spec.format() != null) {
            throw new AthanorException(
                    "Cannot read table " + spec.table(),
                    "--format " + spec.format() + " is given, and a table knows its format",
                    "Leave out --format, or name files with --input");
        }
        refuseColumns(spec, SourceFormat.TABLE);
        Map<String, String> options = SourceOptions.check(SourceFormat.TABLE, spec.options());
        try {
            long version = -1;
            Path location = deltaLocation(spark, spec.table());
            if (location != null) {
                version = pin(
                        spark,
                        options,
                        location.getFileSystem(spark.sparkContext().hadoopConfiguration()),
                        location);
            }
            return new Source(
                    spec.name(),
                    SourceFormat.TABLE,
                    spark.read().options(options).table(spec.table()),
                    version,
                    SourceSql.table(spec.table(), spec.options()));
        } catch (IOException e) {
            throw new AthanorException(
                    "Cannot read table " + spec.table(), SourceErrors.reason(e), "Check that it may be read", e);
        } catch (Exception e) {
            if (isMissingTable(e)) {
                throw missingTable(spark, spec.table(), e);
            }
            if (e instanceof SparkThrowable t
                    && t.getCondition() != null
                    && (t.getCondition().startsWith("PARSE_")
                            || t.getCondition().startsWith("INVALID_IDENTIFIER"))) {
                throw new AthanorException(
                        "Cannot read table " + spec.table(),
                        "that is not a table's name",
                        "Write NAME or DATABASE.NAME; a query becomes a table with CREATE VIEW NAME AS …",
                        e);
            }
            throw e;
        }
    }

    private static boolean isMissingTable(Exception e) {
        return e instanceof AnalysisException
                && e instanceof SparkThrowable t
                && t.getCondition() != null
                && (t.getCondition().startsWith("TABLE_OR_VIEW_NOT_FOUND")
                        || t.getCondition().startsWith("SCHEMA_NOT_FOUND"));
    }

    private static AthanorException missingTable(SparkSession spark, String table, Exception cause) {
        int dot = table.lastIndexOf('.');
        String prefix = table.substring(0, dot + 1);
        String reason = "there is no such table";
        List<String> known;
        try {
            Dataset<org.apache.spark.sql.catalog.Table> tables =
                    dot < 0 ? spark.catalog().listTables() : spark.catalog().listTables(table.substring(0, dot));
            known = tables.collectAsList().stream().map(t -> prefix + t.name()).toList();
        } catch (AnalysisException e) {
            known = List.of();
            reason = "there is no database " + table.substring(0, Math.max(0, dot));
        }
        return new AthanorException(
                "Cannot read table " + table,
                reason,
                NearestName.of(table, known)
                        .map(k -> "Did you mean " + k)
                        .orElse(
                                known.isEmpty()
                                        ? "Create it, or name files with --input"
                                        : "Known tables: " + String.join(", ", known)),
                cause);
    }

    /** The folder of a Delta table, or null for a view or a table of another kind. */
    private static Path deltaLocation(SparkSession spark, String table) throws IOException {
        String provider = "";
        String location = null;
        Dataset<Row> description =
                spark.sql("DESCRIBE TABLE EXTENDED IDENTIFIER(:table)", Map.<String, Object>of("table", table));
        for (Row row : description.collectAsList()) {
            switch (Objects.toString(row.get(0), "")) {
                case "Provider" -> provider = row.getString(1);
                case "Location" -> location = row.getString(1);
                default -> {}
            }
        }
        return provider.equalsIgnoreCase("delta") && location != null && !location.isBlank()
                ? new Path(location)
                : null;
    }

    /** Fixes the version that every pass reads, unless the user has chosen one; -1 where no version is of that time. */
    private static long pin(SparkSession spark, Map<String, String> options, FileSystem files, Path folder) {
        if (options.containsKey("timestampAsOf")) {
            long version = versionAt(spark, options.get("timestampAsOf"), folder);
            if (version >= 0) {
                options.remove("timestampAsOf");
                options.put("versionAsOf", Long.toString(version));
            }
            return version;
        }
        String chosen = options.get("versionAsOf");
        try {
            long newest = Arrays.stream(files.listStatus(new Path(folder, LOG)))
                    .map(FileStatus::getPath)
                    .map(Path::getName)
                    .filter(n -> n.matches("\\d{20}\\.(json|checkpoint.*)"))
                    .mapToLong(n -> Long.parseLong(n.substring(0, 20)))
                    .max()
                    .orElse(-1);
            if (chosen != null) {
                return Long.parseLong(chosen);
            }
            if (newest >= 0) {
                options.put("versionAsOf", Long.toString(newest));
            }
            return newest;
        } catch (NumberFormatException e) {
            throw new AthanorException(
                    "Cannot read version '" + chosen + "' of " + folder,
                    "a version is a whole number",
                    "Write --option versionAsOf=3",
                    e);
        } catch (IOException e) {
            throw new AthanorException("Cannot read " + folder, SourceErrors.reason(e), "Check that it may be read", e);
        }
    }

    /** The version of that time; -1 before the first and after the last, which Delta itself refuses. */
    private static long versionAt(SparkSession spark, String time, Path folder) {
        Dataset<Row> history =
                spark.sql("DESCRIBE HISTORY delta.`" + folder.toString().replace("`", "``") + "`");
        Column then = lit(time).try_cast(DataTypes.TimestampType);
        Row found = history.agg(
                        max(when(history.col("timestamp").leq(then), history.col("version"))),
                        max(history.col("timestamp")).geq(then))
                .first();
        return found.isNullAt(0) || found.isNullAt(1) || !found.getBoolean(1) ? -1 : found.getLong(0);
    }

    private static void refuseColumns(SourceSpec spec, SourceFormat format) {
        if (!spec.columns().isEmpty()) {
            throw new AthanorException(
                    "Cannot name the columns of " + spec.name(),
                    "--columns is for CSV files without a header, and this is "
                            + (format == SourceFormat.TABLE ? "a table" : format.id()),
                    "Leave out --columns");
        }
    }
}
