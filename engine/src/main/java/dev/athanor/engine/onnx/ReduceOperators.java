package dev.athanor.engine.onnx;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Many elements to one: sums, extremes, norms, and where the extremes are. */
final class ReduceOperators {
    private ReduceOperators() {}

    /**
     * How elements are joined.
     *
     * @param start of no elements
     * @param each what an element is first
     * @param join two of them
     * @param end what the result of n elements is last
     */
    private record Fold(double start, DoubleUnaryOperator each, DoubleBinaryOperator join, DoubleBinaryOperator end) {}

    static void addTo(OnnxOperators.Table table) {
        DoubleUnaryOperator same = x -> x;
        DoubleBinaryOperator plus = Double::sum;
        DoubleBinaryOperator done = (x, n) -> x;
        reduce(table, "ReduceSum", 13, new Fold(0, same, plus, done));
        reduce(table, "ReduceMean", 18, new Fold(0, same, plus, (x, n) -> x / n));
        reduce(table, "ReduceProd", 18, new Fold(1, same, (a, b) -> a * b, done));
        reduce(table, "ReduceMax", 18, new Fold(Double.NEGATIVE_INFINITY, same, Math::max, done));
        reduce(table, "ReduceMin", 18, new Fold(Double.POSITIVE_INFINITY, same, Math::min, done));
        reduce(table, "ReduceL1", 18, new Fold(0, Math::abs, plus, done));
        reduce(table, "ReduceL2", 18, new Fold(0, x -> x * x, plus, (x, n) -> Math.sqrt(x)));
        reduce(table, "ReduceSumSquare", 18, new Fold(0, x -> x * x, plus, done));
        reduce(table, "ReduceLogSum", 18, new Fold(0, same, plus, (x, n) -> Math.log(x)));
        reduce(table, "ReduceLogSumExp", 18, new Fold(Double.NEGATIVE_INFINITY, same, ReduceOperators::logSum, done));
        table.add("ArgMax", OnnxOperator.of(c -> extreme(c, true)));
        table.add("ArgMin", OnnxOperator.of(c -> extreme(c, false)));
        table.add("CumSum", 11, OnnxOperator.of(c -> cumulate(c, 0, Double::sum)));
        table.add("CumProd", 26, OnnxOperator.of(c -> cumulate(c, 1, (a, b) -> a * b)));
    }

    private static double logSum(double a, double b) {
        double most = Math.max(a, b);
        return Double.isInfinite(most) ? most : most + Math.log1p(Math.exp(Math.min(a, b) - most));
    }

    /** @param since opset from which the axes are an input */
    private static void reduce(OnnxOperators.Table table, String name, int since, Fold fold) {
        table.add(name, OnnxOperator.of(c -> {
            OnnxValue x = c.in(0);
            long[] list = c.opset() < since ? c.numbers("axes") : c.list(1, "axes");
            boolean all = list == null || list.length == 0;
            if (all && c.flag("noop_with_empty_axes", false)) {
                return UnaryOperators.map(c, x, v -> fold.end().applyAsDouble(start(fold, v), 1));
            }
            boolean[] gone = new boolean[x.rank()];
            for (int axis = 0; all && axis < gone.length; axis++) {
                gone[axis] = true;
            }
            for (int i = 0; !all && i < list.length; i++) {
                gone[c.axis(list[i], x.rank())] = true;
            }
            return fold(c, x, gone, c.flag("keepdims", true), fold);
        }));
    }

    private static double start(Fold fold, double x) {
        return fold.join().applyAsDouble(fold.start(), fold.each().applyAsDouble(x));
    }

    private static OnnxValue fold(OnnxCall c, OnnxValue x, boolean[] gone, boolean keep, Fold fold) {
        int rank = x.rank();
        int[] kept = new int[rank];
        int[] squeezed = new int[rank];
        int n = 0;
        int count = 1;
        for (int axis = 0; axis < rank; axis++) {
            kept[axis] = gone[axis] ? 1 : x.dim(axis);
            if (gone[axis]) {
                count *= x.dim(axis);
            } else {
                squeezed[n++] = x.dim(axis);
            }
        }
        int size = OnnxValue.elements(kept);
        OnnxValue y = c.make(x.type(), kept);
        double[] sums = new double[size];
        java.util.Arrays.fill(sums, fold.start());
        int items = count;
        Broadcast.walk(x.shape(), x.shape(), kept, (at, run, i, stepX, j, stepY) -> {
            for (int k = 0; k < run; k++) {
                int to = j + k * stepY;
                sums[to] = fold.join().applyAsDouble(sums[to], fold.each().applyAsDouble(x.real(i + k * stepX)));
            }
        });
        for (int i = 0; i < size; i++) {
            double end = fold.end().applyAsDouble(sums[i], items);
            y.set(i, x.type() == OnnxType.BOOL ? Math.max(0, end) : end); // nothing is true of nothing
        }
        return keep ? y : y.reshape(java.util.Arrays.copyOf(squeezed, n));
    }

    private static OnnxValue extreme(OnnxCall c, boolean most) {
        OnnxValue x = c.in(0);
        Lines lines = Lines.along(x.shape(), c.axis(c.number("axis", 0), x.rank()));
        boolean last = c.flag("select_last_index", false);
        int[] shape = lines.shape(1);
        OnnxValue y = c.make(OnnxType.INT64, shape);
        for (int line = 0; line < lines.count(); line++) {
            int from = lines.start(line);
            int best = 0;
            for (int k = 1; k < lines.length(); k++) {
                double a = x.real(from + k * lines.step());
                double b = x.real(from + best * lines.step());
                if ((most ? a > b : a < b) || (last && a == b)) {
                    best = k;
                }
            }
            y.longs()[line] = best;
        }
        return c.flag("keepdims", true) ? y : y.reshape(lines.without());
    }

    private static OnnxValue cumulate(OnnxCall c, double start, DoubleBinaryOperator join) {
        OnnxValue x = c.in(0);
        Lines lines = Lines.along(x.shape(), c.axis(c.in(1).integer(0), x.rank()));
        boolean exclusive = c.flag("exclusive", false);
        boolean reverse = c.flag("reverse", false);
        OnnxValue y = c.make(x.type(), x.shape());
        for (int line = 0; line < lines.count(); line++) {
            double sum = start;
            for (int k = 0; k < lines.length(); k++) {
                int at = lines.start(line) + (reverse ? lines.length() - 1 - k : k) * lines.step();
                double next = join.applyAsDouble(sum, x.real(at));
                y.set(at, exclusive ? sum : next);
                sum = next;
            }
        }
        return y;
    }
}
