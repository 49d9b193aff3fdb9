package dev.athanor.connectors.source;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.text.NearestName;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The formats {@link DataSource} reads. */
public enum SourceFormat {
    /** Comma-separated text, RFC 4180, with or without a header line, plain or compressed. */
    CSV,
    /** JSON lines, or one array or object over several lines. */
    JSON,
    /** Apache Parquet. */
    PARQUET,
    /** A Delta table's folder. */
    DELTA,
    /** The IDX files of MNIST and its relatives, images with their labels. */
    IDX,
    /** A folder of PNG and JPEG files, one folder per label. */
    IMAGE,
    /** Plain text: the lines of one file, or the files of a folder. */
    TEXT,
    /** A table or view of the session's catalog, whatever its storage. */
    TABLE;

    /** The name used on the command line: {@code csv}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What {@code --format} takes. */
    public static List<String> names() {
        return Arrays.stream(values())
                .filter(f -> f != TABLE)
                .map(SourceFormat::id)
                .toList();
    }

    /** @throws AthanorException for an unknown name, with the nearest one */
    public static SourceFormat parse(String name) {
        return Arrays.stream(values())
                .filter(f -> f != TABLE && f.id().equalsIgnoreCase(name.strip()))
                .findFirst()
                .orElseThrow(() -> new AthanorException(
                        "Cannot read format '" + name + "'",
                        "it is none of " + String.join(", ", names()),
                        remedy(NearestName.hint(name, names()))));
    }

    private static String remedy(String hint) {
        return hint.endsWith("?") ? hint.substring(0, hint.length() - 1) + " (--format)" : hint;
    }
}
