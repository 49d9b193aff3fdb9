package dev.athanor.spark.platform;

import io.delta.storage.HadoopFileSystemLogStore;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Commits to Delta tables on a local disk such that two processes can never write the same version.
 *
 * <p>Delta's own store for {@code file:} looks whether the commit exists and then renames over it, so that of two
 * processes that commit within the same millisecond one is lost. This one makes the commit a hard link to a file written
 * before, which fails when the commit exists: {@code spark.delta.logStore.file.impl}.
 */
public final class AtomicLocalLogStore extends HadoopFileSystemLogStore {
    /** Called by Delta. */
    public AtomicLocalLogStore(Configuration hadoop) {
        super(hadoop);
    }

    @Override
    public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration hadoop) throws IOException {
        java.nio.file.Path target =
                new File(path.getFileSystem(hadoop).makeQualified(path).toUri().getPath()).toPath();
        if (!Files.isDirectory(target.getParent())) {
            throw new java.io.FileNotFoundException("No such file or directory: " + target.getParent());
        }
        if (!overwrite && Files.exists(target)) {
            throw new java.nio.file.FileAlreadyExistsException(path.toString());
        }
        java.nio.file.Path written =
                target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (BufferedWriter out = Files.newBufferedWriter(written, StandardCharsets.UTF_8)) {
                while (actions.hasNext()) {
                    out.write(actions.next());
                    out.write('\n');
                }
            }
            if (overwrite) {
                Files.move(written, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } else {
                link(path, target, written);
            }
            // A checksum that Hadoop left beside an earlier file of this name would no longer match.
            Files.deleteIfExists(target.resolveSibling("." + target.getFileName() + ".crc"));
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private static void link(Path path, java.nio.file.Path target, java.nio.file.Path written) throws IOException {
        try {
            Files.createLink(target, written);
        } catch (java.nio.file.FileAlreadyExistsException e) {
            java.nio.file.FileAlreadyExistsException mine =
                    new java.nio.file.FileAlreadyExistsException(path.toString());
            mine.initCause(e);
            throw mine;
        } catch (UnsupportedOperationException e) {
            throw new IOException(
                    "the file system of " + target
                            + " has no hard links; set spark.delta.logStore.file.impl=io.delta.storage.LocalLogStore",
                    e);
        }
    }

    @Override
    public Boolean isPartialWriteVisible(Path path, Configuration hadoop) {
        return false;
    }
}
