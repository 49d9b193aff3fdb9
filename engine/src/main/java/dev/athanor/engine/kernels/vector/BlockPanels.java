package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.NR;

import dev.athanor.engine.kernels.BlockEncoding;
import dev.athanor.engine.kernels.BlockMatrix;
import dev.athanor.engine.kernels.BlockWeights;
import dev.athanor.engine.tensor.Float16;
import java.util.stream.Stream;

/**
 * Encoded weights in panels of {@link Lanes#NR} columns, each column in a lane of its own: for each group of neighbours
 * along a column the scales, the least values, and words of as many numbers as fit whole, the first in the lowest bits.
 *
 * <p>A mask alone takes a number out of its word: what it is multiplied by is divided by the power of two of its place.
 * Six numbers of 5 bits, or five of 6 bits, leave two bits of a word and the last ones of a group without a place: they
 * lie in the lowest bits of the scale and the least value, which have none there. The scales of 8-bit numbers are halves,
 * those of two groups in one word, and these groups' words take turns.
 */
final class BlockPanels implements BlockMatrix, CompactPanels {
    /** Bits of a scale that hold numbers of a group. */
    static final int INT5_SPARE = 0x3ff;

    static final int UINT5_SPARE = 0x1f;
    static final int INT6_SPARE = 0x3f;

    private static final int FLOAT_GROUP = 32;
    private static final int LONGEST_GROUP = 64;
    private static final float LEAST_NORMAL_HALF = 0x1p-14f;

    /** Between the exponents of a float and a half. */
    private static final int HALF_BIAS = 112;

    private static final int FLOAT16_INFINITE = 0x7c00;

    private static final float[][] PLACES =
            Stream.of(BlockEncoding.values()).map(BlockPanels::places).toArray(float[][]::new);

    private final BlockEncoding encoding;
    private final int rows;
    private final int first;
    private final int columns;
    private final int[] data;

    BlockPanels(BlockWeights weights) {
        encoding = weights.encoding();
        rows = weights.columns();
        first = 0;
        if (encoding.group() > 0 && rows % encoding.group() > 0) {
            throw new IllegalArgumentException("Cannot pack weights (" + weights.rows() + "," + rows + "): rows of "
                    + encoding + " are whole groups of " + encoding.group());
        }
        columns = weights.rows();
        int panels = (columns + NR - 1) / NR;
        long size = (long) panels * panelSize();
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "Cannot pack weights (" + columns + "," + rows + "): they are more than one array holds");
        }
        data = new int[(int) size];
        int[] numbers = new int[groups() * group()];
        float[] scales = new float[scales()];
        float[] leasts = new float[scales()];
        for (int j = 0; j < columns; j++) {
            weights.read(j, numbers, scales, leasts);
            pack(numbers, scales, leasts, at(j / NR * NR) + j % NR, j);
        }
    }

    private BlockPanels(BlockPanels whole, int first, int columns) {
        this.encoding = whole.encoding;
        this.rows = whole.rows;
        this.first = first;
        this.columns = columns;
        this.data = whole.data;
    }

    private void pack(int[] numbers, float[] scales, float[] leasts, int at, int row) {
        int bits = encoding.bits();
        int group = group();
        int words = words();
        int perWord = 32 / bits;
        boolean hasScale = encoding.group() > 0;
        int spare = spare();
        for (int g = 0; g < groups(); g++) {
            int from = g * group;
            if (hasScale) {
                int scale = encoding == BlockEncoding.INT8
                        ? half(scales[2 * g], row) << 16 | half(scales[2 * g + 1], row)
                        : header(scales[g], spare, row);
                int least = encoding.hasLeast() ? header(leasts[g], spare, row) : 0;
                switch (encoding) {
                    case INT6 -> scale |= numbers[from + 15];
                    case INT5 -> scale |= numbers[from + 30] | numbers[from + 31] << 5;
                    case UINT5 -> {
                        scale |= numbers[from + 30];
                        least |= numbers[from + 31];
                    }
                    default -> {}
                }
                data[at] = scale;
                at += NR;
                if (encoding.hasLeast()) {
                    data[at] = least;
                    at += NR;
                }
            }
            for (int r = 0; r < words; r++) {
                int p = encoding == BlockEncoding.INT8
                        ? from + r % 2 * group / 2 + r / 2 * perWord
                        : from + r * perWord;
                int word = 0;
                for (int i = 0; i < perWord; i++) {
                    int number = numbers[p + i];
                    if (encoding == BlockEncoding.FLOAT16 && (number & FLOAT16_INFINITE) == FLOAT16_INFINITE) {
                        throw new IllegalArgumentException("Cannot pack weights of row " + row + ": one is not finite");
                    }
                    word |= number << i * bits;
                }
                data[at] = word;
                at += NR;
            }
        }
    }

    private static int half(float value, int row) {
        float size = Math.abs(value);
        int bits = size < LEAST_NORMAL_HALF
                ? (int) (size * 0x1p24f)
                : (Float.floatToRawIntBits(size) >>> 13) - (HALF_BIAS << 10);
        int half = bits | Float.floatToRawIntBits(value) >>> 16 & 0x8000;
        if (!(size < 0x1p16f && Float16.value((short) half) == value)) {
            throw new IllegalArgumentException(
                    "Cannot pack weights of row " + row + ": the scale " + value + " of a group is no finite half");
        }
        return half;
    }

    private int header(float value, int spare, int row) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & spare) != 0) {
            throw new IllegalArgumentException("Cannot pack weights of row " + row + ": the scale or least value "
                    + value + " of a group has more significant bits than those of " + encoding + " have");
        }
        return bits;
    }

    /** Bits of a scale or least value that hold numbers. */
    int spare() {
        return switch (encoding) {
            case INT5 -> INT5_SPARE;
            case UINT5 -> UINT5_SPARE;
            case INT6 -> INT6_SPARE;
            default -> 0;
        };
    }

    /** Steps that lie together: a group, or two whose scales share a word. */
    int group() {
        return switch (encoding) {
            case FLOAT32, FLOAT16, BFLOAT16 -> FLOAT_GROUP;
            case INT8 -> 2 * encoding.group();
            default -> encoding.group();
        };
    }

    /** Scales of a column, those of no meaning at its end included. */
    int scales() {
        return encoding.group() == 0 ? 0 : groups() * group() / encoding.group();
    }

    int groups() {
        return (rows + group() - 1) / group();
    }

    /** Words of a group in one column. */
    int words() {
        return group() / (32 / encoding.bits());
    }

    /** Scale, and least value, of a group in one column. */
    int headers() {
        return encoding.group() == 0 ? 0 : encoding.hasLeast() ? 2 : 1;
    }

    private int panelSize() {
        return groups() * (headers() + words()) * NR;
    }

    /** For the numbers of a group, or of two short ones: one over the power of two of each one's place. */
    float[] places() {
        return PLACES[encoding.ordinal()];
    }

    private static float[] places(BlockEncoding encoding) {
        float[] places = new float[FLOAT_GROUP];
        int group = Math.max(1, encoding.group());
        int perWord = 32 / encoding.bits();
        for (int i = 0; i < places.length; i++) {
            int p = i % group;
            int place = p % perWord;
            boolean shifted = place > 0 && (place + 1) * encoding.bits() == 32; // out of the way of the sign
            boolean first = shifted || p / perWord * perWord + perWord > group && !(encoding == BlockEncoding.INT5);
            places[i] = first ? 1 : Math.scalb(1f, -place * encoding.bits());
        }
        return places;
    }

    int[] data() {
        return data;
    }

    /** Where the panel of columns {@code j0 …} begins. */
    int at(int j0) {
        return (first + j0) / NR * panelSize();
    }

    @Override
    public int blockSteps() {
        return (PackedPanels.blockSteps(rows) + LONGEST_GROUP - 1) / LONGEST_GROUP * LONGEST_GROUP;
    }

    @Override
    public void expand(int p0, int steps, int j0, float[] to) {
        int width = PackedPanels.width(columns - j0);
        int group = group();
        int count = (steps + group - 1) / group;
        int at = at(j0) + panelSize() / Math.max(1, groups()) * (p0 / group);
        for (int v = 0; v < width; v += LANES) {
            switch (encoding) {
                case FLOAT32 -> BlockExpansion.floats(data, at + v, count, to, v);
                case FLOAT16 -> BlockExpansion.halves(data, at + v, count, to, v);
                case BFLOAT16 -> BlockExpansion.upperHalves(data, at + v, count, to, v);
                case INT8 -> BlockExpansion.bits8(data, at + v, count, to, v);
                case INT6 -> BlockExpansion.bits6(data, at + v, count, to, v);
                case INT5 -> BlockExpansion.bits5(data, at + v, count, to, v);
                case UINT5 -> BlockExpansion.bits5WithLeast(data, at + v, count, to, v);
                case INT4 -> BlockExpansion.bits4(data, at + v, count, to, v);
                case UINT4 -> BlockExpansion.bits4WithLeast(data, at + v, count, to, v);
            }
        }
        if (width < NR) {
            for (int p = 1; p < steps; p++) {
                System.arraycopy(to, p * NR, to, p * width, width);
            }
        }
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
    public BlockMatrix columns(int from, int to) {
        BlockMatrix.checkColumns(from, to, columns);
        return new BlockPanels(this, first + from, to - from);
    }

    @Override
    public long bytes() {
        return (long) (columns + NR - 1) / NR * panelSize() * Integer.BYTES;
    }
}
