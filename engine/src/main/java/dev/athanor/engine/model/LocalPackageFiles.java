package dev.athanor.engine.model;

import dev.athanor.engine.AthanorException;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A model package in a local directory, which is made when the first file is created. */
public final class LocalPackageFiles implements PackageFiles {
    private static final String UNFINISHED = ".part";

    private final Path directory;

    public LocalPackageFiles(Path directory) {
        this.directory = directory;
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(f -> f.getFileName().toString())
                    .filter(name -> !name.endsWith(UNFINISHED))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new AthanorException(
                    "Cannot list model package", directory + " is not a directory", "Check the path of the model", e);
        }
    }

    @Override
    public long size(String name) throws IOException {
        return Files.size(resolve(name));
    }

    @Override
    public InputStream open(String name) throws IOException {
        return Files.newInputStream(resolve(name));
    }

    @Override
    public OutputStream create(String name) throws IOException {
        Path target = resolve(name);
        if (Files.exists(target)) {
            throw new AthanorException(
                    "Cannot write model package",
                    "file " + target + " exists already",
                    "Packages are written once: choose another directory");
        }
        Files.createDirectories(directory);
        Path part = directory.resolve(name + UNFINISHED);
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(
                part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE));
        return new Finishing(out, part, target);
    }

    @Override
    public Optional<Path> path(String name) {
        return Optional.of(resolve(name));
    }

    private Path resolve(String name) {
        return directory.resolve(PackageNames.checked(name));
    }

    @Override
    public String location() {
        return directory.toString();
    }

    /** Gives the file its name when it is complete; a file whose writing failed never gets it. */
    private static final class Finishing extends FilterOutputStream {
        private final Path part;
        private final Path target;
        private boolean failed;
        private boolean closed;

        Finishing(OutputStream out, Path part, Path target) {
            super(out);
            this.part = part;
            this.target = target;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] b, int from, int length) throws IOException {
            try {
                out.write(b, from, length);
            } catch (IOException e) {
                failed = true;
                throw e;
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
            } catch (IOException e) {
                failed = true;
                throw e;
            } finally {
                if (failed) {
                    Files.deleteIfExists(part);
                }
            }
            if (!failed) {
                try {
                    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
                } catch (AtomicMoveNotSupportedException e) {
                    Files.move(part, target);
                }
            }
        }
    }
}
