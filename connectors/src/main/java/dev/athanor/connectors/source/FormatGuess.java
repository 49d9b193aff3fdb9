package dev.athanor.connectors.source;

import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;

/** Tells a format from file names, and from the first bytes where the name says nothing. */
final class FormatGuess {
    private static final Set<String> COMPRESSIONS = Set.of("gz", "bz2", "zst", "zstd", "lz4", "snappy", "deflate");
    private static final int LOOKED_AT = 10_000;
    private static final int SNIFF_BYTES = 4096;

    private FormatGuess() {}

    /** @throws AthanorException when neither name nor content tells */
    static SourceFormat of(SourcePath path) {
        if (path.isDelta()) {
            return SourceFormat.DELTA;
        }
        List<FileStatus> files = path.dataFiles(LOOKED_AT);
        if (files.isEmpty()) {
            throw path.empty();
        }
        Map<SourceFormat, String> named = new LinkedHashMap<>();
        for (FileStatus file : files) {
            String name = file.getPath().getName();
            byName(name).ifPresent(format -> named.putIfAbsent(format, name));
        }
        if (named.size() > 1) {
            throw new AthanorException(
                    "Cannot read " + path.input(),
                    "it holds files of several formats: "
                            + named.entrySet().stream()
                                    .map(e -> e.getValue() + " is " + e.getKey().id())
                                    .collect(Collectors.joining(", ")),
                    "Name files of one format with a pattern such as '*.csv', or keep each format in a folder of its own");
        }
        if (!named.isEmpty()) {
            return named.keySet().iterator().next();
        }
        FileStatus sample =
                files.stream().filter(f -> f.getLen() > 0).findFirst().orElseThrow(path::empty);
        return byContent(path, sample)
                .orElseThrow(() -> new AthanorException(
                        "Cannot read " + path.input(),
                        "neither its name nor its content tells the format",
                        "Say it with --format " + String.join("|", SourceFormat.names())));
    }

    static Optional<SourceFormat> byName(String fileName) {
        String name = withoutCompression(fileName.toLowerCase(Locale.ROOT));
        if (name.endsWith("-ubyte") || name.endsWith(".idx") || name.matches(".*[.-]idx[1-9](-[a-z]+)?")) {
            return Optional.of(SourceFormat.IDX);
        }
        return Optional.ofNullable(
                switch (name.substring(name.lastIndexOf('.') + 1)) {
                    case "csv", "tsv" -> SourceFormat.CSV;
                    case "json", "jsonl", "ndjson" -> SourceFormat.JSON;
                    case "parquet", "pq" -> SourceFormat.PARQUET;
                    case "png", "jpg", "jpeg" -> SourceFormat.IMAGE;
                    default -> null;
                });
    }

    /** The name without {@code .gz} and its like; also without Spark's {@code .snappy.parquet} middle part. */
    static String withoutCompression(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0 && COMPRESSIONS.contains(name.substring(dot + 1)) ? name.substring(0, dot) : name;
    }

    private static Optional<SourceFormat> byContent(SourcePath path, FileStatus file) {
        byte[] head;
        try (InputStream in = path.files().open(file.getPath())) {
            head = in.readNBytes(SNIFF_BYTES);
        } catch (IOException e) {
            throw new AthanorException(
                    "Cannot read " + path.input(), SourceErrors.reason(e), "Check that the file may be read", e);
        }
        if (starts(head, 'P', 'A', 'R', '1')) {
            return Optional.of(SourceFormat.PARQUET);
        }
        if (starts(head, 0x89, 'P', 'N', 'G') || starts(head, 0xff, 0xd8, 0xff)) {
            return Optional.of(SourceFormat.IMAGE);
        }
        if (head.length > 4 && head[0] == 0 && head[1] == 0 && head[2] >= 8 && head[2] <= 14 && head[3] > 0) {
            return Optional.of(SourceFormat.IDX);
        }
        int first = 0;
        boolean separator = false;
        for (byte b : head) {
            if (b == 0) {
                return Optional.empty();
            }
            separator |= b == ',' || b == ';' || b == '\t';
            if (first == 0 && b > ' ') {
                first = b;
            }
        }
        if (first == '{' || first == '[') {
            return Optional.of(SourceFormat.JSON);
        }
        return separator && !starts(head, 0x1f, 0x8b) ? Optional.of(SourceFormat.CSV) : Optional.empty();
    }

    private static boolean starts(byte[] head, int... magic) {
        if (head.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((head[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
