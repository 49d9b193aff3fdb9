package dev.athanor.spark.train;

import dev.athanor.engine.train.CheckpointStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Checkpoints of one run in a directory of any Hadoop file system, of which the newest is kept. One writer at a time. */
public final class HadoopCheckpointStore implements CheckpointStore {
    private final Path directory;
    private final FileSystem files;
    private final NumberedFiles checkpoints;

    /** @throws IOException when the file system cannot be reached */
    public HadoopCheckpointStore(String directory, Configuration hadoop) throws IOException {
        this.directory = new Path(directory);
        this.files = this.directory.getFileSystem(hadoop);
        this.checkpoints = new NumberedFiles(this.directory, files, "checkpoint", "");
    }

    @Override
    public Optional<InputStream> latest() throws IOException {
        Optional<Path> newest = checkpoints.newest();
        return newest.isEmpty() ? Optional.empty() : Optional.of(files.open(newest.get()));
    }

    /** Whether there is any. */
    boolean exists() throws IOException {
        return checkpoints.newest().isPresent();
    }

    @Override
    public void save(Writer content) throws IOException {
        checkpoints.write(content);
    }

    /** Deletes the directory, once the run needs it no more. */
    public void clear() throws IOException {
        files.delete(directory, true);
    }
}
