package dev.athanor.connectors.source;

import dev.athanor.engine.AthanorException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Looks for a quote that opens a cell and never closes it: Spark reads all that follows, up to the next quote or the end
 * of the file, as that one cell, and says nothing of the rows that are gone.
 *
 * @param quote begins and ends a cell in which separators and line ends are text; doubled it is text itself
 * @param separator between cells
 */
record CsvQuotes(char quote, char separator) implements Serializable {
    /** Up to this size of all files together they are read here, without a job. */
    private static final long SMALL_BYTES = 64L << 20;

    private static final int BUFFER = 1 << 16;
    /** Options with which quotes, cells or lines are other than this class knows them. */
    private static final Set<String> BEYOND =
            Set.of("comment", "linesep", "unescapedquotehandling", "chartoescapequoteescaping", "ignorecorruptfiles");

    /**
     * A cell that is not closed.
     *
     * @param line where it begins, from 1
     */
    private record Open(String file, long line) implements Serializable {}

    /** @throws AthanorException when a file has such a cell; it names file and line */
    static void requireClosed(
            SparkSession spark, SourcePath path, List<FileStatus> files, Map<String, String> options) {
        CsvQuotes quotes = of(options).orElse(null);
        if (quotes == null) {
            return;
        }
        Open open = null;
        if (files.stream().mapToLong(FileStatus::getLen).sum() <= SMALL_BYTES) {
            for (int f = 0; f < files.size() && open == null; f++) {
                open = quotes.open(files.get(f).getPath(), path.files().getConf());
            }
        } else {
            SerializableConfiguration settings =
                    new SerializableConfiguration(path.files().getConf());
            List<String> places =
                    files.stream().map(f -> f.getPath().toString()).toList();
            Function<String, Open> look = place -> quotes.open(new Path(place), settings.value());
            open = JavaSparkContext.fromSparkContext(spark.sparkContext())
                    .parallelize(places, places.size())
                    .map(look)
                    .filter(o -> o != null)
                    .collect()
                    .stream()
                    .findFirst()
                    .orElse(null);
        }
        if (open != null) {
            throw new AthanorException(
                    "Cannot read " + path.input(),
                    String.format(
                            Locale.ROOT,
                            "the quote that opens a cell in line %,d of %s is not closed, and the lines after it would be"
                                    + " read as part of that cell",
                            open.line(),
                            open.file()),
                    "Close it, double it where it is part of a text, or say --option quote= if quotes mean nothing in this"
                            + " file");
        }
    }

    /** None where the options say that quotes are not those of RFC 4180. */
    private static Optional<CsvQuotes> of(Map<String, String> options) {
        String quote = options.getOrDefault("quote", "\"");
        String separator = options.getOrDefault("sep", options.getOrDefault("delimiter", ","));
        separator = separator.equals("\\t") ? "\t" : separator;
        String encoding = options.getOrDefault("encoding", options.getOrDefault("charset", "UTF-8"));
        boolean plain = quote.length() == 1
                && quote.equals(options.get("escape"))
                && separator.length() == 1
                && quote.charAt(0) < 128
                && separator.charAt(0) < 128
                && !encoding.toUpperCase(Locale.ROOT).matches("UTF-?(16|32).*")
                && !Boolean.parseBoolean(options.get("ignoreLeadingWhiteSpace"))
                && options.keySet().stream().noneMatch(o -> BEYOND.contains(o.toLowerCase(Locale.ROOT)));
        return plain ? Optional.of(new CsvQuotes(quote.charAt(0), separator.charAt(0))) : Optional.empty();
    }

    private Open open(Path file, Configuration settings) {
        var codec = new CompressionCodecFactory(settings).getCodec(file);
        try (var raw = file.getFileSystem(settings).open(file);
                var in = new BufferedInputStream(codec == null ? raw : codec.createInputStream(raw), BUFFER)) {
            long line = openLine(in);
            return line == 0 ? null : new Open(file.getName(), line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private enum Place {
        CELL_START,
        PLAIN,
        QUOTED,
        AFTER_QUOTE
    }

    /** The line in which a cell begins that is not closed, from 1; 0 when there is none. */
    long openLine(InputStream in) throws IOException {
        Place place = Place.CELL_START;
        long line = 1;
        long opened = 0;
        byte[] buffer = new byte[BUFFER];
        boolean first = true;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            int at = first && n >= 3 && buffer[0] == (byte) 0xEF && buffer[1] == (byte) 0xBB && buffer[2] == (byte) 0xBF
                    ? 3
                    : 0;
            first = false;
            for (; at < n; at++) {
                byte b = buffer[at];
                if (place == Place.QUOTED) {
                    if (b == quote) {
                        place = Place.AFTER_QUOTE;
                    }
                } else if (b == separator || b == '\n') {
                    place = Place.CELL_START;
                } else if (b == quote && place != Place.PLAIN) {
                    opened = place == Place.CELL_START ? line : opened;
                    place = Place.QUOTED;
                } else if (place == Place.CELL_START) {
                    place = Place.PLAIN;
                } else if (place == Place.AFTER_QUOTE && b != ' ' && b != '\t' && b != '\r') {
                    if (line > opened) {
                        return opened; // the quote that ended the cell was the first of another one
                    }
                    place = Place.PLAIN; // as Spark reads it: a quote within a cell, up to the separator
                }
                if (b == '\n') {
                    line++;
                }
            }
        }
        return place == Place.QUOTED ? opened : 0;
    }
}
