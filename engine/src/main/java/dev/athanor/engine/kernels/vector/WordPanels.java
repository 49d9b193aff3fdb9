package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.I;
import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.NR;

import dev.athanor.engine.kernels.Int8Matrix;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.tensor.Bfloat16;
import dev.athanor.engine.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * A right operand kept in 8 or 16 bits, expanded to a panel of floats each time a block of rows meets it.
 *
 * <p>As {@link PackedPanels}, but each 32-bit word of a panel holds the same column's values of four steps (two of 16
 * bits), the first in its lowest bits, so that shifts alone take them apart in vectors of any width.
 */
final class WordPanels implements CompactPanels {
    private final int rows;
    private final int columns;
    private final Precision precision;
    private final int perWord;
    private final int[] words;

    /** Per column, padded to whole panels; null for 16 bits. */
    private final float[] scales;

    WordPanels(Tensor b, Precision precision) {
        this.rows = b.dim(0);
        this.columns = b.dim(1);
        this.precision = precision;
        this.perWord = precision == Precision.INT8 ? 4 : 2;
        int padded = PackedPanels.paddedColumns(columns);
        this.words = new int[wordRows(rows) * padded];
        Int8Matrix whole = precision == Precision.INT8 ? Int8Matrix.of(b) : null;
        this.scales = whole == null ? null : new float[padded];
        for (int j = 0; j < columns; j++) {
            if (whole != null) {
                scales[j] = whole.scale(j);
            }
            int j0 = j / NR * NR;
            int width = PackedPanels.width(columns - j0);
            for (int p = 0; p < rows; p++) {
                int step = p % blockSteps();
                int at = at(p - step, j0) + step / perWord * width + j - j0;
                int bits = whole == null
                        ? Bfloat16.bits((float) b.at(b.offset() + p * b.stride(0) + j * b.stride(1))) & 0xffff
                        : whole.value(p, j) & 0xff;
                words[at] |= bits << step % perWord * (32 / perWord);
            }
        }
    }

    /** {@inheritDoc} A multiple of the steps in a word unless it is the only one. */
    @Override
    public int blockSteps() {
        int steps = PackedPanels.blockSteps(rows);
        return steps >= rows ? steps : (steps + 3) / 4 * 4;
    }

    private int wordRows(int steps) {
        return (steps + perWord - 1) / perWord;
    }

    /** Where the panel of columns {@code j0 …} of the block at {@code p0} begins. */
    private int at(int p0, int j0) {
        int inBlock = Math.min(blockSteps(), rows - p0);
        return wordRows(p0) * PackedPanels.paddedColumns(columns) + wordRows(inBlock) * j0;
    }

    @Override
    public void expand(int p0, int steps, int j0, float[] to) {
        int width = PackedPanels.width(columns - j0);
        if (scales == null) {
            halves(words, at(p0, j0), wordRows(steps) * width, width, to);
        } else {
            for (int v = 0; v < width; v += LANES) {
                bytes(words, at(p0, j0) + v, wordRows(steps), width, scales, j0 + v, to, v);
            }
        }
    }

    private static void bytes(int[] from, int at, int count, int width, float[] scales, int j, float[] to, int start) {
        FloatVector scale = FloatVector.fromArray(Lanes.S, scales, j);
        for (int r = 0; r < count; r++) {
            IntVector word = IntVector.fromArray(I, from, at + r * width);
            int t = start + 4 * r * width;
            number(word.lanewise(VectorOperators.LSHL, 24)).mul(scale).intoArray(to, t);
            number(word.lanewise(VectorOperators.LSHL, 16)).mul(scale).intoArray(to, t + width);
            number(word.lanewise(VectorOperators.LSHL, 8)).mul(scale).intoArray(to, t + 2 * width);
            number(word).mul(scale).intoArray(to, t + 3 * width);
        }
    }

    /** The signed number in each word's highest byte. */
    private static FloatVector number(IntVector word) {
        return (FloatVector) word.lanewise(VectorOperators.ASHR, 24).convert(VectorOperators.I2F, 0);
    }

    private static void halves(int[] from, int at, int count, int width, float[] to) {
        for (int i = 0; i < count; i += width) {
            for (int v = 0; v < width; v += LANES) {
                IntVector word = IntVector.fromArray(I, from, at + i + v);
                word.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(to, 2 * i + v);
                word.lanewise(VectorOperators.AND, 0xffff0000)
                        .reinterpretAsFloats()
                        .intoArray(to, 2 * i + v + width);
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
    public Precision precision() {
        return precision;
    }

    @Override
    public long bytes() {
        return (words.length + (scales == null ? 0L : scales.length)) * Integer.BYTES;
    }
}
