package dev.athanor.engine.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes GGUF files value by value, wrong ones too. */
final class GgufBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** The beginning of a file of version 3. */
    static GgufBytes file(long tensors, long keys) {
        return new GgufBytes().raw("GGUF").u32(3).u64(tensors).u64(keys);
    }

    GgufBytes raw(String ascii) {
        out.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    GgufBytes u8(int value) {
        out.write(value);
        return this;
    }

    GgufBytes u32(int value) {
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    GgufBytes u64(long value) {
        out.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
        return this;
    }

    GgufBytes text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        u64(utf8.length);
        out.writeBytes(utf8);
        return this;
    }

    /** A tensor's description; dimensions in the file's order. */
    GgufBytes tensor(String name, int type, long offset, long... dimensions) {
        text(name).u32(dimensions.length);
        for (long d : dimensions) {
            u64(d);
        }
        return u32(type).u64(offset);
    }

    /** So many bytes of data, from the next multiple of 32. */
    byte[] data(int bytes) {
        while (out.size() % 32 != 0) {
            out.write(0);
        }
        out.writeBytes(new byte[bytes]);
        return out.toByteArray();
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
