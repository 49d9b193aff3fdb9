package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.NR;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import dev.athanor.engine.kernels.BlockEncoding;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Products of very few rows with {@link BlockPanels}, which take as long as the weights take to be read: numbers are
 * multiplied as they lie in their words.
 *
 * <p>For that each element of a row is divided by the power of two of its number's place, and the sum of each group's
 * elements stands for what numbers are above zero, or counts the least values.
 */
final class BlockRows {
    /** Rows up to which this is faster than expanding panels for {@link Gemm}. */
    static final int ROWS_LIMIT = 5;

    private static final int PATTERN = 32;

    private BlockRows() {}

    /** {@code c = epilogue(a · b)}. */
    static void run(Panels panels, Tensor a, BlockPanels b, float[] c, int co, Epilogue epilogue) {
        int n = b.columns();
        int groups = b.groups();
        int m = a.dim(0);
        int steps = groups * b.group();
        float[] x = panels.left(m * steps);
        int scales = b.scales();
        float[] sums = panels.right(m * scales);
        for (int i = 0; i < m; i++) {
            prepare(b, a.floats(), a.offset() + i * a.stride(0), x, i * steps, sums, i * scales);
        }
        for (int j0 = 0; j0 < n; j0 += NR) {
            boolean whole = j0 + NR <= n;
            for (int i = 0; i < m; i++) {
                int result = co + i * n + j0;
                panel(b, j0, groups, x, i * steps, sums, i * scales, whole ? c : panels.tile, whole ? result : 0);
                if (!whole) {
                    TileStore.store(panels, 1, NR, c, result, i, n, j0, false, epilogue);
                } else if (!epilogue.isNone()) {
                    TileStore.finish(1, NR, c, result, i, n, j0, epilogue);
                }
            }
        }
    }

    private static void panel(
            BlockPanels b, int j0, int groups, float[] x, int p, float[] sums, int g, float[] to, int start) {
        int[] data = b.data();
        int at = b.at(j0);
        switch (b.encoding()) {
            case FLOAT32 -> BlockRow.floats(data, at, groups, x, p, to, start);
            case FLOAT16 -> BlockRow.halves(data, at, groups, x, p, to, start);
            case BFLOAT16 -> BlockRow.upperHalves(data, at, groups, x, p, to, start);
            case INT8 -> BlockRow.bits8(data, at, groups, x, p, sums, g, to, start);
            case INT6 -> BlockRow.bits6(data, at, groups, x, p, sums, g, to, start);
            case INT5 -> BlockRow.bits5(data, at, groups, x, p, sums, g, to, start);
            case UINT5 -> BlockRow.bits5WithLeast(data, at, groups, x, p, sums, g, to, start);
            case INT4 -> BlockRow.bits4(data, at, groups, x, p, sums, g, to, start);
            case UINT4 -> BlockRow.bits4WithLeast(data, at, groups, x, p, sums, g, to, start);
        }
    }

    private static void prepare(BlockPanels b, float[] row, int from, float[] x, int at, float[] sums, int g) {
        int k = b.rows();
        int padded = b.groups() * b.group();
        StridedLeft.copy(row, from, x, at, k);
        Arrays.fill(x, at + k, at + padded, 0);
        BlockEncoding encoding = b.encoding();
        if (encoding.group() == 0) {
            return;
        }
        float[] places = b.places();
        float factor = encoding.hasLeast() ? 1 : -encoding.zero();
        sums(x, at, b.scales(), encoding.group(), factor, sums, g);
        for (int p = 0; p < padded; p += LANES) {
            FloatVector.fromArray(S, x, at + p)
                    .mul(FloatVector.fromArray(S, places, p % PATTERN))
                    .intoArray(x, at + p);
        }
    }

    private static void sums(float[] x, int at, int groups, int group, float factor, float[] to, int start) {
        for (int i = start; i < start + groups; i++, at += group) {
            double s0 = 0;
            double s1 = 0;
            double s2 = 0;
            double s3 = 0;
            for (int p = at; p < at + group; p += 4) {
                s0 += x[p];
                s1 += x[p + 1];
                s2 += x[p + 2];
                s3 += x[p + 3];
            }
            to[i] = (float) (factor * (s0 + s1 + (s2 + s3)));
        }
    }
}
