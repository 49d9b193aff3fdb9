package dev.athanor.engine.language;

import dev.athanor.engine.AthanorException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Texts in a local file, written once and read as often as needed, so that neither learning a tokenizer nor making tokens
 * holds them in memory. Deleted on {@link #close()}; one thread.
 */
public final class TextSpool implements AutoCloseable {
    /** A byte that no UTF-8 has: the end of a text. */
    private static final int END = 0xff;

    /** A piece ends at the first line end behind so many bytes, or at twice as many. */
    private static final int PIECE = 1 << 16;

    private final Path file;
    private OutputStream out;
    private long bytes;
    private long texts;
    private boolean open;

    private TextSpool(Path file, OutputStream out) {
        this.file = file;
        this.out = out;
    }

    /** Receives the pieces of texts, in order. */
    public interface Reader {
        /**
         * @param text number of the text, from 0
         * @param piece of it, not cut within a character
         * @param at where in the file the piece begins, bytes
         * @param last whether the text ends with it
         */
        void piece(long text, String piece, long at, boolean last);
    }

    /** A file in {@code directory}, which is made. */
    public static TextSpool in(Path directory) {
        try {
            Files.createDirectories(directory);
            Path file = Files.createTempFile(directory, "texts-", ".utf8");
            return new TextSpool(file, new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
        } catch (IOException e) {
            throw full(directory, e);
        }
    }

    /** Adds bytes of UTF-8 to the text that is open; bytes that no UTF-8 has are left out. */
    public void append(byte[] utf8, int from, int to) {
        try {
            int begin = from;
            for (int i = from; i < to; i++) {
                if ((utf8[i] & 0xff) == END) {
                    out.write(utf8, begin, i - begin);
                    bytes += i - begin;
                    begin = i + 1;
                }
            }
            out.write(utf8, begin, to - begin);
            bytes += to - begin;
            open |= to > from;
        } catch (IOException e) {
            throw full(file, e);
        }
    }

    /** Ends the text that is open; an empty one is none. */
    public void end() {
        if (open) {
            try {
                out.write(END);
            } catch (IOException e) {
                throw full(file, e);
            }
            bytes++;
            texts++;
            open = false;
        }
    }

    /** Says that all texts were added. */
    public void finish() {
        end();
        try {
            out.close();
        } catch (IOException e) {
            throw full(file, e);
        }
    }

    /** Texts that ended. */
    public long texts() {
        return texts;
    }

    /** Bytes on disk, one for each end of a text among them. */
    public long bytes() {
        return bytes;
    }

    /**
     * Reads what was written; pieces do not reach over {@code cut}.
     *
     * @param cut a place in the file, bytes; moved on to the next character, or at most a piece further to the next line
     */
    public void read(long cut, Reader reader) {
        byte[] piece = new byte[2 * PIECE];
        int size = 0;
        long at = 0;
        long position = 0;
        long text = 0;
        boolean past = false;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            for (int b = in.read(); b >= 0; b = in.read()) {
                boolean begins = (b & 0xc0) != 0x80;
                boolean line = size == 0 || piece[size - 1] == '\n';
                boolean atCut = !past && position >= cut && begins && (line || position >= cut + 4096);
                boolean whole = (size >= PIECE && line) || (size >= 2 * PIECE - 4 && begins);
                if (b != END && size > 0 && (atCut || whole)) {
                    reader.piece(text, string(piece, size), at, false);
                    size = 0;
                }
                past |= atCut;
                if (b == END) {
                    reader.piece(text++, string(piece, size), at, true);
                    size = 0;
                } else {
                    if (size == 0) {
                        at = position;
                    }
                    if (size == piece.length) { // bytes that are no UTF-8: never the begin of a character
                        piece = Arrays.copyOf(piece, size * 2);
                    }
                    piece[size++] = (byte) b;
                }
                position++;
            }
        } catch (IOException e) {
            throw new AthanorException(
                    "Cannot read the texts of a training again from " + file,
                    e.toString(),
                    "Check the local disk of the executor",
                    e);
        }
    }

    private static String string(byte[] bytes, int size) {
        return new String(bytes, 0, size, StandardCharsets.UTF_8);
    }

    private static AthanorException full(Path where, IOException e) {
        return new AthanorException(
                "Cannot keep the texts of a training in " + where,
                e.toString(),
                "Check the room and the permissions there, or name another disk with spark.local.dir",
                e);
    }

    @Override
    public void close() {
        try {
            out.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw full(file, e);
        }
    }
}
