package dev.athanor.engine.format;

import dev.athanor.engine.AthanorException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Walks through the description of a GGUF file, which it reads in pieces; what a claim exceeds, it refuses. */
final class GgufCursor {
    /** Most bytes of the whole description. */
    static final long HEADER_LIMIT = 1L << 28;

    private static final String REMEDY = "The file is damaged or not a GGUF file: write or copy it again";
    private static final int PIECE = 1 << 16;

    private final MappedFile file;
    private final long end;
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    private long next; // position in the file after the piece

    GgufCursor(MappedFile file) {
        this.file = file;
        this.end = Math.min(file.size(), HEADER_LIMIT);
        piece.limit(0);
    }

    long position() {
        return next - piece.remaining();
    }

    /** Bytes of the description that can still follow. */
    long left() {
        return end - position();
    }

    byte u8() {
        return need(Byte.BYTES).get();
    }

    short u16() {
        return need(Short.BYTES).getShort();
    }

    int u32() {
        return need(Integer.BYTES).getInt();
    }

    long u64() {
        return need(Long.BYTES).getLong();
    }

    float f32() {
        return need(Float.BYTES).getFloat();
    }

    double f64() {
        return need(Double.BYTES).getDouble();
    }

    /**
     * A count of things to come.
     *
     * @param least bytes that each of them takes
     */
    int count(String what, int limit, int least) {
        long count = u64();
        if (count < 0 || count > limit) {
            throw damaged("it claims " + Long.toUnsignedString(count) + " " + what + ", the limit is " + limit);
        }
        if (count * least > left()) {
            throw damaged("it claims " + count + " " + what + ", and has " + left() + " bytes for them");
        }
        return (int) count;
    }

    /** A string of UTF-8 after its length. */
    String string(String what, int limit) {
        int length = count("bytes of " + what, limit, 1);
        if (length == 0) {
            return "";
        }
        ByteBuffer utf8;
        if (length <= PIECE) {
            need(length);
            utf8 = piece.slice(piece.position(), length);
            piece.position(piece.position() + length);
        } else {
            byte[] bytes = new byte[length];
            int buffered = piece.remaining();
            piece.get(bytes, 0, buffered);
            file.read(ByteBuffer.wrap(bytes, buffered, length - buffered), next);
            next += length - buffered;
            utf8 = ByteBuffer.wrap(bytes);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw damaged(what + " is not UTF-8");
        }
    }

    private ByteBuffer need(int bytes) {
        if (piece.remaining() < bytes) {
            if (left() < bytes) {
                throw damaged(
                        file.size() > HEADER_LIMIT
                                ? "its description takes more than " + HEADER_LIMIT + " bytes"
                                : "the file is cut short at byte " + file.size());
            }
            piece.compact();
            piece.limit((int) Math.min(PIECE, piece.position() + end - next));
            int before = piece.position();
            file.read(piece, next);
            next += piece.limit() - before;
            piece.flip();
        }
        return piece;
    }

    AthanorException damaged(String why) {
        return new AthanorException(MappedFile.problem(file.path()), why, REMEDY);
    }

    AthanorException unsupported(String why, List<String> supported) {
        return new AthanorException(
                MappedFile.problem(file.path()), why, "Supported are " + String.join(", ", supported));
    }
}
