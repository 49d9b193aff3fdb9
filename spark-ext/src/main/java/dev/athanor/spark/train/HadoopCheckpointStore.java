package dev.athanor.spark.train;

import dev.athanor.engine.train.CheckpointStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Checkpoints of one run in a directory of any Hadoop file system.
 *
 * <p>Each checkpoint is written under a hidden name and renamed to the next number, which no file has yet: a rename that
 * replaces nothing is atomic on every file system that renames atomically, one that replaces is not. Older ones are then
 * deleted. One writer at a time.
 */
public final class HadoopCheckpointStore implements CheckpointStore {
    private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{10})");

    private final Path directory;
    private final FileSystem files;

    /** @throws IOException when the file system cannot be reached */
    public HadoopCheckpointStore(String directory, Configuration hadoop) throws IOException {
        this.directory = new Path(directory);
        this.files = this.directory.getFileSystem(hadoop);
    }

    @Override
    public Optional<InputStream> latest() throws IOException {
        List<Path> all = numbered();
        return all.isEmpty() ? Optional.empty() : Optional.of(files.open(all.get(all.size() - 1)));
    }

    /** Whether there is any. */
    boolean exists() throws IOException {
        return !numbered().isEmpty();
    }

    @Override
    public void save(Writer content) throws IOException {
        List<Path> before = numbered();
        long next = before.isEmpty() ? 1 : number(before.get(before.size() - 1)) + 1;
        Path part = new Path(directory, ".checkpoint-" + UUID.randomUUID() + ".part");
        boolean kept = false;
        try {
            try (OutputStream out = files.create(part, false)) {
                content.writeTo(out);
            }
            Path target = new Path(directory, String.format(Locale.ROOT, "checkpoint-%010d", next));
            if (!files.rename(part, target)) {
                throw new IOException("Cannot save checkpoint: renaming " + part + " to " + target + " was refused");
            }
            kept = true;
        } finally {
            if (!kept) {
                files.delete(part, false);
            }
        }
        for (Path old : before) {
            files.delete(old, false);
        }
    }

    /** Deletes the directory, once the run needs it no more. */
    public void clear() throws IOException {
        files.delete(directory, true);
    }

    private List<Path> numbered() throws IOException {
        List<Path> found = new ArrayList<>();
        try {
            for (FileStatus status : files.listStatus(directory)) {
                if (NAME.matcher(status.getPath().getName()).matches()) {
                    found.add(status.getPath());
                }
            }
        } catch (FileNotFoundException e) {
            return found; // the first checkpoint makes the directory
        }
        found.sort(Comparator.comparing(Path::getName));
        return found;
    }

    private static long number(Path path) {
        Matcher matcher = NAME.matcher(path.getName());
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
