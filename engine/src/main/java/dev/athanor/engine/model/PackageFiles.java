package dev.athanor.engine.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files of one model package, wherever they lie: a local directory here, any Hadoop file system in {@code spark-ext}.
 *
 * <p>Names are plain file names; an implementation refuses separators and {@code ..}.
 */
public interface PackageFiles {
    /** Names of all files, sorted. */
    List<String> list() throws IOException;

    /** Size in bytes. */
    long size(String name) throws IOException;

    InputStream open(String name) throws IOException;

    /** Creates a file that must not exist yet; it counts only once the stream is closed. */
    OutputStream create(String name) throws IOException;

    /** Where a file lies in this machine's file system, so that it can be mapped into memory; empty where it does not. */
    default Optional<Path> path(String name) throws IOException {
        return Optional.empty();
    }

    /** Where the files are, for messages. */
    String location();
}
