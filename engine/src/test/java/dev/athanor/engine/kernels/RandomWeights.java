package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.Bfloat16;
import dev.athanor.engine.tensor.Float16;
import dev.athanor.engine.tensor.Tensor;
import java.util.Random;

/** Weights about as large as a layer's, in any encoding. */
public final class RandomWeights implements BlockWeights {
    private final BlockEncoding encoding;
    private final int rows;
    private final int columns;
    private final int[] numbers;
    private final float[] scales;
    private final float[] leasts;

    public RandomWeights(BlockEncoding encoding, int rows, int columns, Random random) {
        this.encoding = encoding;
        this.rows = rows;
        this.columns = columns;
        numbers = new int[rows * columns];
        scales = new float[rows * encoding.groups(columns)];
        leasts = new float[scales.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number(encoding, random);
        }
        float step = 2f / (1 << encoding.bits());
        for (int i = 0; i < scales.length; i++) {
            scales[i] = half(random) * step * (i % 3 == 0 ? -1 : 1);
            leasts[i] = half(random) * (i % 2 == 0 ? -1 : 1);
            if (encoding == BlockEncoding.INT6) {
                scales[i] *= random.nextInt(-128, 128) / 128f;
            } else if (encoding.hasLeast()) {
                scales[i] *= random.nextInt(64) / 64f;
                leasts[i] *= random.nextInt(64) / 64f;
            }
        }
    }

    /** Between a quarter and 1, of as many bits as halves have. */
    private static float half(Random random) {
        return Float16.value((short) (0x3c00 - random.nextInt(0x800)));
    }

    private static int number(BlockEncoding encoding, Random random) {
        float weight = (float) random.nextGaussian();
        return switch (encoding) {
            case FLOAT32 -> Float.floatToRawIntBits(weight);
            case BFLOAT16 -> Bfloat16.bits(weight) & 0xffff;
            case FLOAT16 -> random.nextInt(0x4000) | (random.nextInt(2) << 15); // below 2, very small ones too
            default -> random.nextInt(1 << encoding.bits());
        };
    }

    /** The matrix (K,N). */
    Tensor decoded() {
        float[] values = new float[columns * rows];
        float[] row = new float[columns];
        for (int j = 0; j < rows; j++) {
            ScalarBlocks.decode(this, j, row);
            for (int p = 0; p < columns; p++) {
                values[p * rows + j] = row[p];
            }
        }
        return Tensor.of(values, columns, rows);
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
        return (long) rows * columns * encoding.bits() / 8 + scales.length * (encoding.hasLeast() ? 8L : 4L);
    }

    @Override
    public void read(int row, int[] to, float[] toScales, float[] toLeasts) {
        int groups = encoding.groups(columns);
        System.arraycopy(numbers, row * columns, to, 0, columns);
        System.arraycopy(scales, row * groups, toScales, 0, groups);
        if (encoding.hasLeast()) {
            System.arraycopy(leasts, row * groups, toLeasts, 0, groups);
        }
    }
}
