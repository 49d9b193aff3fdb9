package dev.athanor.spark.train;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * What tells the files of an input from the same files after a change: their paths, lengths and times of modification.
 *
 * @param count files
 * @param bytes of all together
 * @param changed when the one changed last was, in milliseconds since 1970
 * @param digest SHA-256 of all paths, lengths and times
 */
public record InputFiles(int count, long bytes, long changed, String digest) {
    /**
     * Asks the file system about files; one listing for each folder.
     *
     * @param uris of the files, as Spark names those that a Dataset reads
     * @return null when there is none
     */
    public static InputFiles of(Collection<String> uris, Configuration hadoop) throws IOException {
        Map<Path, List<Path>> folders = new LinkedHashMap<>();
        for (String uri : uris) {
            Path file = new Path(URI.create(uri));
            folders.computeIfAbsent(file.getParent(), any -> new ArrayList<>()).add(file);
        }
        Map<String, FileStatus> found = new TreeMap<>();
        for (Map.Entry<Path, List<Path>> folder : folders.entrySet()) {
            Map<String, FileStatus> there = new TreeMap<>();
            for (FileStatus status : folder.getKey().getFileSystem(hadoop).listStatus(folder.getKey())) {
                there.put(status.getPath().getName(), status);
            }
            for (Path file : folder.getValue()) {
                FileStatus status = there.get(file.getName());
                if (status == null) {
                    throw new FileNotFoundException("File " + file + " does not exist");
                }
                found.put(status.getPath().toString(), status);
            }
        }
        return found.isEmpty() ? null : of(found);
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
