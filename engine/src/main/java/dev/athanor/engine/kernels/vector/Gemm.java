package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.MR;
import static dev.athanor.engine.kernels.vector.Lanes.NR;
import static dev.athanor.engine.kernels.vector.Lanes.STRIDE;

import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.tensor.Tensor;

/**
 * Matrix product in cache blocks of packed panels, after Goto and van de Geijn, "Anatomy of high-performance matrix
 * multiplication" (2008).
 *
 * <p>Per block of steps: the left operand is packed for up to {@link #MC} rows (they stay in the second cache), then for
 * each panel of columns (it stays in the first) the register tiles run down the rows.
 */
final class Gemm {
    /** Rows of the left operand packed at once, a multiple of MR: they stay in the second cache. */
    private static final int MC = 120;

    /** Columns of the right operand packed at once, a multiple of NR. */
    private static final int NC = 1024;

    /** Columns packed in one sweep over the rows of the right operand: wide enough to read it in long runs. */
    private static final int GROUP = 4 * NR;

    /** From so many columns on it pays to look for steps at which the left operand is zero. */
    private static final int SKIPPING_COLUMNS = 4 * NR;

    /** Up to so many rows a right operand with contiguous rows is read where it lies, if it has few enough elements. */
    private static final int DIRECT_ROWS = 130;

    /** Elements up to which each row tile finds the operand's rows again in the caches and in the page table's. */
    private static final int DIRECT_SIZE = 5 << 18;

    /** Up to so many rows an operand of more elements is read where it lies: copying it would take longer. */
    private static final int FAR_DIRECT_ROWS = 24;

    private Gemm() {}

    /** {@code c = epilogue(left · b)}, or {@code c += left · b}. */
    static void run(
            Panels panels, Left left, int m, Right b, float[] c, int co, boolean accumulate, Epilogue epilogue) {
        int k = b.rows();
        int n = b.columns();
        int step = PackedPanels.blockSteps(k);
        panels.left((Math.min(m, MC) + MR - 1) / MR * MR * STRIDE + LANES);
        boolean packed = b.isPanel();
        if (!packed) {
            // a few panels at a time if each is used for one block of rows only
            panels.right(Math.min(m <= MC ? GROUP : NC, PackedPanels.paddedColumns(n)) * Math.min(step, k) + NR);
        }
        for (int from = 0; from < n; from += NC) {
            int to = Math.min(n, from + NC);
            for (int p0 = 0; p0 == 0 || p0 < k; p0 += step) {
                int steps = Math.min(step, k - p0);
                Epilogue end = p0 + steps >= k ? epilogue : Epilogue.NONE;
                Epilogue begin = p0 == 0 ? epilogue : Epilogue.NONE;
                block(panels, left, m, b, packed, p0, steps, c, co, from, to, accumulate || p0 > 0, begin, end);
            }
        }
    }

    /** All rows against columns {@code from … to}, for the steps of one block. */
    private static void block(
            Panels panels,
            Left left,
            int m,
            Right b,
            boolean packed,
            int p0,
            int steps,
            float[] c,
            int co,
            int from,
            int to,
            boolean add,
            Epilogue begin,
            Epilogue epilogue) {
        int n = b.columns();
        boolean direct = m <= (b.size() <= DIRECT_SIZE ? DIRECT_ROWS : FAR_DIRECT_ROWS)
                && b.rowsAreContiguous()
                && !left.byColumns();
        float[] right = packed ? b.data() : panels.right;
        int group = m <= MC ? GROUP : NC;
        for (int i0 = 0; i0 < m; i0 += MC) {
            int rows = Math.min(MC, m - i0);
            left.pack(panels.left, i0, rows, p0, steps);
            for (int j0 = from; j0 < to; j0 += NR) {
                if (direct && j0 + NR <= n) {
                    direct(panels, i0, rows, steps, b, p0, c, co, n, j0, add, epilogue);
                    continue;
                }
                int first = (j0 - from) % group;
                int at = packed ? b.at(p0) : first * steps;
                if (i0 == 0 && !packed && (first == 0 || direct)) {
                    b.pack(p0, steps, j0, Math.min(to, j0 + group), right, at);
                }
                column(panels, left.byColumns(), i0, 0, rows, steps, right, at, c, co, n, j0, add, begin, epilogue);
            }
        }
    }

    /** {@code c = epilogue(left · b)} with b packed before. */
    static void run(
            Panels panels, Left left, int m, PackedPanels b, float[] c, int co, boolean accumulate, Epilogue epilogue) {
        int k = b.rows();
        int n = b.columns();
        int step = PackedPanels.blockSteps(k);
        panels.left((Math.min(m, MC) + MR - 1) / MR * MR * STRIDE + LANES);
        boolean skip = n >= SKIPPING_COLUMNS && !left.byColumns() && b.isFinite();
        for (int p0 = 0; p0 == 0 || p0 < k; p0 += step) {
            int steps = Math.min(step, k - p0);
            boolean add = accumulate || p0 > 0;
            Epilogue end = p0 + steps >= k ? epilogue : Epilogue.NONE;
            Epilogue begin = p0 == 0 ? epilogue : Epilogue.NONE;
            for (int i0 = 0; i0 < m; i0 += MC) {
                int rows = Math.min(MC, m - i0);
                left.pack(panels.left, i0, rows, p0, steps);
                int done = skip && panels.zeros.find(panels.left, rows, steps)
                        ? skipping(panels, i0, rows, b, p0, steps, c, co, add, begin, end)
                        : 0;
                for (int j0 = done; j0 < n; j0 += NR) {
                    int at = b.at(p0, steps, j0);
                    column(panels, left.byColumns(), i0, 0, rows, steps, b.data(), at, c, co, n, j0, add, begin, end);
                }
            }
        }
    }

    /** {@code c = epilogue(left · b)} with b kept small; each panel is expanded once per block of rows. */
    static void run(Panels panels, Left left, int m, CompactPanels b, float[] c, int co, Epilogue epilogue) {
        int k = b.rows();
        int n = b.columns();
        int step = b.blockSteps();
        panels.left((Math.min(m, MC) + MR - 1) / MR * MR * STRIDE + LANES);
        float[] right = panels.right((Math.min(step, k) + CompactPanels.SLACK) * NR);
        for (int p0 = 0; p0 == 0 || p0 < k; p0 += step) {
            int steps = Math.min(step, k - p0);
            Epilogue end = p0 + steps >= k ? epilogue : Epilogue.NONE;
            Epilogue begin = p0 == 0 ? epilogue : Epilogue.NONE;
            for (int i0 = 0; i0 < m; i0 += MC) {
                int rows = Math.min(MC, m - i0);
                left.pack(panels.left, i0, rows, p0, steps);
                for (int j0 = 0; j0 < n; j0 += NR) {
                    b.expand(p0, steps, j0, right);
                    boolean columns = left.byColumns();
                    column(panels, columns, i0, 0, rows, steps, right, 0, c, co, n, j0, p0 > 0, begin, end);
                }
            }
        }
    }

    /**
     * The whole panels of columns, as many at a time as a tile takes, against all packed rows.
     *
     * @return the columns done
     */
    private static int skipping(
            Panels panels,
            int i0,
            int rows,
            PackedPanels b,
            int p0,
            int steps,
            float[] c,
            int co,
            boolean add,
            Epilogue begin,
            Epilogue epilogue) {
        int n = b.columns();
        ZeroSteps zeros = panels.zeros;
        int j0 = 0;
        while (j0 <= n - NR) {
            int wide = SkippingTiles.panels((n - j0) / NR);
            int at = b.at(p0, steps, j0);
            for (int i = 0; i < rows; i += MR) {
                if (!zeros.skips(i / MR)) {
                    int end = Math.min(rows, i + MR);
                    for (int j = 0; j < wide; j++) {
                        int from = at + j * steps * NR;
                        column(
                                panels,
                                false,
                                i0,
                                i,
                                end,
                                steps,
                                b.data(),
                                from,
                                c,
                                co,
                                n,
                                j0 + j * NR,
                                add,
                                begin,
                                epilogue);
                    }
                    continue;
                }
                int result = co + (i0 + i) * n + j0;
                for (int r = 0; r < MR; r += SkippingTiles.ROWS) {
                    int group = (i + r) / SkippingTiles.ROWS;
                    SkippingTiles.run(
                            wide,
                            zeros.steps(),
                            zeros.from(group),
                            zeros.to(group),
                            panels.left,
                            (i + r) * STRIDE,
                            b.data(),
                            at,
                            steps * NR,
                            c,
                            result + r * n,
                            n,
                            add);
                }
                if (!epilogue.isNone()) {
                    TileStore.finish(MR, wide * NR, c, result, i0 + i, n, j0, epilogue);
                }
            }
            j0 += wide * NR;
        }
        return j0;
    }

    /**
     * One panel of columns against packed rows {@code first … rows}.
     *
     * @param begin whose bias and residual a wide tile begins with
     * @param epilogue how the others end; of a wide tile the activation only
     */
    private static void column(
            Panels panels,
            boolean byColumns,
            int i0,
            int first,
            int rows,
            int steps,
            float[] right,
            int at,
            float[] c,
            int co,
            int n,
            int j0,
            boolean add,
            Epilogue begin,
            Epilogue epilogue) {
        float[] left = panels.left;
        int width = PackedPanels.width(n - j0);
        boolean whole = j0 + width <= n;
        // a panel that hangs over the last column goes to the tile first, and from there to the result
        float[] to = whole ? c : panels.tile;
        int stride = whole ? n : width;
        boolean addNow = whole && add;
        boolean fused = whole && width == NR && !byColumns;
        Tensor bias = fused ? begin.bias() : null;
        Tensor residual = fused ? begin.residual() : null;
        for (int i = first; i < rows; i += MR) {
            int height = Math.min(MR, rows - i);
            int result = co + (i0 + i) * n + j0;
            int target = whole ? result : 0;
            for (int done = 0; done < height; ) {
                boolean rowTile = width == NR && !byColumns;
                int take = rowTile && height - done == 8 ? 8 : part(height - done);
                int from = byColumns ? i * STRIDE + done : (i + done) * STRIDE;
                int start = target + done * stride;
                if (width == NR) {
                    if (byColumns) {
                        WideColumnTiles.run(take, steps, left, from, right, at, to, start, stride, addNow);
                    } else {
                        boolean adds = addNow || residual != null;
                        WideRowTiles.run(
                                take,
                                steps,
                                left,
                                from,
                                right,
                                at,
                                to,
                                start,
                                stride,
                                adds ? (addNow ? to : residual.floats()) : null,
                                adds && !addNow ? residual.offset() + start - co : start,
                                stride,
                                bias == null ? null : bias.floats(),
                                bias == null ? 0 : bias.offset() + j0);
                    }
                } else if (byColumns) {
                    NarrowColumnTiles.run(take, steps, left, from, right, at, to, start, stride, addNow);
                } else {
                    NarrowRowTiles.run(take, steps, left, from, right, at, to, start, stride, addNow);
                }
                done += take;
            }
            if (!whole) {
                TileStore.store(panels, height, width, c, result, i0 + i, n, j0, add, epilogue);
            } else if (fused) {
                TileStore.activate(epilogue.activation(), height, width, c, result, n);
            } else if (!epilogue.isNone()) {
                TileStore.finish(height, width, c, result, i0 + i, n, j0, epilogue);
            }
        }
    }

    /** One whole panel of columns, read where it lies, against all packed rows. */
    private static void direct(
            Panels panels,
            int i0,
            int rows,
            int steps,
            Right b,
            int p0,
            float[] c,
            int co,
            int n,
            int j0,
            boolean add,
            Epilogue epilogue) {
        for (int i = 0; i < rows; ) {
            int take = directPart(rows - i);
            int result = co + (i0 + i) * n + j0;
            DirectTiles.run(
                    take, steps, panels.left, i * STRIDE, b.data(), b.at(p0) + j0, b.rowStride(), c, result, n, add);
            if (!epilogue.isNone()) {
                TileStore.finish(take, NR, c, result, i0 + i, n, j0, epilogue);
            }
            i += take;
        }
    }

    /** The tile of the next rows: the tallest, unless two of eight end evenly and so read the columns less often. */
    private static int directPart(int height) {
        return MR == 12 && (height == 8 || height == 16) ? 8 : part(height);
    }

    /** The tallest tile that fits; eight rows are better as twice four than as six and two. */
    private static int part(int height) {
        if (height >= MR) {
            return MR;
        }
        if (height >= 6 && height != 8) {
            return 6;
        }
        return height >= 4 ? 4 : height >= 2 ? 2 : 1;
    }
}
