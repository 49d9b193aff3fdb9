package dev.athanor.pipelines.infer;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.platform.Failures;
import java.io.IOException;
import java.util.Locale;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Where predictions go: a folder of files, a Delta folder or a Delta table.
 *
 * <p>What is there counts as whole or is not there: files are written into a folder beside the output and renamed into
 * place, Delta commits once.
 */
sealed interface Output {
    String name();

    String format();

    void write(Dataset<Row> rows) throws Exception;

    /** @throws AthanorException when it is there and must not be touched */
    static Output of(InferParams params, JobContext context) {
        if (params.into() != null) {
            return Table.open(params.into(), params.mode(), context.spark());
        }
        String format = params.outputFormat() != null ? params.outputFormat() : formatOf(params.output());
        return Files.open(params.output(), format, params.mode(), context.spark());
    }

    private static String formatOf(String path) {
        String name = path.toLowerCase(Locale.ROOT).replaceAll("/+$", "");
        for (String format : new String[] {"csv", "json", "delta"}) {
            if (name.endsWith("." + format) || name.endsWith("." + format + "l")) {
                return format;
            }
        }
        return "parquet";
    }

    private static AthanorException exists(String what) {
        return new AthanorException(
                "Cannot write predictions to " + what,
                "it is there already",
                "Choose another name, or --mode overwrite or --mode append");
    }

    /** A table of the session's catalog. */
    record Table(String name, String mode, SparkSession spark, boolean there) implements Output {
        static Table open(String name, String mode, SparkSession spark) {
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
        public void write(Dataset<Row> rows) throws Exception {
            if (!there) {
                rows.writeTo(name).using("delta").create();
            } else if (mode.equals("append")) {
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
                boolean there = files.exists(path)
                        && (!files.getFileStatus(path).isDirectory() || files.listStatus(path).length > 0);
                if (there && mode.equals("error")) {
                    throw exists(name);
                }
                if (there && mode.equals("overwrite")) {
                    refuseForeign(name, path, files);
                }
                return new Files(name, format, mode, files, path, there);
            } catch (IOException | IllegalArgumentException e) {
                throw Failures.of("Cannot write predictions to " + name, e);
            }
        }

        /** Overwriting deletes: only what looks like a data set that Spark wrote, never a folder with other things. */
        private static void refuseForeign(String name, Path path, FileSystem files) throws IOException {
            boolean written = !files.getFileStatus(path).isDirectory()
                    || files.exists(new Path(path, "_SUCCESS"))
                    || files.exists(new Path(path, "_delta_log"));
            if (!written) {
                throw new AthanorException(
                        "Cannot overwrite " + name,
                        "the folder was not written by a job: it has neither _SUCCESS nor _delta_log",
                        "Delete it yourself, or choose another --output");
            }
        }

        @Override
        public void write(Dataset<Row> rows) throws IOException {
            if (there && (format.equals("delta") || mode.equals("append"))) {
                // Delta commits once; the committer of files moves them into place when all are written.
                boolean anew = format.equals("delta") && mode.equals("overwrite");
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
            if (files.exists(path) && (!files.getFileStatus(path).isDirectory() || files.listStatus(path).length > 0)) {
                if (!mode.equals("overwrite")) {
                    throw meanwhile();
                }
                refuseForeign(name, path, files);
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
