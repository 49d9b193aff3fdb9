package dev.athanor.connectors.source;

import dev.athanor.engine.AthanorException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Reads CSV as RFC 4180 writes it: quotes are doubled within quotes, cells may hold line breaks, types are inferred.
 *
 * <p>A file is header-less when {@code columns} are given; otherwise its first line must look like names.
 */
final class CsvReader {
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    /** Below this size a file is read by one task anyway, so looking for line breaks in cells would save nothing. */
    private static final long SPLIT_BYTES = 64L << 20;

    private static final int LINE_CHARS = 1 << 20;

    private static final List<String> SEPARATORS = List.of(";", "\t", "|", ",");

    private CsvReader() {}

    /**
     * What was read.
     *
     * @param cells how many cells each line must have; null where Spark itself refuses or leaves out lines that have not
     */
    record Csv(Dataset<Row> rows, CsvCells cells) {}

    static Csv read(SparkSession spark, SourcePath path, Map<String, String> options, List<String> columns) {
        List<FileStatus> files = path.dataFiles(Integer.MAX_VALUE);
        if (files.stream().noneMatch(f -> f.getLen() > 0)) {
            throw path.empty();
        }
        boolean separated = options.containsKey("sep") || options.containsKey("delimiter");
        options.putIfAbsent("escape", "\"");
        options.putIfAbsent("inferSchema", "true");
        String name =
                FormatGuess.withoutCompression(files.get(0).getPath().getName().toLowerCase(Locale.ROOT));
        if (name.endsWith(".tsv") && !options.containsKey("delimiter")) {
            options.putIfAbsent("sep", "\t");
        }
        if (!options.containsKey("multiLine")) {
            options.put(
                    "multiLine",
                    String.valueOf(!(splittable(files) || path.hasLiteralGlob())
                            || hasLineBreaksInCells(spark, path, options)));
        }
        if (Boolean.parseBoolean(options.get("multiLine"))) {
            CsvQuotes.requireClosed(spark, path, files, options);
        }
        boolean permissive = options.getOrDefault("mode", "PERMISSIVE").equalsIgnoreCase("PERMISSIVE");
        if (!permissive) {
            options.putIfAbsent("columnPruning", "false"); // lines of which few cells are read are not counted else
        }
        Dataset<Row> texts = texts(spark, path, options);
        int width = width(texts);
        if (!options.containsKey("header")) {
            options.put("header", String.valueOf(hasHeader(path, texts, width, columns)));
        }
        CsvHeaders.requireEqual(spark, path, files, options);
        Dataset<Row> rows = spark.read().options(options).csv(path.forSpark());
        if (width == 1 && !separated) {
            refuseOtherSeparator(path, files, options);
        }
        // Where a folder's name gives a column that the files have too, Spark has no place of its own for it.
        boolean plain = rows.columns().length == texts.columns().length;
        return new Csv(
                columns.isEmpty() ? rows : rename(path, rows, width, columns),
                permissive && plain ? CsvCells.of(width, options) : null);
    }

    /** The rows again, with the names and types of {@code schema}; the options are those that the first reading left. */
    static Dataset<Row> read(SparkSession spark, SourcePath path, Map<String, String> options, StructType schema) {
        boolean checked = List.of(schema.fieldNames()).contains(CsvCells.COLUMN);
        return spark.read()
                .options(options)
                .options(checked ? Map.of("columnNameOfCorruptRecord", CsvCells.COLUMN) : Map.of())
                .option("enforceSchema", "true")
                .schema(schema)
                .csv(path.forSpark());
    }

    private static boolean splittable(List<FileStatus> files) {
        return files.stream()
                .anyMatch(f -> f.getLen() > SPLIT_BYTES
                        && FormatGuess.withoutCompression(f.getPath().getName())
                                .equals(f.getPath().getName()));
    }

    /** Of one column, whose separator nobody has named: its first line may have other separators. */
    private static void refuseOtherSeparator(SourcePath path, List<FileStatus> files, Map<String, String> options) {
        String line = files.stream()
                .filter(f -> f.getLen() > 0)
                .map(f -> firstLine(path, f))
                .findFirst()
                .orElse("");
        String used = options.getOrDefault("sep", ",");
        String other = SEPARATORS.stream()
                .filter(s -> !s.equals(used) && line.contains(s))
                .max(Comparator.comparingInt(
                        s -> line.length() - line.replace(s, "").length()))
                .orElse(null);
        if (other != null) {
            String shown = line.length() > 60 ? line.substring(0, 60) + "…" : line;
            String written = other.equals("\t") ? "'\\t'" : other.equals(",") ? "," : "'" + other + "'";
            throw new AthanorException(
                    "Cannot read " + path.input(),
                    "split at " + (used.equals("\t") ? "tabs" : "'" + used + "'")
                            + " it has one column, and its first line ("
                            + shown.replace("\t", "\\t") + ") looks split at "
                            + (other.equals("\t") ? "tabs" : "'" + other + "'"),
                    "Give the separator with --option sep=" + written + ", or with --option sep="
                            + (used.equals("\t") ? "'\\t'" : used) + " if it is one column");
        }
    }

    /** Whether some line has an odd number of quotes, so that a cell goes on in the next line. */
    private static boolean hasLineBreaksInCells(SparkSession spark, SourcePath path, Map<String, String> options) {
        String quote = options.getOrDefault("quote", "\"");
        if (quote.length() != 1) {
            return !quote.isEmpty();
        }
        char mark = quote.charAt(0);
        return !spark.read()
                .textFile(path.forSpark())
                .filter((org.apache.spark.api.java.function.FilterFunction<String>)
                        line -> line.chars().filter(c -> c == mark).count() % 2 == 1)
                .isEmpty();
    }

    private static boolean hasHeader(SourcePath path, Dataset<Row> texts, int width, List<String> columns) {
        List<String> cells = firstCells(path, texts, width);
        if (!columns.isEmpty()) {
            return cells.size() == columns.size() && lower(cells).equals(lower(columns));
        }
        boolean values = cells.stream()
                .anyMatch(c ->
                        c == null || c.isBlank() || NUMBER.matcher(c.strip()).matches());
        Set<String> seen = new HashSet<>();
        List<String> twice = cells.stream()
                .filter(c -> c != null && !seen.add(c.strip().toLowerCase(Locale.ROOT)))
                .map(String::strip)
                .toList();
        if (values || !twice.isEmpty()) {
            String shown = cells.stream()
                    .limit(4)
                    .map(c -> c == null ? "" : c.length() > 24 ? c.substring(0, 24) + "…" : c)
                    .collect(Collectors.joining(", "));
            throw new AthanorException(
                    "Cannot read " + path.input(),
                    values
                            ? "it has no header line: its first line holds values, not names (" + shown
                                    + (cells.size() > 4 ? ", …" : "") + ")"
                            : twice(twice.get(0), cells),
                    "Name its " + cells.size() + " columns with --columns a,b,c"
                            + (values
                                    ? ", or say --option header=true if that line is the header, or --option header=false"
                                            + " to call them _c0 to _c" + (cells.size() - 1)
                                    : " and --option header=true"));
        }
        return true;
    }

    private static String twice(String name, List<String> cells) {
        String first = cells.stream()
                .filter(c -> c != null && c.strip().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow()
                .strip();
        return first.equals(name)
                ? "the name '" + name + "' stands twice in its header line"
                : "its header line names both '" + first + "' and '" + name
                        + "', and Spark compares names without case";
    }

    private static List<String> lower(List<String> cells) {
        return cells.stream()
                .map(c -> c == null ? null : c.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toList());
    }

    /** All lines, the first too, with cells of text called {@code _c0}, {@code _c1}, … and what the folders' names say. */
    private static Dataset<Row> texts(SparkSession spark, SourcePath path, Map<String, String> options) {
        Map<String, String> plain = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        plain.putAll(options);
        plain.put("header", "false");
        plain.put("inferSchema", "false");
        return spark.read().options(plain).csv(path.forSpark());
    }

    /** Columns of the files themselves: those that folders' names give come after them. */
    private static int width(Dataset<Row> texts) {
        String[] names = texts.columns();
        int width = 0;
        while (width < names.length && names[width].equals("_c" + width)) {
            width++;
        }
        return width;
    }

    /** The cells of the first record, by Spark's own parser. */
    private static List<String> firstCells(SourcePath path, Dataset<Row> texts, int width) {
        List<Row> first = texts.takeAsList(1);
        if (first.isEmpty()) {
            throw path.empty();
        }
        String[] cells = new String[width];
        for (int i = 0; i < width; i++) {
            cells[i] = first.get(0).getString(i);
        }
        return Arrays.asList(cells);
    }

    private static Dataset<Row> rename(SourcePath path, Dataset<Row> rows, int width, List<String> columns) {
        if (width != columns.size()) {
            throw new AthanorException(
                    "Cannot name the columns of " + path.input(),
                    "--columns gives " + columns.size() + " names and the file has " + width + " columns"
                            + (width == 1 ? ", or another separator" : ""),
                    width == 1 ? "Give the separator with --option sep=;" : "Give " + width + " names");
        }
        List<String> names = new ArrayList<>(columns);
        names.addAll(List.of(rows.columns()).subList(Math.min(width, rows.columns().length), rows.columns().length));
        Set<String> seen = new HashSet<>();
        for (String column : names) {
            if (column.isBlank() || !seen.add(column.toLowerCase(Locale.ROOT))) {
                throw new AthanorException(
                        "Cannot name the columns of " + path.input(),
                        column.isBlank()
                                ? "one of --columns is empty"
                                : "--columns names '" + column + "' twice; Spark compares names without case",
                        "Give each column its own name");
            }
        }
        return rows.toDF(names.toArray(String[]::new));
    }

    /** The first line with any content; empty when there is none. */
    static String firstLine(SourcePath path, FileStatus file) {
        return firstLine(path.files(), file.getPath());
    }

    /** The first line with any content; empty when there is none. */
    static String firstLine(FileSystem files, Path file) {
        var codec = new org.apache.hadoop.io.compress.CompressionCodecFactory(Objects.requireNonNull(files.getConf()))
                .getCodec(file);
        try (var raw = files.open(file);
                var in = codec == null ? raw : codec.createInputStream(raw);
                var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            StringBuilder line = new StringBuilder();
            for (int c = reader.read(); c >= 0 && line.length() < LINE_CHARS; c = reader.read()) {
                if (c == '\n' && !line.toString().isBlank()) {
                    break;
                }
                line.append((char) c);
            }
            return line.toString().strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
