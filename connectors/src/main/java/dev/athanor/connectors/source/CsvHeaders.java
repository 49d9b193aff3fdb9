package dev.athanor.connectors.source;

import dev.athanor.engine.AthanorException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * Compares the first lines of all CSV files that are read together: Spark reads all of them by the place of a column.
 * Looking at many files is a job of the executors.
 */
final class CsvHeaders {
    /** Files that are looked at by one task, or without a job when there are no more. */
    private static final int FILES_PER_TASK = 64;

    private static final int SHOWN = 6;

    private CsvHeaders() {}

    /** @throws AthanorException when two files have other names, or another number of columns; it names both */
    static void requireEqual(SparkSession spark, SourcePath path, List<FileStatus> files, Map<String, String> options) {
        boolean named = Boolean.parseBoolean(options.get("header"));
        List<FileStatus> filled = files.stream().filter(f -> f.getLen() > 0).toList();
        if (filled.size() < 2) {
            return;
        }
        Collection<FirstLine> different = different(spark, path, filled, new Shape(named, options));
        if (different.size() < 2) {
            return;
        }
        List<String> first = null;
        FileStatus owner = null;
        for (FirstLine line : different) {
            List<String> cells = cells(spark, options, line.text());
            if (cells == null) {
                return; // a comment, or a cell that goes on in the next line: no telling what the columns are
            }
            if (first == null) {
                first = cells;
                owner = filled.get(line.file());
            } else if (named ? !names(first).equals(names(cells)) : first.size() != cells.size()) {
                throw new AthanorException(
                        "Cannot read " + path.input(),
                        "its files have different columns: " + described(owner, first, named) + ", and "
                                + described(filled.get(line.file()), cells, named),
                        "Name files that have the same columns with --input");
            }
        }
    }

    /** The first lines that may have other columns, in the order of their files. */
    private static Collection<FirstLine> different(
            SparkSession spark, SourcePath path, List<FileStatus> files, Shape shape) {
        Map<String, FirstLine> different = new LinkedHashMap<>();
        if (files.size() <= FILES_PER_TASK) {
            for (int f = 0; f < files.size(); f++) {
                FirstLine line = new FirstLine(f, CsvReader.firstLine(path, files.get(f)));
                line.into(different, shape);
            }
            return different.values();
        }
        SerializableConfiguration settings =
                new SerializableConfiguration(path.files().getConf());
        List<Tuple2<Integer, String>> places = new ArrayList<>();
        for (int f = 0; f < files.size(); f++) {
            places.add(new Tuple2<>(f, files.get(f).getPath().toString()));
        }
        int tasks = (files.size() + FILES_PER_TASK - 1) / FILES_PER_TASK;
        FlatMapFunction<Iterator<Tuple2<Integer, String>>, FirstLine> read = part -> {
            Map<String, FirstLine> found = new LinkedHashMap<>();
            while (part.hasNext()) {
                Tuple2<Integer, String> place = part.next();
                Path file = new Path(place._2());
                String text = CsvReader.firstLine(file.getFileSystem(settings.value()), file);
                new FirstLine(place._1(), text).into(found, shape);
            }
            return found.values().iterator();
        };
        JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(places, tasks)
                .mapPartitions(read)
                .collect()
                .forEach(line -> line.into(different, shape));
        return different.values();
    }

    /**
     * What a file begins with.
     *
     * @param file its place in the list of files
     */
    private record FirstLine(int file, String text) implements Serializable {
        void into(Map<String, FirstLine> different, Shape shape) {
            if (!text.isEmpty()) {
                String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
                different.putIfAbsent(shape.of(plain), new FirstLine(file, plain));
            }
        }
    }

    /**
     * Tells lines apart that may have other columns.
     *
     * @param named whether lines are headers, of which each other text counts; of rows their separators do
     */
    private record Shape(boolean named, String separator, String quote) implements Serializable {
        Shape(boolean named, Map<String, String> options) {
            this(
                    named,
                    options.getOrDefault("sep", options.getOrDefault("delimiter", ",")),
                    options.getOrDefault("quote", "\""));
        }

        String of(String line) {
            if (named || separator.length() != 1 || quote.length() > 1) {
                return line;
            }
            int separators = 0;
            boolean quoted = false;
            for (int i = 0; i < line.length(); i++) {
                if (!quote.isEmpty() && line.charAt(i) == quote.charAt(0)) {
                    quoted = !quoted;
                } else if (!quoted && line.charAt(i) == separator.charAt(0)) {
                    separators++;
                }
            }
            return Integer.toString(separators);
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
