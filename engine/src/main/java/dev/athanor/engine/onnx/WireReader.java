package dev.athanor.engine.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks through one message in <a href="https://protobuf.dev/programming-guides/encoding/">protobuf's wire format</a>;
 * what claims more bytes than there are, it refuses. Copies nothing but what it is asked for.
 */
final class WireReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteBuffer from;
    private final String location;
    private int field;
    private int wire;

    WireReader(ByteBuffer from, String location) {
        this.from = from.slice().order(ByteOrder.LITTLE_ENDIAN);
        this.location = location;
    }

    /** Goes to the next field; false at the end. */
    boolean next() {
        if (!from.hasRemaining()) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        wire = (int) (tag & 7);
        if (field == 0 || tag >>> 35 != 0) {
            throw damaged("it has a field with number " + (tag >>> 3));
        }
        return true;
    }

    int field() {
        return field;
    }

    /** A whole number. */
    long number() {
        return switch (wire) {
            case VARINT -> varint();
            case FIXED32 -> need(Integer.BYTES).getInt();
            case FIXED64 -> need(Long.BYTES).getLong();
            default -> throw unexpected("a number");
        };
    }

    float float32() {
        expect(FIXED32, "a float");
        return need(Float.BYTES).getFloat();
    }

    String text() {
        return StandardCharsets.UTF_8.decode(bytes()).toString();
    }

    /** The content of a field, not copied. */
    ByteBuffer bytes() {
        expect(BYTES, "bytes");
        long length = varint();
        if (length < 0 || length > from.remaining()) {
            throw damaged("field " + field + " claims " + Long.toUnsignedString(length) + " bytes, " + from.remaining()
                    + " are left");
        }
        ByteBuffer content = from.slice(from.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        from.position(from.position() + (int) length);
        return content;
    }

    WireReader message() {
        return new WireReader(bytes(), location);
    }

    void skip() {
        switch (wire) {
            case VARINT -> varint();
            case FIXED64 -> need(Long.BYTES).getLong();
            case BYTES -> bytes();
            case FIXED32 -> need(Integer.BYTES).getInt();
            default -> throw damaged("field " + field + " is of wire type " + wire);
        }
    }

    /** Adds the numbers of a repeated field, one or packed. */
    Numbers numbers(Numbers to) {
        if (wire != BYTES) {
            to.add(number());
            return to;
        }
        WireReader packed = message();
        while (packed.from.hasRemaining()) {
            to.add(packed.varint());
        }
        return to;
    }

    /** Adds the floats of a repeated field, one or packed. */
    Numbers floats(Numbers to) {
        return fixed(to, FIXED32);
    }

    /** Adds the doubles of a repeated field, one or packed. */
    Numbers doubles(Numbers to) {
        return fixed(to, FIXED64);
    }

    private Numbers fixed(Numbers to, int width) {
        ByteBuffer packed;
        if (wire == BYTES) {
            packed = bytes();
        } else {
            expect(width, "a fraction");
            packed = need(width == FIXED32 ? Float.BYTES : Double.BYTES);
            to.add(width == FIXED32 ? packed.getInt() : packed.getLong());
            return to;
        }
        int bytes = width == FIXED32 ? Float.BYTES : Double.BYTES;
        while (packed.remaining() >= bytes) {
            to.add(width == FIXED32 ? packed.getInt() : packed.getLong());
        }
        if (packed.hasRemaining()) {
            throw damaged("field " + field + " ends within a number");
        }
        return to;
    }

    /** Numbers as they are read: whole ones, or the bits of fractions. */
    static final class Numbers {
        private long[] values = {};
        private int count;

        void add(long value) {
            if (count == values.length) {
                values = Arrays.copyOf(values, Math.max(4, count + (count >> 1) + 1));
            }
            values[count++] = value;
        }

        int count() {
            return count;
        }

        long get(int i) {
            return values[i];
        }

        long[] toArray() {
            return Arrays.copyOf(values, count);
        }
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte b = need(1).get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw damaged("it has a number of more than ten bytes");
    }

    private ByteBuffer need(int bytes) {
        if (from.remaining() < bytes) {
            throw damaged("it ends within field " + field);
        }
        return from;
    }

    private void expect(int wanted, String what) {
        if (wire != wanted) {
            throw unexpected(what);
        }
    }

    private RuntimeException unexpected(String what) {
        return damaged("field " + field + " should be " + what + ", and is of wire type " + wire);
    }

    private RuntimeException damaged(String why) {
        return OnnxModel.damaged(location, why);
    }
}
