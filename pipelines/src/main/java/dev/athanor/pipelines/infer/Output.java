package dev.athanor.pipelines.infer;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.platform.Failures;
import dev.athanor.spark.platform.Warehouse;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Where predictions go: a folder of files, a Delta folder or a Delta table.
 *
 * <p>What is there counts as whole or is not there: files are written into a folder beside the output and renamed into
 * place, Delta commits once.
 */
sealed interface Output {
    /** An ending as formats have it: letters, as in {@code .orc}, and no version as in {@code .v2}. */
    Pattern ENDING = Pattern.compile("[^.]\\.([a-z]{2,8})$");

    String name();

    String format();

    void write(Dataset<Row> rows) throws Exception;

    /** @throws AthanorException when writing would replace what is read */
    void refuseSource(Dataset<Row> source);

    /** @throws AthanorException when it is there and must not be touched */
    static Output of(InferParams params, JobContext context) {
        if (params.into() != null) {
            return Table.open(params.into(), params.mode(), context.spark());
        }
        String format = params.outputFormat() != null ? params.outputFormat() : formatOf(params.output());
        return Files.open(params.output(), format, params.mode(), context.spark());
    }

    private static String formatOf(String path) {
        String name = path.toLowerCase(Locale.ROOT).replaceAll("/+$", "").replaceAll(".*/", "");
        Matcher ending = ENDING.matcher(name);
        if (!ending.find()) {
            return "parquet";
        }
        return switch (ending.group(1)) {
            case "parquet", "csv", "json", "delta" -> ending.group(1);
            case "jsonl" -> "json";
            default ->
                throw new AthanorException(
                        "Cannot write predictions to " + path,
                        "no format that can be written has the ending ." + ending.group(1),
                        "Use .parquet, .csv, .json, .jsonl or .delta; for a folder that is to be called so, name the format,"
                                + " as in --output-format parquet");
        };
    }

    private static boolean overwrites(Dataset<Row> source, URI target) {
        String folder = target.getPath().replaceAll("/+$", "") + "/";
        return Arrays.stream(source.inputFiles())
                .anyMatch(file -> new Path(URI.create(file)).toUri().getPath().startsWith(folder));
    }

    private static AthanorException exists(String what) {
        return new AthanorException(
                "Cannot write predictions to " + what,
                "it is there already",
                "Choose another name, or --mode overwrite or --mode append");
    }

    private static void requireColumns(String what, Dataset<Row> table, Dataset<Row> rows) {
        boolean grows = Boolean.parseBoolean(
                rows.sparkSession().conf().get("spark.databricks.delta.schema.autoMerge.enabled", "false"));
        AppendedColumns.require(what, table.schema(), rows.schema(), grows);
    }

    /** @throws AthanorException if a column is of a type that files of CSV do not hold */
    private static void requireCsv(String name, StructType schema) {
        for (StructField field : schema.fields()) {
            DataType type = field.dataType();
            if (type instanceof ArrayType
                    || type instanceof MapType
                    || type instanceof StructType
                    || type instanceof BinaryType) {
                throw new AthanorException(
                        "Cannot write predictions to " + name,
                        "CSV holds no column of type " + type.sql() + ", and " + field.name() + " is one",
                        "Name the columns to keep with --keep, or write parquet, delta or json with --output-format");
            }
        }
    }

    /** A table of the session's catalog. */
    record Table(String name, String mode, SparkSession spark, boolean there) implements Output {
        private static final Set<String> CATALOGS = Set.of("athanor", "spark_catalog.athanor");

        static Table open(String name, String mode, SparkSession spark) {
            String database = name.substring(0, Math.max(0, name.lastIndexOf('.')));
            if (CATALOGS.contains(database.replace("`", "").replace(" ", "").toLowerCase(Locale.ROOT))) {
                throw new AthanorException(
                        "Cannot write predictions to table " + name,
                        "the database athanor holds the platform's own tables",
                        "Use a table of another database with --into");
            }
            boolean there = spark.catalog().tableExists(name);
            if (there && mode.equals("error")) {
                throw exists("table " + name);
            }
            return new Table(name, mode, spark, there);
        }

        @Override
        public String format() {
            return "delta";
        }

        @Override
        public void refuseSource(Dataset<Row> source) {
            if (!there || !mode.equals("overwrite")) {
                return;
            }
            Path location = spark
                    .sql("DESCRIBE TABLE EXTENDED IDENTIFIER(:table)", Map.<String, Object>of("table", name))
                    .collectAsList()
                    .stream()
                    .filter(row -> "Location".equals(row.getString(0)))
                    .map(row -> new Path(row.getString(1)))
                    .findFirst()
                    .orElse(null);
            if (location != null && overwrites(source, location.toUri())) {
                throw new AthanorException(
                        "Cannot overwrite table " + name,
                        "the rows to predict are read from it",
                        "Write to another table with --into");
            }
        }

        @Override
        public void write(Dataset<Row> rows) throws Exception {
            if (!there) {
                rows.writeTo(name).using("delta").create();
            } else if (mode.equals("append")) {
                requireColumns("table " + name, spark.table(name), rows);
                rows.writeTo(name).append();
            } else {
                rows.writeTo(name).using("delta").replace();
            }
        }
    }

    /** A folder. */
    record Files(String name, String format, String mode, FileSystem files, Path path, boolean there)
            implements Output {
        private static final int LOOKS = 150;
        private static final int QUIET_LOOKS = 10;
        private static final long LOOK_MILLIS = 100;

        static Files open(String name, String format, String mode, SparkSession spark) {
            try {
                Path path = new Path(name);
                FileSystem files = path.getFileSystem(spark.sparkContext().hadoopConfiguration());
                refuseWarehouse(name, files.makeQualified(path), Warehouse.of(spark));
                boolean there = isThere(files, path);
                if (there && !files.getFileStatus(path).isDirectory()) {
                    throw new AthanorException(
                            "Cannot write predictions to " + name,
                            "it is a file, and predictions are written as a folder of files",
                            "Choose another --output");
                }
                if (there && mode.equals("error")) {
                    throw exists(name);
                }
                if (there) {
                    refuseForeign(name, format, mode, path, files);
                }
                return new Files(name, format, mode, files, path, there);
            } catch (IOException | IllegalArgumentException e) {
                throw Failures.of("Cannot write predictions to " + name, e);
            }
        }

        private static boolean isThere(FileSystem files, Path path) throws IOException {
            return files.exists(path)
                    && (!files.getFileStatus(path).isDirectory() || files.listStatus(path).length > 0);
        }

        /** What lies in the warehouse are tables and models, which a folder of files would break or replace. */
        private static void refuseWarehouse(String name, Path path, Warehouse warehouse) {
            if (warehouse.contains(path)) {
                throw new AthanorException(
                        "Cannot write predictions to " + name,
                        "it is inside the warehouse " + warehouse.location() + ", which holds tables and models",
                        "Write to a table with --into DATABASE.TABLE, or choose an --output elsewhere");
            }
        }

        /** Only what looks like a data set that a job wrote is changed, never a folder with other things. */
        private static void refuseForeign(String name, String format, String mode, Path path, FileSystem files)
                throws IOException {
            String problem = "Cannot " + (mode.equals("append") ? "append to " : "overwrite ") + name;
            boolean delta = files.exists(new Path(path, "_delta_log"));
            if (delta != format.equals("delta")) {
                if (delta || files.exists(new Path(path, "_SUCCESS"))) {
                    throw new AthanorException(
                            problem,
                            delta
                                    ? "it is a Delta table, and " + format + " files are to be written"
                                    : "it holds files of another format, and a Delta table is to be written",
                            delta
                                    ? "Add --output-format delta, or choose another --output"
                                    : "Choose another --output, or another --output-format");
                }
            }
            if (!delta && mode.equals("append")) {
                requireFormat(problem, format, path, files);
            }
            if (!delta && !files.exists(new Path(path, "_SUCCESS"))) {
                throw new AthanorException(
                        problem,
                        "the folder was not written by a job: it has neither _SUCCESS nor _delta_log",
                        "Delete it yourself, or choose another --output");
            }
        }

        /** A folder of files is read in one format. */
        private static void requireFormat(String problem, String format, Path path, FileSystem files)
                throws IOException {
            for (FileStatus file : files.listStatus(path)) {
                String name = file.getPath().getName();
                if (name.startsWith("part-") && !name.contains("." + format)) {
                    throw new AthanorException(
                            problem,
                            "it holds " + name + ", and " + format + " files are to be written",
                            "Add --output-format with the format of that file, or choose another --output");
                }
            }
        }

        @Override
        public void refuseSource(Dataset<Row> source) {
            if (there
                    && mode.equals("overwrite")
                    && overwrites(source, files.makeQualified(path).toUri())) {
                throw new AthanorException(
                        "Cannot overwrite " + name, "the rows to predict are read from it", "Choose another --output");
            }
        }

        @Override
        public void write(Dataset<Row> rows) throws IOException {
            if (format.equals("csv")) {
                requireCsv(name, rows.schema());
            }
            if (there && (format.equals("delta") || mode.equals("append"))) {
                // Delta commits once; the committer of files moves them into place when all are written.
                boolean anew = format.equals("delta") && mode.equals("overwrite");
                if (format.equals("delta") && !anew) {
                    requireColumns(
                            name, rows.sparkSession().read().format("delta").load(path.toString()), rows);
                }
                writer(rows)
                        .option("overwriteSchema", Boolean.toString(anew))
                        .mode(mode)
                        .save(path.toString());
                return;
            }
            Path parent = files.makeQualified(path).getParent();
            Path part = new Path(parent, "." + path.getName() + "." + UUID.randomUUID() + ".part");
            boolean done = false;
            try {
                writer(rows).mode("errorifexists").save(part.toString());
                place(part);
                done = true;
            } finally {
                if (!done) {
                    discard(part);
                }
            }
        }

        /** Moves what was written into place; what came there while it was written is not lost unasked. */
        private void place(Path part) throws IOException {
            Path old = null;
            if (isThere(files, path)) {
                if (!mode.equals("overwrite")) {
                    throw meanwhile();
                }
                refuseForeign(name, format, mode, path, files);
                old = part.suffix(".old");
                rename(path, old);
            } else if (files.exists(path)) {
                files.delete(path, false);
            }
            try {
                rename(part, path);
            } catch (IOException e) {
                if (old != null && !files.exists(path)) {
                    rename(old, path);
                }
                throw e;
            }
            // Where a folder came to be since the look above, file systems move into it.
            Path inside = new Path(path, part.getName());
            if (files.exists(inside)) {
                files.delete(inside, true);
                throw meanwhile();
            }
            if (old != null) {
                files.delete(old, true);
            }
        }

        private void rename(Path from, Path to) throws IOException {
            if (!files.rename(from, to)) {
                throw new IOException("renaming " + from + " to " + to + " was refused");
            }
        }

        private AthanorException meanwhile() {
            return new AthanorException(
                    "Cannot write predictions to " + name,
                    "another run wrote it meanwhile",
                    "Choose another --output, or run again with --mode overwrite or --mode append");
        }

        /** Deletes what a write left that failed, also what its other tasks still write until they notice. */
        private void discard(Path left) throws IOException {
            int quiet = 0;
            for (int look = 0; look < LOOKS && quiet < QUIET_LOOKS; look++) {
                quiet = files.exists(left) ? 0 : quiet + 1;
                files.delete(left, true);
                try {
                    Thread.sleep(LOOK_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    files.delete(left, true);
                    return;
                }
            }
        }

        private DataFrameWriter<Row> writer(Dataset<Row> rows) {
            DataFrameWriter<Row> writer = rows.write().format(format);
            // RFC 4180, as our own reader and most others expect: quotes are doubled, not escaped by a backslash.
            return format.equals("csv") ? writer.option("header", "true").option("escape", "\"") : writer;
        }
    }
}
