package dev.athanor.connectors.source;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads plain text: of a file each line, in order, as {@value #LINE}; of a folder or a pattern each file as
 * {@value #TEXT}. Lines end with a line feed alone, so that a file is its lines with one behind each.
 */
public final class TextReader {
    /** The column of lines. */
    public static final String LINE = "line";

    /** The column of whole files. */
    public static final String TEXT = "text";

    private static final Set<String> ENDINGS = Set.of("txt", "text", "md");
    private static final int LOOKED_AT = 1000;

    private TextReader() {}

    /** Whether all files of {@code input} are called as plain text is; false where there are none, or no such path. */
    public static boolean isCalledText(String input, Configuration configuration) {
        var files = SourcePath.of(input, configuration).dataFiles(LOOKED_AT);
        return !files.isEmpty()
                && files.stream().map(f -> f.getPath().getName()).allMatch(TextReader::isTextName);
    }

    private static boolean isTextName(String fileName) {
        String name = FormatGuess.withoutCompression(fileName.toLowerCase(Locale.ROOT));
        return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
    }

    static String column(SourcePath path) {
        return isLines(path) ? LINE : TEXT;
    }

    private static boolean isLines(SourcePath path) {
        List<?> roots = path.roots();
        return roots.size() == 1 && !path.isFolder();
    }

    /** Options of Spark's reader of text. */
    static Map<String, String> options(SourcePath path, Map<String, String> given) {
        Map<String, String> options = new TreeMap<>(given);
        if (isLines(path)) {
            options.put("lineSep", "\n");
        } else {
            options.put("wholetext", "true");
        }
        return options;
    }

    static Dataset<Row> read(SparkSession spark, SourcePath path, Map<String, String> options) {
        return spark.read()
                .options(options(path, options))
                .text(path.forSpark())
                .toDF(column(path));
    }
}
