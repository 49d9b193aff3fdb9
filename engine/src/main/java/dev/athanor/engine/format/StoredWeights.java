package dev.athanor.engine.format;

import dev.athanor.engine.kernels.BlockEncoding;
import dev.athanor.engine.kernels.BlockWeights;
import dev.athanor.engine.tensor.Float16;
import java.nio.ByteBuffer;

/** A stored matrix as the weights of products: numbers, scales and least values of one row, taken apart. */
final class StoredWeights implements BlockWeights {
    private final TensorEncoding stored;
    private final BlockEncoding encoding;
    private final int rows;
    private final int columns;
    private final ByteBuffer data;

    private StoredWeights(TensorEncoding stored, BlockEncoding encoding, int rows, int columns, ByteBuffer data) {
        this.stored = stored;
        this.encoding = encoding;
        this.rows = rows;
        this.columns = columns;
        this.data = data;
    }

    static StoredWeights of(StoredTensor tensor) {
        int[] shape = tensor.shape();
        BlockEncoding encoding = encoding(tensor.encoding());
        if (shape.length != 2) {
            throw tensor.unusable(
                    "weights of a product have two dimensions, it has " + shape.length,
                    "Use its elements by toTensor()");
        } else if (encoding == null) {
            throw tensor.unusable(
                    "products take no weights of the encoding " + tensor.encoding(),
                    "Export the model in another encoding, such as F16 or Q8_0");
        } else if (shape[1] % tensor.encoding().blockElements() != 0) {
            throw tensor.unusable(
                    "its rows of " + shape[1] + " elements are not whole blocks of " + tensor.encoding(),
                    "Export the model in an encoding of shorter blocks, such as F16");
        }
        return new StoredWeights(tensor.encoding(), encoding, shape[0], shape[1], tensor.bytes());
    }

    private static BlockEncoding encoding(TensorEncoding stored) {
        return switch (stored) {
            case F32 -> BlockEncoding.FLOAT32;
            case F16 -> BlockEncoding.FLOAT16;
            case BF16 -> BlockEncoding.BFLOAT16;
            case Q8_0 -> BlockEncoding.INT8;
            case Q6_K -> BlockEncoding.INT6;
            case Q5_0 -> BlockEncoding.INT5;
            case Q5_1, Q5_K -> BlockEncoding.UINT5;
            case Q4_0 -> BlockEncoding.INT4;
            case Q4_1, Q4_K -> BlockEncoding.UINT4;
            default -> null;
        };
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public BlockEncoding encoding() {
        return encoding;
    }

    @Override
    public long bytes() {
        return stored.bytes((long) rows * columns);
    }

    @Override
    public void read(int row, int[] numbers, float[] scales, float[] leasts) {
        int width = stored.blockBytes();
        int p = Math.toIntExact((long) row * columns / stored.blockElements() * width);
        if (stored == TensorEncoding.F32) {
            data.duplicate().order(data.order()).position(p).asIntBuffer().get(numbers, 0, columns);
            return;
        }
        for (int at = 0; at < columns; at += stored.blockElements(), p += width) {
            int group = encoding.group() == 0 ? 0 : at / encoding.group();
            switch (stored) {
                case F16, BF16 -> numbers[at] = data.getShort(p) & 0xffff;
                case Q8_0 -> {
                    scales[group] = half(p);
                    for (int i = 0; i < 32; i++) {
                        numbers[at + i] = data.get(p + 2 + i) + 128;
                    }
                }
                case Q4_0 -> {
                    scales[group] = half(p);
                    nibbles(p + 2, 16, numbers, at);
                }
                case Q4_1 -> {
                    scales[group] = half(p);
                    leasts[group] = half(p + 2);
                    nibbles(p + 4, 16, numbers, at);
                }
                case Q5_0 -> {
                    scales[group] = half(p);
                    nibbles(p + 6, 16, numbers, at);
                    fifths(data.getInt(p + 2), numbers, at);
                }
                case Q5_1 -> {
                    scales[group] = half(p);
                    leasts[group] = half(p + 2);
                    nibbles(p + 8, 16, numbers, at);
                    fifths(data.getInt(p + 4), numbers, at);
                }
                case Q4_K -> {
                    subScales(p, scales, leasts, group);
                    for (int j = 0; j < 4; j++) {
                        nibbles(p + 16 + 32 * j, 32, numbers, at + 64 * j);
                    }
                }
                case Q5_K -> {
                    subScales(p, scales, leasts, group);
                    for (int j = 0; j < 4; j++) {
                        nibbles(p + 48 + 32 * j, 32, numbers, at + 64 * j);
                    }
                    for (int i = 0; i < 256; i++) {
                        numbers[at + i] |= (data.get(p + 16 + i % 32) >> (i / 32) & 1) << 4;
                    }
                }
                case Q6_K -> sixths(p, numbers, at, scales, group);
                default -> throw new IllegalStateException(stored + " holds no weights");
            }
        }
    }

    private float half(int p) {
        return Float16.value(data.getShort(p));
    }

    /** The low four bits of some bytes come first, then the high ones. */
    private void nibbles(int p, int bytes, int[] numbers, int at) {
        for (int i = 0; i < bytes; i++) {
            int pair = data.get(p + i);
            numbers[at + i] = pair & 15;
            numbers[at + bytes + i] = pair >> 4 & 15;
        }
    }

    private static void fifths(int bits, int[] numbers, int at) {
        for (int i = 0; i < 32; i++) {
            numbers[at + i] |= (bits >> i & 1) << 4;
        }
    }

    /** Scale and least value of the eight groups of a block, of six bits each, in units of the block's own. */
    private void subScales(int p, float[] scales, float[] leasts, int group) {
        float scale = half(p);
        float least = half(p + 2);
        for (int j = 0; j < 8; j++) {
            scales[group + j] = scale * ElementDecoder.scale(data, p + 4, j);
            leasts[group + j] = -(least * ElementDecoder.least(data, p + 4, j));
        }
    }

    private void sixths(int p, int[] numbers, int at, float[] scales, int group) {
        for (int half = 0; half < 2; half++) {
            nibbles(p + 64 * half, 64, numbers, at + 128 * half);
            for (int i = 0; i < 128; i++) {
                int high = data.get(p + 128 + 32 * half + i % 32) >> (i / 32 * 2) & 3;
                numbers[at + 128 * half + i] |= high << 4;
            }
        }
        float scale = half(p + 208);
        for (int j = 0; j < 16; j++) {
            scales[group + j] = scale * data.get(p + 192 + j);
        }
    }
}
