package dev.athanor.engine.train;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.table.InputLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Encoded blocks beyond the memory budget: a local file, deleted when closed.
 *
 * <p>A block is its row count, the feature count of each bag, then its arrays back to back, little-endian. The file is
 * of one process and one run, so it carries no header and no version. One thread writes; another may read what was
 * written before.
 */
final class BlockFile implements AutoCloseable {
    private static final int CHUNK = 1 << 16;

    private final Path path;
    private final FileChannel channel;
    private final InputLayout layout;
    private final ByteBuffer writing = buffer();
    private final ByteBuffer reading = buffer();
    private long end;

    BlockFile(Path directory, InputLayout layout) {
        this.layout = layout;
        try {
            Files.createDirectories(directory);
            this.path = Files.createTempFile(directory, "athanor-rows-", ".spill");
            this.channel = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw failed(directory, e);
        }
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static AthanorException failed(Path where, IOException e) {
        return new AthanorException(
                "Cannot spill training rows to " + where,
                String.valueOf(e.getMessage()),
                "Free space there, choose another spill directory, or give training more memory",
                e);
    }

    /** Appends a block and says where it begins. */
    long write(Block block) {
        long start = end;
        try {
            writing.clear();
            writing.putInt(block.rows);
            for (int b = 0; b < block.bagOffsets.length; b++) {
                writing.putInt(block.bagOffsets[b][block.rows]);
            }
            flush();
            floats(block.dense, block.rows * layout.denseWidth());
            floats(
                    block.image,
                    layout.image() == null ? 0 : block.rows * layout.image().size());
            for (int b = 0; b < block.bagOffsets.length; b++) {
                int n = block.bagOffsets[b][block.rows];
                ints(block.bagOffsets[b], block.rows + 1);
                ints(block.bagIndices[b], n);
                floats(block.bagWeights[b], n);
            }
            ints(block.labels, block.rows);
            floats(block.targets, block.rows);
            floats(block.weights, block.rows);
        } catch (IOException e) {
            throw failed(path, e);
        }
        return start;
    }

    private void floats(float[] values, int n) throws IOException {
        for (int at = 0; at < n; at += CHUNK / 4) {
            int count = Math.min(CHUNK / 4, n - at);
            writing.clear();
            writing.asFloatBuffer().put(values, at, count);
            writing.position(count * 4);
            flush();
        }
    }

    private void ints(int[] values, int n) throws IOException {
        for (int at = 0; at < n; at += CHUNK / 4) {
            int count = Math.min(CHUNK / 4, n - at);
            writing.clear();
            writing.asIntBuffer().put(values, at, count);
            writing.position(count * 4);
            flush();
        }
    }

    private void flush() throws IOException {
        writing.flip();
        while (writing.hasRemaining()) {
            end += channel.write(writing, end);
        }
    }

    /** Reads the block that begins at {@code start} into {@code block}. */
    void read(long start, Block block) {
        try {
            long at = fetch(start, 4 + 4 * block.bagOffsets.length);
            block.rows = reading.getInt();
            int[] features = new int[block.bagOffsets.length];
            for (int b = 0; b < features.length; b++) {
                features[b] = reading.getInt();
                block.ensureBag(b, features[b]);
            }
            at = floats(at, block.dense, block.rows * layout.denseWidth());
            at = floats(
                    at,
                    block.image,
                    layout.image() == null ? 0 : block.rows * layout.image().size());
            for (int b = 0; b < features.length; b++) {
                at = ints(at, block.bagOffsets[b], block.rows + 1);
                at = ints(at, block.bagIndices[b], features[b]);
                at = floats(at, block.bagWeights[b], features[b]);
            }
            at = ints(at, block.labels, block.rows);
            at = floats(at, block.targets, block.rows);
            floats(at, block.weights, block.rows);
        } catch (IOException e) {
            throw new AthanorException(
                    "Cannot read back training rows from " + path,
                    String.valueOf(e.getMessage()),
                    "Run the training again; the spill directory must not be cleaned while it runs",
                    e);
        }
    }

    private long floats(long from, float[] values, int n) throws IOException {
        long position = from;
        for (int at = 0; at < n; at += CHUNK / 4) {
            int count = Math.min(CHUNK / 4, n - at);
            position = fetch(position, count * 4);
            reading.asFloatBuffer().get(values, at, count);
        }
        return position;
    }

    private long ints(long from, int[] values, int n) throws IOException {
        long position = from;
        for (int at = 0; at < n; at += CHUNK / 4) {
            int count = Math.min(CHUNK / 4, n - at);
            position = fetch(position, count * 4);
            reading.asIntBuffer().get(values, at, count);
        }
        return position;
    }

    private long fetch(long from, int bytes) throws IOException {
        reading.clear().limit(bytes);
        long position = from;
        while (reading.hasRemaining()) {
            int n = channel.read(reading, position);
            if (n < 0) {
                throw new IOException("the file ends at byte " + position);
            }
            position += n;
        }
        reading.flip();
        return position;
    }

    /** Bytes written. */
    long bytes() {
        return end;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failed(path, e);
        }
    }
}
