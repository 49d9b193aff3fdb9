package dev.athanor.connectors.source;

import dev.athanor.engine.AthanorException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The header of an IDX file, plain or gzip: magic number, element type and dimensions.
 *
 * <p>Format: <a href="https://yann.lecun.com/exdb/mnist/">The MNIST database</a>, "the IDX file format".
 *
 * @param name what messages call it
 * @param location where it is, with scheme and absolute, as every executor needs it
 * @param gzip whether it is compressed
 * @param type element type: 8 unsigned byte, 9 byte, 11 short, 12 int, 13 float, 14 double, all big-endian
 * @param rows first dimension
 * @param width product of the other dimensions, 1 for a plain list
 * @param dimensions number of dimensions
 */
record IdxFile(String name, String location, boolean gzip, int type, int rows, int width, int dimensions)
        implements Serializable {
    /** The most that deflate can shrink data. */
    private static final long DEFLATE_LIMIT = 1032;

    static IdxFile open(String name, FileStatus status, Configuration configuration) throws IOException {
        Path file = status.getPath();
        FileSystem files = file.getFileSystem(configuration);
        long length = status.getLen();
        if (length == 0) {
            throw new AthanorException("Cannot read " + name, "the file is empty", "Fetch or write the file again");
        }
        boolean gzip;
        try (InputStream in = files.open(file)) {
            byte[] magic = in.readNBytes(2);
            gzip = magic.length == 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b;
        }
        try (DataInputStream in = new DataInputStream(stream(files, file, gzip))) {
            int magic = in.readInt();
            int type = magic >>> 8;
            int dimensions = magic & 0xff;
            if (elementBytes(type) == 0 || dimensions == 0) {
                throw new AthanorException(
                        "Cannot read " + name,
                        String.format("it is not an IDX file: its first four bytes are 0x%08x", magic),
                        "Check --input and --format");
            }
            long rows = in.readInt() & 0xffffffffL;
            long width = 1;
            for (int i = 1; i < dimensions; i++) {
                width = Math.multiplyExact(width, in.readInt() & 0xffffffffL);
                if (width > Integer.MAX_VALUE / 8) {
                    throw tooLarge(name, length, gzip, rows, width);
                }
            }
            IdxFile idx = new IdxFile(
                    name,
                    file.toString(),
                    gzip,
                    type,
                    (int) Math.min(rows, Integer.MAX_VALUE),
                    (int) width,
                    dimensions);
            long bytes = idx.headerBytes() + rows * width * elementBytes(type);
            if (rows > Integer.MAX_VALUE || (gzip ? bytes > length * DEFLATE_LIMIT : bytes > length)) {
                throw tooLarge(name, length, gzip, rows, width);
            }
            if (!gzip && bytes < length) {
                throw new AthanorException(
                        "Cannot read " + name,
                        "its header says " + bytes + " bytes and the file has " + length,
                        "Fetch or write the file again");
            }
            return idx;
        }
    }

    private static AthanorException tooLarge(String name, long length, boolean gzip, long rows, long width) {
        return new AthanorException(
                "Cannot read " + name,
                "its header claims " + rows + " rows of " + width + " values, more than the file's " + length
                        + (gzip ? " compressed" : "") + " bytes can hold",
                "Fetch or write the file again");
    }

    long headerBytes() {
        return 4L + 4L * dimensions;
    }

    int rowBytes() {
        return width * elementBytes(type);
    }

    /** A stream that stands at the first byte of row {@code row}. */
    DataInputStream at(int row, Configuration configuration) throws IOException {
        Path file = new Path(location);
        FileSystem files = file.getFileSystem(configuration);
        long skip = headerBytes() + (long) row * rowBytes();
        if (!gzip) {
            FSDataInputStream in = files.open(file);
            in.seek(skip);
            return new DataInputStream(new BufferedInputStream(in, 1 << 16));
        }
        InputStream in = stream(files, file, true);
        try {
            in.skipNBytes(skip);
        } catch (EOFException e) {
            in.close();
            throw cutOff(e);
        }
        return new DataInputStream(in);
    }

    /** The error for a file that ends before its header says. */
    AthanorException cutOff(IOException cause) {
        return new AthanorException(
                "Cannot read " + name,
                "it ends before the " + rows + " rows its header announces",
                "Fetch or write the file again",
                cause);
    }

    /** Turns one row's bytes into floats. */
    void decode(byte[] bytes, float[] into) {
        java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes);
        for (int i = 0; i < width; i++) {
            into[i] = switch (type) {
                case 8 -> bytes[i] & 0xff;
                case 9 -> bytes[i];
                case 11 -> buffer.getShort(2 * i);
                case 12 -> buffer.getInt(4 * i);
                case 13 -> buffer.getFloat(4 * i);
                default -> (float) buffer.getDouble(8 * i);
            };
        }
    }

    private static int elementBytes(int type) {
        return switch (type) {
            case 8, 9 -> 1;
            case 11 -> 2;
            case 12, 13 -> 4;
            case 14 -> 8;
            default -> 0;
        };
    }

    private static InputStream stream(FileSystem files, Path file, boolean gzip) throws IOException {
        InputStream in = files.open(file);
        if (!gzip) {
            return new BufferedInputStream(in, 1 << 16);
        }
        try {
            return new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }
}
