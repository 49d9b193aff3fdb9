package dev.athanor.spark.train;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;

/**
 * What tells the files of an input from the same files after a change: their paths, lengths and times of modification.
 *
 * @param count files
 * @param bytes of all together
 * @param changed when the one changed last was, in milliseconds since 1970
 * @param digest SHA-256 of all paths, lengths and times
 */
public record InputFiles(int count, long bytes, long changed, String digest) {
    /** Those of {@code files}, in any order and however often; null when there is none. */
    public static InputFiles of(Collection<FileStatus> files) {
        Map<String, FileStatus> sorted = new TreeMap<>();
        files.forEach(file -> sorted.put(file.getPath().toString(), file));
        return sorted.isEmpty() ? null : of(sorted);
    }

    private static InputFiles of(Map<String, FileStatus> files) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
        long bytes = 0;
        long changed = 0;
        for (Map.Entry<String, FileStatus> file : files.entrySet()) {
            FileStatus status = file.getValue();
            bytes += status.getLen();
            changed = Math.max(changed, status.getModificationTime());
            String line = file.getKey() + "\n" + status.getLen() + "\n" + status.getModificationTime() + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return new InputFiles(files.size(), bytes, changed, HexFormat.of().formatHex(digest.digest()));
    }

    /** For messages: {@code 3 files of 1,234 bytes, the last changed at 2026-01-31T12:00:00Z}. */
    String described() {
        return String.format(
                Locale.ROOT,
                "%,d %s of %,d bytes, %s at %s",
                count,
                count == 1 ? "file" : "files",
                bytes,
                count == 1 ? "changed" : "the last changed",
                Instant.ofEpochMilli(changed));
    }
}
