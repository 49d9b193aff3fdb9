package dev.athanor.spark.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.athanor.spark.platform.Warehouse;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The file by which a running attempt shows that its process lives, rewritten every few seconds. */
final class Heartbeat {
    private final FileSystem files;
    private final Path file;

    Heartbeat(Warehouse warehouse, String runDirectory) throws IOException {
        files = warehouse.fileSystem();
        file = new Path(warehouse.run(runDirectory), "heartbeat.json");
    }

    /** Writes the file, making its directory. */
    void beat(RunOwner owner) throws IOException {
        files.mkdirs(file.getParent());
        try (OutputStream out = files.create(file, true)) {
            out.write(JobJson.write(owner).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Who beat last and when; empty when no one did. */
    Optional<Beat> last() throws IOException {
        FileStatus status;
        try {
            status = files.getFileStatus(file);
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
        return Optional.of(new Beat(owner(), Instant.ofEpochMilli(status.getModificationTime())));
    }

    private RunOwner owner() throws IOException {
        try (FSDataInputStream in = files.open(file)) {
            return JobJson.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), RunOwner.class);
        } catch (FileNotFoundException | ChecksumException | JsonProcessingException e) {
            // Caught while it was being replaced: whoever does that is alive.
            return null;
        }
    }

    void stop() throws IOException {
        files.delete(file, false);
    }

    /** @param owner null when the file was caught while being written */
    record Beat(RunOwner owner, Instant at) {}
}
