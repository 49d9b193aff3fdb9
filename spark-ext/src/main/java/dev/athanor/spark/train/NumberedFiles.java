package dev.athanor.spark.train;

import dev.athanor.engine.train.CheckpointStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Versions of one file in a directory of any Hadoop file system, of which the newest counts. One writer at a time.
 *
 * <p>Each is written under a hidden name and renamed to the next number, which no file has yet: a rename that replaces
 * nothing is atomic on every file system that renames atomically, one that replaces is not. Older ones are then deleted.
 * Whenever a write is interrupted, the one before or the new one is there, whole.
 */
final class NumberedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(NumberedFiles.class);

    private final Path directory;
    private final FileSystem files;
    private final String name;
    private final String ending;
    private final Pattern pattern;

    /** Files {@code name-0000000001ending} and so on. */
    NumberedFiles(Path directory, FileSystem files, String name, String ending) {
        this.directory = directory;
        this.files = files;
        this.name = name;
        this.ending = ending;
        this.pattern = Pattern.compile(Pattern.quote(name) + "-(\\d{10})" + Pattern.quote(ending));
    }

    /** The one that counts, or empty when none was written. */
    Optional<Path> newest() throws IOException {
        List<Path> all = all();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /** Writes the next, which counts from then on; makes the directory if need be. */
    void write(CheckpointStore.Writer content) throws IOException {
        List<Path> before = all();
        long next = before.isEmpty() ? 1 : number(before.get(before.size() - 1)) + 1;
        Path part = new Path(directory, "." + name + "-" + UUID.randomUUID() + ".part");
        Path file = new Path(directory, String.format(Locale.ROOT, "%s-%010d%s", name, next, ending));
        try {
            try (OutputStream out = files.create(part, false)) {
                content.writeTo(out);
            }
            if (!files.rename(part, file)) {
                throw new IOException("Cannot write " + file + ": renaming " + part + " to it was refused");
            }
        } catch (IOException | RuntimeException | Error e) {
            discard(part, e);
            throw e;
        }
        for (Path old : before) {
            deleteOld(old);
        }
    }

    /** The new one is there and counts: an old one that stays is deleted after a later write. */
    private void deleteOld(Path old) {
        try {
            files.delete(old, false);
        } catch (IOException e) {
            LOG.warn("Cannot delete {}, which is no longer needed: {}", old, e.getMessage());
        }
    }

    private void discard(Path part, Throwable failure) {
        try {
            files.delete(part, false);
        } catch (IOException | RuntimeException | Error e) {
            failure.addSuppressed(e);
        }
    }

    private List<Path> all() throws IOException {
        List<Path> found = new ArrayList<>();
        try {
            for (FileStatus status : files.listStatus(directory)) {
                if (pattern.matcher(status.getPath().getName()).matches()) {
                    found.add(status.getPath());
                }
            }
        } catch (FileNotFoundException e) {
            return found; // the first one makes the directory
        }
        found.sort(Comparator.comparing(Path::getName));
        return found;
    }

    private long number(Path path) {
        Matcher matcher = pattern.matcher(path.getName());
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
