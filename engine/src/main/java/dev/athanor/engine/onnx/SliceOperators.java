package dev.athanor.engine.onnx;

import java.util.Arrays;

/** Parts of arrays and borders around them: Slice, Pad, Trilu. */
final class SliceOperators {
    private SliceOperators() {}

    static void addTo(OnnxOperators.Table table) {
        table.add("Slice", OnnxOperator.of(SliceOperators::slice));
        table.add("Pad", OnnxOperator.of(SliceOperators::pad));
        table.add("Trilu", 14, OnnxOperator.of(c -> {
            OnnxValue x = c.in(0);
            long k = c.optional(1) == null ? 0 : c.in(1).integer(0);
            boolean upper = c.flag("upper", true);
            OnnxValue y = c.make(x.type(), x.shape());
            int columns = x.dim(x.rank() - 1);
            int rows = x.dim(x.rank() - 2);
            for (int i = 0; i < x.size(); i++) {
                int column = i % columns;
                int row = i / columns % rows;
                if (upper ? column - k >= row : column - k <= row) {
                    y.set(i, x, i);
                }
            }
            return y;
        }));
    }

    private static OnnxValue slice(OnnxCall c) {
        OnnxValue x = c.in(0);
        long[] starts = c.list(1, "starts");
        long[] ends = c.list(2, "ends");
        long[] axes = c.list(3, "axes");
        long[] steps = c.list(4, "steps");
        if (starts == null || ends == null || starts.length != ends.length) {
            throw c.wrong("it has no starts and ends that fit each other");
        }
        int[] shape = x.shape().clone();
        int[] strides = Strides.of(shape);
        int[] moves = strides.clone();
        int from = 0;
        for (int i = 0; i < starts.length; i++) {
            int axis = c.axis(axes == null ? i : axes[i], x.rank());
            long step = steps == null ? 1 : steps[i];
            if (step == 0) {
                throw c.wrong("it slices by steps of 0");
            }
            int dim = x.dim(axis);
            long start = clamp(starts[i], dim, step < 0);
            long end = clamp(ends[i], dim, step < 0);
            long count = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;
            if (step > dim || -step > dim) {
                count = step > 0 ? (start < end ? 1 : 0) : (start > end ? 1 : 0);
                step = 1;
            }
            shape[axis] = (int) Math.max(0, count);
            from += (int) start * strides[axis];
            moves[axis] = (int) step * strides[axis];
        }
        return ShapeOperators.gather(c, x, from, shape, moves);
    }

    private static long clamp(long at, int dim, boolean backwards) {
        long from = at < 0 ? at + dim : at;
        return backwards ? Math.max(-1, Math.min(dim - 1L, from)) : Math.max(0, Math.min(dim, from));
    }

    private static OnnxValue pad(OnnxCall c) {
        OnnxValue x = c.in(0);
        long[] pads = c.list(1, "pads");
        long[] axes = c.list(3, "axes");
        String mode = c.text("mode", "constant");
        int n = axes == null ? x.rank() : axes.length;
        if (pads == null || pads.length != 2 * n) {
            throw c.wrong("its pads are " + Arrays.toString(pads) + " for " + n + " axes");
        }
        int[] before = new int[x.rank()];
        int[] shape = x.shape().clone();
        for (int i = 0; i < n; i++) {
            int axis = c.axis(axes == null ? i : axes[i], x.rank());
            before[axis] = Math.toIntExact(pads[i]);
            shape[axis] = Math.toIntExact(shape[axis] + pads[i] + pads[n + i]);
        }
        OnnxValue y = c.make(x.type(), shape);
        OnnxValue filling = c.optional(2);
        double value =
                c.opset() < 11 ? c.real("value", 0) : filling == null || filling.size() == 0 ? 0 : filling.real(0);
        Odometer at = new Odometer(shape);
        int[] strides = Strides.of(x.shape());
        for (int i = 0; i < y.size(); i++, at.next()) {
            int from = 0;
            for (int axis = 0; axis < shape.length && from >= 0; axis++) {
                int place = source(c, mode, at.at(axis) - before[axis], x.dim(axis));
                from = place < 0 ? -1 : from + place * strides[axis];
            }
            if (from < 0) {
                y.set(i, value);
            } else {
                y.set(i, x, from);
            }
        }
        return y;
    }

    /** The element that a place outside shows, or -1 for the filling. */
    private static int source(OnnxCall c, String mode, int at, int dim) {
        if (at >= 0 && at < dim) {
            return at;
        }
        if (mode.equals("constant")) {
            return -1;
        }
        if (dim == 0) {
            throw c.wrong("it pads an empty axis with what is in it");
        }
        return switch (mode) {
            case "edge" -> at < 0 ? 0 : dim - 1;
            case "wrap" -> Math.floorMod(at, dim);
            case "reflect" -> {
                int period = Math.max(1, 2 * (dim - 1));
                int within = Math.floorMod(at, period);
                yield within < dim ? within : period - within;
            }
            default -> throw c.wrong("its mode is " + mode);
        };
    }
}
