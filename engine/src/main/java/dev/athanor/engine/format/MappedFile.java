package dev.athanor.engine.format;

import dev.athanor.engine.AthanorException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file open for reading, parts of which are mapped into memory; safe for use by many threads. */
final class MappedFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final long size;

    private MappedFile(Path path, FileChannel channel, long size) {
        this.path = path;
        this.channel = channel;
        this.size = size;
    }

    static MappedFile open(Path path) {
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            try {
                return new MappedFile(path, channel, channel.size());
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new AthanorException(problem(path), "the file cannot be opened: " + e, "Check the path", e);
        }
    }

    static String problem(Object location) {
        return "Cannot read tensors from " + location;
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    /** Fills a buffer from a position on. */
    void read(ByteBuffer to, long position) {
        try {
            long at = position;
            while (to.hasRemaining()) {
                int n = channel.read(to, at);
                if (n < 0) {
                    throw new EOFException("it ends at byte " + at);
                }
                at += n;
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** A read-only, little-endian view of a stretch, which must lie in the file. */
    ByteBuffer map(long position, long length) {
        try {
            if (position + length > channel.size()) {
                throw new EOFException("it was cut short while it was open");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, position, length).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private AthanorException unreadable(IOException e) {
        return new AthanorException(
                problem(path), "the file cannot be read: " + e, "Check the file and its file system", e);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }
}
