package dev.athanor.spark.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.spark.platform.LocalProcess;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The process that writes a package, named in a hidden file of its directory until the package is registered.
 *
 * @param host host name
 * @param pid process id there
 * @param started when that process started, milliseconds since 1970; 0 when the system does not tell
 * @param space where its process id means that process
 */
record DraftOwner(String host, long pid, long started, String space) {
    /** Longer than any training: a draft this old is abandoned, whoever made it. */
    static final Duration OLDEST = Duration.ofDays(30);

    /** That a process is gone is certain only where process ids are one space, which systems without /proc do not tell. */
    static final Duration GRACE = Duration.ofHours(24);

    private static final String FILE = ".draft.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    static DraftOwner here() {
        LocalProcess process = LocalProcess.current();
        return new DraftOwner(
                process.host(),
                process.pid(),
                process.started() == null ? 0 : process.started().toEpochMilli(),
                process.space());
    }

    void mark(FileSystem files, Path directory) throws IOException {
        try (OutputStream out = files.create(new Path(directory, FILE), true)) {
            out.write(JSON.writeValueAsBytes(this));
        }
    }

    static void unmark(FileSystem files, Path directory) throws IOException {
        files.delete(new Path(directory, FILE), false);
    }

    /**
     * Whether the process that made a directory has ended by all signs and wrote nothing for {@link #GRACE}, or the
     * directory is too old to be in use.
     */
    static boolean isAbandoned(FileSystem files, FileStatus directory) throws IOException {
        long newest = directory.getModificationTime();
        for (FileStatus file : files.listStatus(directory.getPath())) {
            newest = Math.max(newest, file.getModificationTime());
        }
        long age = System.currentTimeMillis() - newest;
        DraftOwner owner = of(files, directory.getPath());
        return age > OLDEST.toMillis()
                || (age > GRACE.toMillis() && owner != null && owner.process().gone());
    }

    private LocalProcess process() {
        return new LocalProcess(host, pid, started == 0 ? null : Instant.ofEpochMilli(started), space);
    }

    private static DraftOwner of(FileSystem files, Path directory) throws IOException {
        try (InputStream in = files.open(new Path(directory, FILE))) {
            return JSON.readValue(in.readAllBytes(), DraftOwner.class);
        } catch (FileNotFoundException | JsonProcessingException e) {
            return null; // being written, or of an older version: only its age can tell
        }
    }
}
