package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.MR;
import static dev.athanor.engine.kernels.vector.Lanes.NR;
import static dev.athanor.engine.kernels.vector.Lanes.STRIDE;

import dev.athanor.engine.kernels.AttentionShape;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The gradients of attention in tiles, with scores computed once more, arXiv:2205.14135.
 *
 * <p>A block of queries is packed, and all keys pass over it, a panel of keys at a time. Scores are held transposed, keys
 * down and queries across: products with queries and with their gradients, which yield the gradients of values and keys,
 * then take them as they lie; only the gradient of the queries needs them turned.
 */
final class VectorAttentionBackward {
    /** Queries of a block: a multiple of {@link Lanes#MR} and of {@link Lanes#NR}. */
    static final int QUERIES = 6 * NR;

    /** Keys of a block: so many steps has each product for the gradient of the queries. */
    static final int KEYS = 8 * MR;

    /** Distance of the groups of turned scores; the gap takes what the last vector of a group writes beyond it. */
    static final int TURNED = KEYS * MR + NR;

    private static final float LOG2_E = 1.44269504088896341f;

    private VectorAttentionBackward() {}

    /** Whether rows {@code 0 … rows} of a matrix hold no NaN and nothing infinite: zero times one of those is not zero. */
    static boolean isFinite(Tensor x) {
        for (int t = 0; t < x.dim(0); t++) {
            if (!VectorArithmetic.isFinite(x.floats(), x.offset() + t * x.stride(0), x.dim(1))) {
                return false;
            }
        }
        return true;
    }

    static void run(
            AttentionShape s,
            int sequences,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor queryStarts,
            Tensor keyStarts,
            Tensor y,
            Tensor logSumExp,
            Tensor dy,
            Tensor dq,
            Tensor dk,
            Tensor dv) {
        Panels panels = Panels.local();
        AttentionGradientScratch a = panels.attentionGradient;
        int width = s.headWidth();
        int padded = PackedPanels.paddedColumns(width);
        for (int b = 0; b < sequences; b++) {
            int q0 = queryStarts.ints()[queryStarts.offset() + b];
            int m = queryStarts.ints()[queryStarts.offset() + b + 1] - q0;
            int k0 = keyStarts.ints()[keyStarts.offset() + b];
            int n = keyStarts.ints()[keyStarts.offset() + b + 1] - k0;
            for (int g = 0; m > 0 && g < s.keyHeads(); g++) {
                a.reserve(n * padded, width, padded);
                int heads = s.heads() / s.keyHeads();
                natural(panels, k.floats(), VectorAttention.at(k, k0, g * width), k.stride(0), n, width, a.keys);
                for (int head = g * heads; head < (g + 1) * heads; head++) {
                    for (int i0 = 0; i0 < m; i0 += QUERIES) {
                        int rows = Math.min(QUERIES, m - i0);
                        queries(panels, width, q, y, logSumExp, dy, q0 + i0, rows, head);
                        keys(panels, s, k, v, dk, dv, g, k0, n, n - m + i0, rows);
                        int at = VectorAttention.at(dq, q0 + i0, head * width);
                        addRows(a.dq, padded, dq.floats(), at, dq.stride(0), rows, width);
                    }
                }
            }
        }
    }

    /** Rows in panels of columns. */
    private static void natural(Panels panels, float[] from, int at, int stride, int rows, int width, float[] to) {
        Right right = panels.operand.of(from, at, rows, stride, width, 1);
        for (int d = 0; d < width; d += NR) {
            right.pack(0, rows, d, to, d * rows);
        }
    }

    private static void queries(
            Panels panels, int width, Tensor q, Tensor y, Tensor logSumExp, Tensor dy, int row, int rows, int head) {
        AttentionGradientScratch a = panels.attentionGradient;
        int at = VectorAttention.at(q, row, head * width);
        int gradientAt = VectorAttention.at(dy, row, head * width);
        AttentionRows.transpose(q.floats(), at, q.stride(0), rows, width, a.turnedQueries);
        AttentionRows.transpose(dy.floats(), gradientAt, dy.stride(0), rows, width, a.turnedGradients);
        natural(panels, q.floats(), at, q.stride(0), rows, width, a.queries);
        natural(panels, dy.floats(), gradientAt, dy.stride(0), rows, width, a.gradients);
        int resultAt = VectorAttention.at(y, row, head * width);
        for (int i = 0; i < rows; i++) {
            a.logSumExp[i] = logSumExp.floats()[VectorAttention.at(logSumExp, row + i, head)];
            a.delta[i] = dot(
                    y.floats(),
                    resultAt + i * y.stride(0),
                    dy.floats(),
                    gradientAt + i * dy.stride(0),
                    width,
                    panels.pad0);
        }
    }

    private static float dot(float[] x, int xo, float[] y, int yo, int n, float[] pad) {
        FloatVector sums = FloatVector.zero(Lanes.S);
        int i = 0;
        for (; i <= n - LANES; i += LANES) {
            sums = FloatVector.fromArray(Lanes.S, x, xo + i).fma(FloatVector.fromArray(Lanes.S, y, yo + i), sums);
        }
        sums.intoArray(pad, 0);
        float sum = VectorMath.sum(pad, 0);
        for (; i < n; i++) {
            sum += x[xo + i] * y[yo + i];
        }
        return sum;
    }

    /**
     * All keys against the block of queries that is packed.
     *
     * @param position of the block's first query among the keys
     */
    private static void keys(
            Panels panels,
            AttentionShape s,
            Tensor k,
            Tensor v,
            Tensor dk,
            Tensor dv,
            int g,
            int k0,
            int n,
            int position,
            int rows) {
        AttentionGradientScratch a = panels.attentionGradient;
        int width = s.headWidth();
        int padded = PackedPanels.paddedColumns(width);
        int groups = (rows + MR - 1) / MR;
        int from = s.firstKey(position) / KEYS * KEYS;
        int to = s.lastKey(position + rows - 1, n);
        Arrays.fill(a.dq, 0, groups * MR * padded, 0);
        for (int j0 = from; j0 < to; j0 += KEYS) {
            int j1 = Math.min(to, j0 + KEYS);
            for (int j = j0; j < j1; j += MR) {
                panel(panels, s, k, v, dk, dv, g, k0, position, rows, j, Math.min(MR, j1 - j), j - j0);
            }
            for (int d = 0; d < width; d += NR) {
                boolean wide = width - d > LANES;
                int at = d * n + j0 * (wide ? NR : LANES);
                for (int t = 0; t < groups; t++) {
                    int start = t * MR * padded + d;
                    if (wide) {
                        WideColumnTiles.run(MR, j1 - j0, a.turned, t * TURNED, a.keys, at, a.dq, start, padded, true);
                    } else {
                        NarrowColumnTiles.run(MR, j1 - j0, a.turned, t * TURNED, a.keys, at, a.dq, start, padded, true);
                    }
                }
            }
        }
    }

    /** Up to {@link Lanes#MR} keys from {@code j} on, the {@code place}th of their block, against the block of queries. */
    private static void panel(
            Panels panels,
            AttentionShape s,
            Tensor k,
            Tensor v,
            Tensor dk,
            Tensor dv,
            int g,
            int k0,
            int position,
            int rows,
            int j,
            int count,
            int place) {
        AttentionGradientScratch a = panels.attentionGradient;
        int width = s.headWidth();
        int padded = PackedPanels.paddedColumns(width);
        int keyAt = VectorAttention.at(k, k0 + j, g * width);
        int valueAt = VectorAttention.at(v, k0 + j, g * width);
        int low = rows;
        int high = 0;
        for (int r = 0; r < count; r++) {
            AttentionRows.scale(s.scale(), k.floats(), keyAt + r * k.stride(0), a.keyRows, r * STRIDE, width);
            AttentionRows.scale(1, v.floats(), valueAt + r * v.stride(0), a.valueRows, r * STRIDE, width);
            int nearest = s.causal() ? j + r : s.window() == 0 ? 0 : j + r - s.window() + 1;
            a.from[r] = Math.max(0, Math.min(rows, nearest - position));
            int end = s.window() == 0 ? rows : j + r + s.window() - position;
            a.to[r] = Math.max(a.from[r], Math.min(rows, end));
            low = Math.min(low, a.from[r]);
            high = Math.max(high, a.to[r]);
        }
        int groups = (rows + MR - 1) / MR;
        if (low >= high) {
            for (int t = 0; t < groups; t++) {
                Arrays.fill(a.turned, t * TURNED + place * MR, t * TURNED + (place + count) * MR, 0);
            }
            return;
        }
        low = low / NR * NR;
        for (int i = low; i < high; i += NR) {
            boolean wide = rows - i > LANES;
            VectorAttention.product(
                    wide, count, width, a.keyRows, 0, a.turnedQueries, i * width, a.scores, i, STRIDE, false);
            VectorAttention.product(
                    wide, count, width, a.valueRows, 0, a.turnedGradients, i * width, a.slopes, i, STRIDE, false);
        }
        int end = low + PackedPanels.paddedColumns(high - low);
        for (int r = 0; r < count; r++) {
            slopes(a, r * STRIDE, low, end, s.scale());
            clear(a, r * STRIDE, 0, a.from[r]);
            clear(a, r * STRIDE, a.to[r], groups * MR);
        }
        for (int d = 0; d < width; d += NR) {
            boolean wide = width - d > LANES;
            int at = d * rows + low * (wide ? NR : LANES);
            VectorAttention.product(wide, count, high - low, a.scores, low, a.gradients, at, a.dv, d, padded, false);
            VectorAttention.product(wide, count, high - low, a.slopes, low, a.queries, at, a.dk, d, padded, false);
        }
        addRows(a.dv, padded, dv.floats(), VectorAttention.at(dv, k0 + j, g * width), dv.stride(0), count, width);
        addRows(a.dk, padded, dk.floats(), VectorAttention.at(dk, k0 + j, g * width), dk.stride(0), count, width);
        for (int t = 0; t < groups; t++) {
            for (int r = 0; r < count; r++) {
                turn(a.slopes, r * STRIDE + t * MR, a.turned, t * TURNED + (place + r) * MR);
            }
        }
    }

    private static void clear(AttentionGradientScratch a, int at, int from, int to) {
        for (int i = from; i < to; i++) {
            a.scores[at + i] = 0;
            a.slopes[at + i] = 0;
        }
    }

    /** Copies the scores of one key with a group of queries, in whole vectors. */
    private static void turn(float[] from, int at, float[] to, int start) {
        for (int i = 0; i < MR; i += LANES) {
            FloatVector.fromArray(Lanes.S, from, at + i).intoArray(to, start + i);
        }
    }

    /**
     * Scores become weights {@code p = e^(score - logSumExp)}, and products of values with the result's gradient become the
     * slopes of the unscaled scores, {@code p·(product - delta)·scale}.
     */
    private static void slopes(AttentionGradientScratch a, int at, int from, int to, float scale) {
        VectorMath.weights(a.scores, at, a.logSumExp, from, to);
        for (int i = from; i < to; i += LANES) {
            FloatVector.fromArray(Lanes.S, a.slopes, at + i)
                    .sub(FloatVector.fromArray(Lanes.S, a.delta, i))
                    .mul(FloatVector.fromArray(Lanes.S, a.scores, at + i))
                    .mul(scale)
                    .intoArray(a.slopes, at + i);
        }
    }

    /** Adds rows of scratch to rows of a matrix. */
    private static void addRows(float[] from, int padded, float[] to, int at, int stride, int rows, int width) {
        for (int r = 0; r < rows; r++) {
            int i = 0;
            for (; i <= width - LANES; i += LANES) {
                FloatVector.fromArray(Lanes.S, from, r * padded + i)
                        .add(FloatVector.fromArray(Lanes.S, to, at + r * stride + i))
                        .intoArray(to, at + r * stride + i);
            }
            for (; i < width; i++) {
                to[at + r * stride + i] += from[r * padded + i];
            }
        }
    }
}
