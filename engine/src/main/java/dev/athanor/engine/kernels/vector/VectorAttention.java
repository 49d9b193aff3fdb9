package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.MR;
import static dev.athanor.engine.kernels.vector.Lanes.NR;
import static dev.athanor.engine.kernels.vector.Lanes.STRIDE;

import dev.athanor.engine.kernels.AttentionShape;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * Attention in tiles with an online softmax, arXiv:2205.14135.
 *
 * <p>The keys of one head and sequence are packed once for all queries of the heads they serve. A panel of queries then
 * passes over the keys block by block: scores of a block, their exponentials in place, and their product with the values
 * never leave the first caches. Rows are the queries of all heads that share a key head, one head after the other.
 */
final class VectorAttention {
    /** Keys of a block, a multiple of {@link Lanes#NR}, where a sequence has more than one. */
    private static final int BLOCK = 256;

    /** Up to here keys are one block. */
    private static final int WHOLE = 384;

    /** Up to so many rows packing costs more than it saves. */
    private static final int FEW = 6;

    private static final float LOG2_E = 1.44269504088896341f;

    private VectorAttention() {}

    static void forward(
            AttentionShape s,
            int sequences,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor queryStarts,
            Tensor keyStarts,
            Tensor y,
            Tensor logSumExp) {
        Panels panels = Panels.local();
        for (int b = 0; b < sequences; b++) {
            int q0 = start(queryStarts, b);
            int m = start(queryStarts, b + 1) - q0;
            int k0 = start(keyStarts, b);
            int n = start(keyStarts, b + 1) - k0;
            if (m == 0) {
                continue;
            }
            int skipped = s.firstKey(n - m);
            for (int g = 0; g < s.keyHeads(); g++) {
                group(panels, s, g, q, q0, m, k, v, k0 + skipped, n - skipped, skipped, y, logSumExp);
            }
        }
    }

    /** Where an element of a matrix lies: {@link Tensor#index} without an array. */
    static int at(Tensor x, int row, int column) {
        return x.offset() + row * x.stride(0) + column * x.stride(1);
    }

    private static int start(Tensor starts, int b) {
        return starts.ints()[starts.offset() + b];
    }

    /** All heads that share key head g, of one sequence; keys before {@code k0} are seen by no query. */
    private static void group(
            Panels panels,
            AttentionShape s,
            int g,
            Tensor q,
            int q0,
            int m,
            Tensor k,
            Tensor v,
            int k0,
            int n,
            int skipped,
            Tensor y,
            Tensor logSumExp) {
        AttentionScratch a = panels.attention;
        int width = s.headWidth();
        int padded = PackedPanels.paddedColumns(width);
        int heads = s.heads() / s.keyHeads();
        int rows = heads * m;
        boolean few = rows <= FEW;
        int keyAt = k.offset() + k0 * k.stride(0) + g * width;
        int valueAt = v.offset() + k0 * v.stride(0) + g * width;
        boolean finite = false;
        if (few) {
            a.reserve(0, 0, padded);
        } else {
            a.reserve(PackedPanels.paddedColumns(n) * width, n * padded, padded);
            AttentionRows.transpose(k.floats(), keyAt, k.stride(0), n, width, a.keys);
            Right values = panels.operand.of(v.floats(), valueAt, n, v.stride(0), width, 1);
            for (int d = 0; d < width; d += NR) {
                values.pack(0, n, d, a.values, d * n);
            }
            finite = VectorArithmetic.isFinite(a.values, 0, n * padded);
        }
        int block = n <= WHOLE ? WHOLE : BLOCK;
        int head = g * heads;
        int query = 0;
        for (int r0 = 0; r0 < rows; r0 += AttentionScratch.ROWS) {
            int count = Math.min(AttentionScratch.ROWS, rows - r0);
            int first = Integer.MAX_VALUE;
            int last = 0;
            for (int r = 0; r < count; r++) {
                a.head[r] = head;
                a.query[r] = q0 + query;
                int from = q.offset() + (q0 + query) * q.stride(0) + head * width;
                AttentionRows.scale(s.scale(), q.floats(), from, a.queries, r * STRIDE, width);
                int position = skipped + n - m + query;
                a.from[r] = s.firstKey(position) - skipped;
                a.to[r] = s.lastKey(position, skipped + n) - skipped;
                first = Math.min(first, a.from[r]);
                last = Math.max(last, a.to[r]);
                a.max[r] = Float.NEGATIVE_INFINITY;
                if (++query == m) {
                    query = 0;
                    head++;
                }
            }
            Arrays.fill(a.sums, 0, count * LANES, 0);
            for (int j0 = first / NR * NR; j0 < last; j0 += block) {
                int j1 = Math.min(last, j0 + block);
                for (int r = 0; r < count; r += MR) {
                    panel(
                            panels,
                            width,
                            padded,
                            r,
                            Math.min(MR, count - r),
                            n,
                            j0,
                            j1,
                            few,
                            finite,
                            k,
                            keyAt,
                            v,
                            valueAt);
                }
            }
            for (int r = 0; r < count; r++) {
                int at = y.offset() + a.query[r] * y.stride(0) + a.head[r] * width;
                finish(a, r, padded, y.floats(), at, width);
                if (logSumExp != null) {
                    double lse = a.max[r] + Math.log(a.sums[r * LANES]);
                    logSumExp.floats()[at(logSumExp, a.query[r], a.head[r])] = (float) lse;
                }
            }
        }
    }

    /** Up to {@link Lanes#MR} rows from row r on against keys {@code j0 … j1} of one block. */
    private static void panel(
            Panels panels,
            int width,
            int padded,
            int r,
            int rows,
            int n,
            int j0,
            int j1,
            boolean few,
            boolean finite,
            Tensor k,
            int keyAt,
            Tensor v,
            int valueAt) {
        AttentionScratch a = panels.attention;
        int first = j1;
        int last = j0;
        for (int i = r; i < r + rows; i++) {
            first = Math.min(first, Math.max(j0, a.from[i]));
            last = Math.max(last, Math.min(j1, a.to[i]));
        }
        if (first >= last) {
            return;
        }
        first = j0 + (first - j0) / NR * NR;
        float[] scores = a.scores;
        int end = j0 + PackedPanels.paddedColumns(last - j0);
        if (few) {
            for (int i = 0; i < rows; i++) {
                AttentionRows.dots(
                        a.queries,
                        (r + i) * STRIDE,
                        k.floats(),
                        keyAt,
                        k.stride(0),
                        width,
                        Math.max(first, a.from[r + i]),
                        Math.min(last, a.to[r + i]),
                        scores,
                        i * STRIDE - j0,
                        panels.tile);
            }
        } else {
            for (int j = first; j < last; j += NR) {
                product(
                        n - j > LANES,
                        rows,
                        width,
                        a.queries,
                        r * STRIDE,
                        a.keys,
                        j * width,
                        scores,
                        j - j0,
                        STRIDE,
                        false);
            }
        }
        boolean add = false;
        for (int i = 0; i < rows; i++) {
            add |= a.max[r + i] != Float.NEGATIVE_INFINITY;
        }
        for (int i = 0; i < rows; i++) {
            hide(a, r + i, i * STRIDE - j0, first, last, end);
        }
        for (int i = 0; i < rows; i++) {
            a.tops[i] = VectorMath.max(scores, i * STRIDE - j0 + first, end - first);
        }
        for (int i = 0; i < rows; i++) {
            float top = raise(a, r + i, a.tops[i], padded);
            int at = i * STRIDE - j0 + first;
            VectorMath.powers(scores, at, scores, at, end - first, top, LOG2_E, a.sums, (r + i) * LANES);
        }
        if (few || !finite) {
            for (int i = 0; i < rows; i++) {
                AttentionRows.weightedRows(
                        scores,
                        i * STRIDE - j0,
                        v.floats(),
                        valueAt,
                        v.stride(0),
                        width,
                        Math.max(first, a.from[r + i]),
                        Math.min(last, a.to[r + i]),
                        a.outputs,
                        (r + i) * padded,
                        add);
            }
        } else {
            for (int d = 0; d < width; d += NR) {
                boolean wide = width - d > LANES;
                int at = d * n + first * (wide ? NR : LANES);
                product(
                        wide,
                        rows,
                        last - first,
                        scores,
                        first - j0,
                        a.values,
                        at,
                        a.outputs,
                        r * padded + d,
                        padded,
                        add);
            }
        }
    }

    /** Scores of keys that a row does not see, among {@code first … end}, become what weighs nothing. */
    private static void hide(AttentionScratch a, int row, int at, int first, int last, int end) {
        int from = Math.max(first, Math.min(a.from[row], last));
        int to = Math.max(from, Math.min(last, a.to[row]));
        for (int j = first; j < from; j++) {
            a.scores[at + j] = Float.NEGATIVE_INFINITY;
        }
        for (int j = to; j < end; j++) {
            a.scores[at + j] = Float.NEGATIVE_INFINITY;
        }
    }

    /** What to take exponentials from, now that a row has a score of {@code top}; its sums so far follow. */
    private static float raise(AttentionScratch a, int row, float top, int padded) {
        float before = a.max[row];
        if (top > before) {
            a.max[row] = top;
            if (before != Float.NEGATIVE_INFINITY) {
                float factor = (float) Math.exp(before - top);
                VectorNorms.scale(factor, a.sums, row * LANES, LANES);
                VectorNorms.scale(factor, a.outputs, row * padded, padded);
            }
            return top;
        } else if (top <= before) {
            return before == Float.NEGATIVE_INFINITY ? 0 : before;
        }
        a.max[row] = Float.NaN;
        Arrays.fill(a.sums, row * LANES, row * LANES + LANES, Float.NaN);
        return top;
    }

    /** Divides a row by its sum of weights, which is left in the first place of its vector. */
    private static void finish(AttentionScratch a, int row, int padded, float[] y, int at, int width) {
        float sum = VectorMath.sum(a.sums, row * LANES);
        a.sums[row * LANES] = sum;
        AttentionRows.scale(1 / sum, a.outputs, row * padded, y, at, width);
    }

    /**
     * A tile's product of at least {@code rows} rows; rows of the left operand, and of a result where there are more than
     * asked for, are scratch.
     */
    static void product(
            boolean wide,
            int rows,
            int k,
            float[] a,
            int ao,
            float[] b,
            int bo,
            float[] c,
            int co,
            int cs,
            boolean add) {
        if (wide) {
            WideRowTiles.run(MR == 12 && (rows == 7 || rows == 8) ? 8 : height(rows), k, a, ao, b, bo, c, co, cs, add);
        } else {
            NarrowRowTiles.run(height(rows), k, a, ao, b, bo, c, co, cs, add);
        }
    }

    /** The lowest tile of so many rows. */
    private static int height(int rows) {
        return rows > 6 ? 12 : rows > 4 ? 6 : rows > 2 ? 4 : rows;
    }
}
