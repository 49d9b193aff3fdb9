package dev.athanor.engine.bench;

import dev.athanor.engine.kernels.BlockEncoding;
import dev.athanor.engine.kernels.BlockWeights;
import java.util.Random;

/** Random weights (N,K) in some encoding, about as large as a layer's. */
record EncodedWeights(BlockEncoding encoding, int rows, int columns, int[] pool) implements BlockWeights {
    private static final int POOL = 1 << 12;

    EncodedWeights(BlockEncoding encoding, int rows, int columns) {
        this(encoding, rows, columns, pool(encoding, columns));
    }

    private static int[] pool(BlockEncoding encoding, int columns) {
        Random random = new Random(1);
        int[] pool = new int[POOL + columns];
        for (int i = 0; i < pool.length; i++) {
            pool[i] = switch (encoding) {
                case FLOAT32 -> Float.floatToRawIntBits((float) random.nextGaussian() / 16);
                case FLOAT16, BFLOAT16 -> random.nextInt(0x3000) | random.nextInt(2) << 15;
                default -> random.nextInt(1 << encoding.bits());
            };
        }
        return pool;
    }

    @Override
    public long bytes() {
        int perGroup = encoding.hasLeast() ? 2 * Float.BYTES : Float.BYTES;
        return rows * ((long) columns * encoding.bits() / Byte.SIZE + (long) encoding.groups(columns) * perGroup);
    }

    @Override
    public void read(int row, int[] numbers, float[] scales, float[] leasts) {
        System.arraycopy(pool, row * 31 % POOL, numbers, 0, columns);
        float scale = 0.125f / (1 << encoding.bits());
        for (int g = 0; g < encoding.groups(columns); g++) {
            scales[g] = (row + g) % 2 == 0 ? scale : -scale;
            leasts[g] = (row + g) % 2 == 0 ? -0.0625f : 0.0625f;
        }
    }
}
