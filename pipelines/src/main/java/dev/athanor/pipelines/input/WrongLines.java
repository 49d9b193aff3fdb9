package dev.athanor.pipelines.input;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import dev.athanor.connectors.source.CsvCells;
import dev.athanor.connectors.source.Source;
import dev.athanor.engine.AthanorException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Lines of CSV files with too few or too many cells, found while they are read for something else. */
final class WrongLines {
    private static final String REFUSED = "athanor: a line of a CSV file has a wrong number of cells";
    private static final int SHOWN = 64;

    private WrongLines() {}

    /** The rows, with the lines that Spark finds wrong where they can be wrong, and without blank ones. */
    static Dataset<Row> rows(Source source) {
        return source.cells() == null
                ? source.rows()
                : rows(source, source.rows().schema());
    }

    /** As {@link #rows(Source)}, read with these types. */
    static Dataset<Row> rows(Source source, StructType schema) {
        if (source.cells() == null) {
            return source.rows(schema).orElseThrow();
        }
        Dataset<Row> rows =
                source.rows(schema.add(CsvCells.COLUMN, DataTypes.StringType)).orElseThrow();
        Column line = rows.col(CsvCells.COLUMN);
        return rows.where(line.isNull().or(trim(line).notEqual(lit(""))));
    }

    /** What is wrong with the line of a row; null when nothing is. */
    static Column problem(Dataset<Row> rows, CsvCells cells) {
        Column line = rows.col(CsvCells.COLUMN);
        return when(line.isNotNull(), udf(cells, DataTypes.StringType).apply(line));
    }

    /** The rows, whose reading fails at the first line with a problem. */
    static Dataset<Row> refused(Dataset<Row> rows, CsvCells cells) {
        return rows.where(when(problem(rows, cells).isNull(), lit(true)).otherwise(raise_error(lit(REFUSED))));
    }

    static boolean isRefusal(Throwable error) {
        for (Throwable t = error; t != null; t = t.getCause()) {
            if (t.getMessage() != null && t.getMessage().contains(REFUSED)) {
                return true;
            }
        }
        return false;
    }

    /** Looks for the lines that reading failed at: how many they are, and where the first is. */
    static AthanorException explained(Source source, Map<String, String> given, Exception cause) throws IOException {
        CsvCells cells = source.cells();
        Dataset<Row> rows = rows(source);
        // Spark reads no file for the wrong lines alone: another column must be read beside them.
        Dataset<Row> lines = rows.select(
                        rows.col(CsvCells.COLUMN), rows.col("`" + rows.columns()[0].replace("`", "``") + "`"))
                .toDF(CsvCells.COLUMN, "other")
                .withColumn("at", monotonically_increasing_id())
                .withColumn("file", input_file_name());
        Column wrong = problem(lines, cells).isNotNull();
        Row counted = lines.agg(
                        count(lit(1)),
                        count(when(wrong, 1)),
                        count(lines.col("other")),
                        min_by(struct(lines.col("file"), lines.col(CsvCells.COLUMN)), when(wrong, lines.col("at"))))
                .first();
        long bad = counted.getLong(1);
        Row first = counted.getStruct(3);
        String line = first.getString(1).strip();
        Path file = new Path(URI.create(first.getString(0)));
        long number =
                number(file, line, given, rows.sparkSession().sparkContext().hadoopConfiguration());
        String shown = line.lines().findFirst().orElse("");
        int found = cells.count(line);
        return new AthanorException(
                "Cannot read " + source.name(),
                String.format(
                        Locale.ROOT,
                        "%,d of its %,d lines %s another number of cells than the %,d of its columns:%s %s%s has %,d, '%s'",
                        bad,
                        counted.getLong(0),
                        bad == 1 ? "has" : "have",
                        cells.expected(),
                        bad == 1 ? "" : " the first,",
                        number > 0 ? String.format(Locale.ROOT, "line %,d of ", number) : "one of ",
                        file.getName(),
                        found,
                        shown.length() > SHOWN ? shown.substring(0, SHOWN) + "…" : shown),
                "Correct " + (bad == 1 ? "it" : "them")
                        + ", put cells that hold the separator in quotes, or leave such lines out with --option"
                        + " mode=DROPMALFORMED",
                cause);
    }

    /** Where the line is in its file, from 1; 0 when it is not found, as where lines end otherwise. */
    private static long number(Path file, String line, Map<String, String> given, Configuration settings)
            throws IOException {
        Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        options.putAll(given);
        String encoding = options.getOrDefault("encoding", options.getOrDefault("charset", "UTF-8"));
        var codec = new CompressionCodecFactory(settings).getCodec(file);
        String start = line.lines().findFirst().orElse("");
        try (var raw = file.getFileSystem(settings).open(file);
                var in = codec == null ? raw : codec.createInputStream(raw);
                var reader = new BufferedReader(new InputStreamReader(in, Charset.forName(encoding)))) {
            long number = 0;
            for (String read = reader.readLine(); read != null; read = reader.readLine()) {
                number++;
                if (read.strip().equals(start)) {
                    return number;
                }
            }
            return 0;
        }
    }
}
