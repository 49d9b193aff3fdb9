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
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The file by which a running attempt shows that its process lives, rewritten every few seconds; beside it, a file that
 * keeps room for the run's last row on a disk that its job may fill. Only the attempt that claimed the run may beat; the
 * room is each attempt's own.
 */
final class Heartbeat {
    private static final int RESERVED_BYTES = 256 << 10;

    private final FileSystem files;
    private final Path file;

    Heartbeat(Warehouse warehouse, String runDirectory) throws IOException {
        files = warehouse.fileSystem();
        file = new Path(warehouse.run(runDirectory), "heartbeat.json");
    }

    /** Takes the room that {@link #release} gives back. */
    void reserve(RunOwner owner) throws IOException {
        files.mkdirs(file.getParent());
        write(reserveOf(owner), new byte[RESERVED_BYTES]);
    }

    /** Gives back the room for the last row, before it is written. */
    void release(RunOwner owner) throws IOException {
        files.delete(reserveOf(owner), false);
    }

    private Path reserveOf(RunOwner owner) {
        return new Path(file.getParent(), "reserve-" + owner.token());
    }

    /** Writes the file, making its directory. */
    void beat(RunOwner owner) throws IOException {
        files.mkdirs(file.getParent());
        write(file, JobJson.write(owner).getBytes(StandardCharsets.UTF_8));
    }

    private void write(Path to, byte[] content) throws IOException {
        try (OutputStream out = files.create(to, true)) {
            out.write(content);
        } catch (FSError e) {
            throw new IOException(e.getMessage(), e); // how Hadoop says that a local disk is full
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

    /** Removes the file, unless another attempt beat last. */
    void stop(RunOwner owner) throws IOException {
        RunOwner last = last().map(Beat::owner).orElse(null);
        if (last != null && last.token().equals(owner.token())) {
            files.delete(file, false);
        }
    }

    /** @param owner null when the file was caught while being written */
    record Beat(RunOwner owner, Instant at) {}
}
