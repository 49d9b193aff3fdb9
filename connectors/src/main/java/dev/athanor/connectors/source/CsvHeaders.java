package dev.athanor.connectors.source;

import dev.athanor.engine.AthanorException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Compares the first lines of CSV files that are read together: Spark reads all of them by the place of a column. */
final class CsvHeaders {
    /** Of more files only the first lines of as many are compared: each costs a look at the file system. */
    private static final int COMPARED = 1000;
    /** As {@link #COMPARED}, without header lines: then no two first lines are alike, and each has to be parsed. */
    private static final int COUNTED = 16;

    private static final int SHOWN = 6;

    private CsvHeaders() {}

    /** @throws AthanorException when two files have other names, or another number of columns; it names both */
    static void requireEqual(SparkSession spark, SourcePath path, List<FileStatus> files, Map<String, String> options) {
        boolean named = Boolean.parseBoolean(options.get("header"));
        List<FileStatus> filled = files.stream()
                .filter(f -> f.getLen() > 0)
                .limit(named ? COMPARED : COUNTED)
                .toList();
        if (filled.size() < 2) {
            return;
        }
        Map<String, FileStatus> different = new LinkedHashMap<>();
        for (FileStatus file : filled) {
            String line = CsvReader.firstLine(path, file);
            if (!line.isEmpty()) {
                different.putIfAbsent(line.startsWith("\uFEFF") ? line.substring(1) : line, file);
            }
        }
        if (different.size() < 2) {
            return;
        }
        List<String> first = null;
        FileStatus owner = null;
        for (Map.Entry<String, FileStatus> line : different.entrySet()) {
            List<String> cells = cells(spark, options, line.getKey());
            if (cells == null) {
                return; // a comment, or a cell that goes on in the next line: no telling what the columns are
            }
            if (first == null) {
                first = cells;
                owner = line.getValue();
            } else if (named ? !names(first).equals(names(cells)) : first.size() != cells.size()) {
                throw new AthanorException(
                        "Cannot read " + path.input(),
                        "its files have different columns: " + described(owner, first, named) + ", and "
                                + described(line.getValue(), cells, named),
                        "Name files that have the same columns with --input");
            }
        }
    }

    private static List<String> names(List<String> cells) {
        return cells.stream().map(c -> c.strip().toLowerCase(Locale.ROOT)).toList();
    }

    private static String described(FileStatus file, List<String> cells, boolean named) {
        String name = file.getPath().getName();
        return named
                ? name + " has " + cells.stream().limit(SHOWN).collect(Collectors.joining(", "))
                        + (cells.size() > SHOWN ? ", …" : "")
                : name + " has " + cells.size() + " columns";
    }

    /** The cells of a line, by Spark's own parser, or null when it is no record. */
    private static List<String> cells(SparkSession spark, Map<String, String> options, String line) {
        Map<String, String> plain = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        plain.putAll(options);
        plain.put("header", "false");
        plain.put("inferSchema", "false");
        plain.put("multiLine", "false");
        Dataset<String> one = spark.createDataset(List.of(line), Encoders.STRING());
        List<Row> records = spark.read().options(plain).csv(one).collectAsList();
        if (records.size() != 1) {
            return null;
        }
        List<String> cells = new ArrayList<>();
        for (int c = 0; c < records.get(0).size(); c++) {
            cells.add(Objects.toString(records.get(0).get(c), ""));
        }
        return cells;
    }
}
