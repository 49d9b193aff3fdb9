package dev.athanor.spark.registry;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.model.PackageFiles;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A model package's files in a directory of any Hadoop file system. Thread-safe. */
public final class HadoopPackageFiles implements PackageFiles {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

    private final Path directory;
    private final FileSystem files;

    /** @throws IOException when the file system cannot be reached */
    public HadoopPackageFiles(String directory, Configuration hadoop) throws IOException {
        this.directory = new Path(directory);
        this.files = this.directory.getFileSystem(hadoop);
    }

    @Override
    public List<String> list() throws IOException {
        List<String> names = new ArrayList<>();
        for (FileStatus status : files.listStatus(directory)) {
            String name = status.getPath().getName();
            // Names that begin with a dot are files not yet complete, or Hadoop's checksums.
            if (status.isFile() && !name.startsWith(".")) {
                names.add(name);
            }
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public long size(String name) throws IOException {
        return files.getFileStatus(resolve(name)).getLen();
    }

    @Override
    public InputStream open(String name) throws IOException {
        return files.open(resolve(name));
    }

    @Override
    public OutputStream create(String name) throws IOException {
        Path target = resolve(name);
        if (files.exists(target)) {
            throw new java.nio.file.FileAlreadyExistsException(target.toString());
        }
        Path written = new Path(directory, "." + name + "." + UUID.randomUUID() + ".tmp");
        return new Renamed(files, written, target);
    }

    private Path resolve(String name) {
        if (!NAME.matcher(name).matches() || name.contains("..")) {
            throw new AthanorException(
                    "Cannot open file '" + name + "' of the package " + directory,
                    "it is not a plain file name",
                    "Use letters, digits, '_', '-' and '.'");
        }
        return new Path(directory, name);
    }

    @Override
    public Optional<java.nio.file.Path> path(String name) {
        Path file = files.makeQualified(resolve(name));
        return file.toUri().getScheme().equals("file")
                ? Optional.of(java.nio.file.Path.of(file.toUri().getPath()))
                : Optional.empty();
    }

    @Override
    public String location() {
        return directory.toString();
    }

    /** Appears under its name when it is closed; not at all when a write failed. */
    private static final class Renamed extends FilterOutputStream {
        private final FileSystem files;
        private final Path written;
        private final Path target;
        private boolean failed;
        private boolean closed;

        Renamed(FileSystem files, Path written, Path target) throws IOException {
            super(files.create(written, false));
            this.files = files;
            this.written = written;
            this.target = target;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                failed = true;
                throw e;
            } catch (FSError e) {
                failed = true;
                throw new IOException(e.getMessage(), e); // how Hadoop says that a local disk is full
            }
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            try {
                out.close();
            } catch (IOException | FSError e) {
                failed = true;
                files.delete(written, false);
                throw e instanceof IOException known ? known : new IOException(e.getMessage(), e);
            }
            if (failed) {
                files.delete(written, false);
            } else if (files.exists(target) || !files.rename(written, target)) {
                files.delete(written, false);
                throw new java.nio.file.FileAlreadyExistsException(target.toString());
            }
        }
    }
}
