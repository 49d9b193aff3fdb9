package dev.athanor.engine.format;

import dev.athanor.engine.tensor.Float16;
import dev.athanor.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Turns the bytes of a tensor into numbers, as the reference implementation of each format does: products and sums in
 * single precision, in its order.
 */
final class ElementDecoder {
    private ElementDecoder() {}

    /**
     * Decodes a stretch of elements.
     *
     * @param bytes of the whole tensor, little-endian, from index 0
     */
    static void decode(TensorEncoding encoding, ByteBuffer bytes, long from, int count, float[] to, int at) {
        int block = encoding.blockElements();
        int width = encoding.blockBytes();
        if (block == 1) {
            plain(encoding, bytes, (int) (from * width), count, to, at);
            return;
        }
        float[] part = null;
        int done = 0;
        while (done < count) {
            int first = (int) ((from + done) % block);
            int p = (int) ((from + done) / block * width);
            int n = Math.min(block - first, count - done);
            if (n == block) {
                block(encoding, bytes, p, to, at + done);
            } else {
                part = part == null ? new float[block] : part;
                block(encoding, bytes, p, part, 0);
                System.arraycopy(part, first, to, at + done, n);
            }
            done += n;
        }
    }

    private static void plain(TensorEncoding encoding, ByteBuffer bytes, int p, int count, float[] to, int at) {
        switch (encoding) {
            case F32 -> slice(bytes, p).asFloatBuffer().get(to, at, count);
            case F64 -> {
                for (int i = 0; i < count; i++) {
                    to[at + i] = (float) bytes.getDouble(p + i * Double.BYTES);
                }
            }
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    to[at + i] = Float16.value(bytes.getShort(p + i * Short.BYTES));
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    to[at + i] = Float.intBitsToFloat(bytes.getShort(p + i * Short.BYTES) << 16);
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    to[at + i] = integer(encoding, bytes, p, i);
                }
            }
        }
    }

    /** Element {@code i} of whole numbers that begin at byte {@code p}. */
    static long integer(TensorEncoding encoding, ByteBuffer bytes, int p, int i) {
        return switch (encoding) {
            case I64 -> bytes.getLong(p + i * Long.BYTES);
            case I32 -> bytes.getInt(p + i * Integer.BYTES);
            case I16 -> bytes.getShort(p + i * Short.BYTES);
            case I8 -> bytes.get(p + i);
            case U8, BOOL -> bytes.get(p + i) & 0xff;
            default -> throw new IllegalArgumentException(encoding + " does not hold whole numbers");
        };
    }

    private static ByteBuffer slice(ByteBuffer bytes, int p) {
        return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(p);
    }

    private static void block(TensorEncoding encoding, ByteBuffer bytes, int p, float[] to, int at) {
        switch (encoding) {
            case Q4_0 -> q4(bytes, half(bytes, p), p + 2, to, at);
            case Q4_1 -> q4(bytes, half(bytes, p), half(bytes, p + 2), p + 4, to, at);
            case Q5_0 -> q5(bytes, half(bytes, p), bytes.getInt(p + 2), p + 6, to, at);
            case Q5_1 -> q5(bytes, half(bytes, p), half(bytes, p + 2), bytes.getInt(p + 4), p + 8, to, at);
            case Q8_0 -> q8(bytes, half(bytes, p), p + 2, to, at);
            case Q4_K -> q4k(bytes, p, to, at);
            case Q5_K -> q5k(bytes, p, to, at);
            case Q6_K -> q6k(bytes, p, to, at);
            default -> throw new IllegalArgumentException(encoding + " has no blocks");
        }
    }

    private static float half(ByteBuffer bytes, int p) {
        return Float16.value(bytes.getShort(p));
    }

    /** The low four bits of 16 bytes come first, then the high ones. */
    private static void q4(ByteBuffer bytes, float scale, int p, float[] to, int at) {
        for (int i = 0; i < 16; i++) {
            int pair = bytes.get(p + i);
            to[at + i] = scale * ((pair & 15) - 8);
            to[at + 16 + i] = scale * (((pair >> 4) & 15) - 8);
        }
    }

    private static void q4(ByteBuffer bytes, float scale, float least, int p, float[] to, int at) {
        for (int i = 0; i < 16; i++) {
            int pair = bytes.get(p + i);
            to[at + i] = scale * (pair & 15) + least;
            to[at + 16 + i] = scale * ((pair >> 4) & 15) + least;
        }
    }

    /** @param fifth the highest bit of each number */
    private static void q5(ByteBuffer bytes, float scale, int fifth, int p, float[] to, int at) {
        for (int i = 0; i < 16; i++) {
            int pair = bytes.get(p + i);
            to[at + i] = scale * (((pair & 15) | (((fifth >> i) & 1) << 4)) - 16);
            to[at + 16 + i] = scale * ((((pair >> 4) & 15) | (((fifth >> (i + 16)) & 1) << 4)) - 16);
        }
    }

    private static void q5(ByteBuffer bytes, float scale, float least, int fifth, int p, float[] to, int at) {
        for (int i = 0; i < 16; i++) {
            int pair = bytes.get(p + i);
            to[at + i] = scale * ((pair & 15) | (((fifth >> i) & 1) << 4)) + least;
            to[at + 16 + i] = scale * (((pair >> 4) & 15) | (((fifth >> (i + 16)) & 1) << 4)) + least;
        }
    }

    private static void q8(ByteBuffer bytes, float scale, int p, float[] to, int at) {
        for (int i = 0; i < 32; i++) {
            to[at + i] = scale * bytes.get(p + i);
        }
    }

    /** Six-bit scale of sub-block {@code j} of 8, from the 12 bytes at {@code p}. */
    static int scale(ByteBuffer bytes, int p, int j) {
        return j < 4 ? bytes.get(p + j) & 63 : (bytes.get(p + j + 4) & 15) | ((bytes.get(p + j - 4) & 0xc0) >> 2);
    }

    /** Six-bit least value of sub-block {@code j} of 8. */
    static int least(ByteBuffer bytes, int p, int j) {
        return j < 4
                ? bytes.get(p + j + 4) & 63
                : ((bytes.get(p + j + 4) >> 4) & 15) | ((bytes.get(p + j) & 0xc0) >> 2);
    }

    private static void q4k(ByteBuffer bytes, int p, float[] to, int at) {
        float scales = half(bytes, p);
        float leasts = half(bytes, p + 2);
        for (int j = 0; j < 8; j++) {
            float d = scales * scale(bytes, p + 4, j);
            float m = leasts * least(bytes, p + 4, j);
            int q = p + 16 + j / 2 * 32;
            int shift = (j & 1) * 4;
            for (int i = 0; i < 32; i++) {
                to[at + j * 32 + i] = d * ((bytes.get(q + i) >> shift) & 15) - m;
            }
        }
    }

    private static void q5k(ByteBuffer bytes, int p, float[] to, int at) {
        float scales = half(bytes, p);
        float leasts = half(bytes, p + 2);
        for (int j = 0; j < 8; j++) {
            float d = scales * scale(bytes, p + 4, j);
            float m = leasts * least(bytes, p + 4, j);
            int high = p + 16;
            int q = p + 48 + j / 2 * 32;
            int shift = (j & 1) * 4;
            for (int i = 0; i < 32; i++) {
                int number = ((bytes.get(q + i) >> shift) & 15) | (((bytes.get(high + i) >> j) & 1) << 4);
                to[at + j * 32 + i] = d * number - m;
            }
        }
    }

    private static void q6k(ByteBuffer bytes, int p, float[] to, int at) {
        float scales = half(bytes, p + 208);
        for (int j = 0; j < 16; j++) {
            float d = scales * bytes.get(p + 192 + j);
            int row = j / 2; // of 32 numbers
            int low = p + row / 4 * 64 + (row & 1) * 32 + (j & 1) * 16;
            int lowShift = (row >> 1 & 1) * 4;
            int high = p + 128 + row / 4 * 32 + (j & 1) * 16;
            int highShift = (row & 3) * 2;
            for (int i = 0; i < 16; i++) {
                int number = ((bytes.get(low + i) >> lowShift) & 15) | (((bytes.get(high + i) >> highShift) & 3) << 4);
                to[at + j * 16 + i] = d * (number - 32);
            }
        }
    }

    /** All elements as a tensor of whole numbers or of single precision. */
    static Tensor tensor(StoredTensor stored, ByteBuffer bytes) {
        int size = stored.arraySize();
        if (!stored.encoding().isInteger()) {
            float[] floats = new float[size];
            decode(stored.encoding(), bytes, 0, size, floats, 0);
            return Tensor.of(floats, stored.shape());
        }
        int[] ints = new int[size];
        for (int i = 0; i < size; i++) {
            long value = integer(stored.encoding(), bytes, 0, i);
            if (value != (int) value) {
                throw stored.unusable("its element " + i + " is " + value + ", more than 32 bits hold");
            }
            ints[i] = (int) value;
        }
        return Tensor.of(ints, stored.shape());
    }
}
