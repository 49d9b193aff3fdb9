package dev.athanor.engine.onnx;

import java.util.Arrays;

/** The same elements in another shape or order: Reshape, Transpose, Concat, Slice, Expand, Tile. */
final class ShapeOperators {
    private ShapeOperators() {}

    static void addTo(OnnxOperators.Table table) {
        table.add("Reshape", OnnxOperator.of(ShapeOperators::reshape));
        table.add("Flatten", OnnxOperator.of(c -> {
            OnnxValue x = c.in(0);
            long axis = c.number("axis", 1);
            long from = axis < 0 ? axis + x.rank() : axis;
            if (from < 0 || from > x.rank()) {
                throw c.wrong("axis " + axis + " is not one of " + x);
            }
            int rows = OnnxValue.elements(Arrays.copyOf(x.shape(), (int) from));
            int columns = OnnxValue.elements(Arrays.copyOfRange(x.shape(), (int) from, x.rank()));
            return x.reshape(rows, columns);
        }));
        table.add("Squeeze", OnnxOperator.of(ShapeOperators::squeeze));
        table.add("Unsqueeze", OnnxOperator.of(ShapeOperators::unsqueeze));
        table.add("Transpose", OnnxOperator.of(c -> {
            OnnxValue x = c.in(0);
            long[] list = c.numbers("perm");
            int[] order = new int[x.rank()];
            for (int i = 0; i < order.length; i++) {
                order[i] = list == null ? order.length - 1 - i : c.axis(list[i], x.rank());
            }
            return transpose(c, x, order);
        }));
        table.add("Shape", OnnxOperator.of(c -> {
            OnnxValue x = c.in(0);
            int from = bound(c.number("start", 0), x.rank());
            int to = bound(c.number("end", x.rank()), x.rank());
            long[] dims = new long[Math.max(0, to - from)];
            for (int i = 0; i < dims.length; i++) {
                dims[i] = x.dim(from + i);
            }
            return OnnxValue.of(dims, dims.length);
        }));
        table.add("Size", OnnxOperator.of(c -> OnnxValue.of(new long[] {c.in(0).size()})));
        table.add("Concat", OnnxOperator.of(ShapeOperators::concat));
        table.add("Split", ShapeOperators::split);
        table.add("Expand", OnnxOperator.of(c -> {
            int[] shape = Broadcast.shape(c.in(0).shape(), dims(c, c.in(1)));
            if (shape == null) {
                throw c.wrong(c.in(0) + " does not expand to "
                        + Arrays.toString(c.in(1).toInts()));
            }
            return expand(c, c.in(0), shape);
        }));
        table.add("Tile", OnnxOperator.of(c -> {
            OnnxValue x = c.in(0);
            int[] times = dims(c, c.in(1));
            int[] shape = new int[x.rank()];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = (int) Math.min(Integer.MAX_VALUE, (long) x.dim(i) * times[i]);
            }
            OnnxValue y = c.make(x.type(), shape);
            Odometer at = new Odometer(shape);
            for (int i = 0; i < y.size(); i++, at.next()) {
                int from = 0;
                for (int axis = 0; axis < shape.length; axis++) {
                    from = from * x.dim(axis) + at.at(axis) % x.dim(axis);
                }
                y.set(i, x, from);
            }
            return y;
        }));
        table.add("DepthToSpace", OnnxOperator.of(c -> {
            OnnxValue x = c.in(0);
            int b = (int) c.number("blocksize", 1);
            boolean columnsFirst = c.text("mode", "DCR").equals("CRD");
            int n = x.dim(0);
            int depth = x.dim(1) / (b * b);
            int h = x.dim(2);
            int w = x.dim(3);
            OnnxValue blocks = columnsFirst ? x.reshape(n, depth, b, b, h, w) : x.reshape(n, b, b, depth, h, w);
            OnnxValue moved =
                    transpose(c, blocks, columnsFirst ? new int[] {0, 1, 4, 2, 5, 3} : new int[] {0, 3, 4, 1, 5, 2});
            return moved.reshape(n, depth, h * b, w * b);
        }));
        table.add("SpaceToDepth", OnnxOperator.of(c -> {
            OnnxValue x = c.in(0);
            int b = (int) c.number("blocksize", 1);
            int h = x.dim(2) / b;
            int w = x.dim(3) / b;
            OnnxValue blocks = x.reshape(x.dim(0), x.dim(1), h, b, w, b);
            boolean columnsFirst = c.text("mode", "DCR").equals("CRD");
            return transpose(c, blocks, columnsFirst ? new int[] {0, 1, 3, 5, 2, 4} : new int[] {0, 3, 5, 1, 2, 4})
                    .reshape(x.dim(0), x.dim(1) * b * b, h, w);
        }));
    }

    /** A value as a shape. */
    static int[] dims(OnnxCall c, OnnxValue value) {
        int[] dims = value.toInts();
        for (int d : dims) {
            if (d < 0) {
                throw c.wrong("a dimension would be " + d);
            }
        }
        return dims;
    }

    private static int bound(long at, int rank) {
        return (int) Math.max(0, Math.min(rank, at < 0 ? at + rank : at));
    }

    private static OnnxValue reshape(OnnxCall c) {
        OnnxValue x = c.in(0);
        int[] shape = c.in(1).toInts();
        boolean zeros = c.flag("allowzero", false);
        int unknown = -1;
        long known = 1;
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] == 0 && !zeros) {
                if (i >= x.rank()) {
                    throw c.wrong("it keeps dimension " + i + " of " + x);
                }
                shape[i] = x.dim(i);
            }
            if (shape[i] == -1 && unknown < 0) {
                unknown = i;
            } else if (shape[i] < 0) {
                throw c.wrong("it reshapes to " + Arrays.toString(shape));
            } else {
                known *= shape[i];
            }
        }
        if (unknown >= 0) {
            shape[unknown] = known == 0 ? 0 : (int) (x.size() / known);
        }
        if (OnnxValue.count(shape) != x.size()) {
            throw c.wrong("it reshapes " + x + " to " + Arrays.toString(shape));
        }
        return x.reshape(shape);
    }

    private static OnnxValue squeeze(OnnxCall c) {
        OnnxValue x = c.in(0);
        long[] axes = c.list(1, "axes");
        boolean[] gone = new boolean[x.rank()];
        for (int axis = 0; axes == null && axis < gone.length; axis++) {
            gone[axis] = x.dim(axis) == 1;
        }
        for (int i = 0; axes != null && i < axes.length; i++) {
            int axis = c.axis(axes[i], x.rank());
            if (x.dim(axis) != 1) {
                throw c.wrong("it drops axis " + axis + " of " + x);
            }
            gone[axis] = true;
        }
        int[] shape = new int[x.rank()];
        int n = 0;
        for (int axis = 0; axis < gone.length; axis++) {
            if (!gone[axis]) {
                shape[n++] = x.dim(axis);
            }
        }
        return x.reshape(Arrays.copyOf(shape, n));
    }

    private static OnnxValue unsqueeze(OnnxCall c) {
        OnnxValue x = c.in(0);
        long[] axes = c.list(1, "axes");
        if (axes == null) {
            throw c.wrong("it has no axes");
        }
        int[] shape = new int[x.rank() + axes.length];
        for (long axis : axes) {
            shape[c.axis(axis, shape.length)] = 1;
        }
        int from = 0;
        for (int axis = 0; axis < shape.length; axis++) {
            if (shape[axis] == 0) {
                shape[axis] = x.dim(from++);
            }
        }
        return x.reshape(shape);
    }

    static OnnxValue transpose(OnnxCall c, OnnxValue x, int[] order) {
        int rank = x.rank();
        int[] own = Strides.of(x.shape());
        int[] shape = new int[rank];
        int[] steps = new int[rank];
        for (int i = 0; i < rank; i++) {
            shape[i] = x.dim(order[i]);
            steps[i] = own[order[i]];
        }
        return gather(c, x, 0, shape, steps);
    }

    /** The elements at {@code from + Σ position · steps}, in the order of the shape. */
    static OnnxValue gather(OnnxCall c, OnnxValue x, int from, int[] shape, int[] steps) {
        OnnxValue y = c.make(x.type(), shape);
        if (y.size() == 0) {
            return y;
        }
        int inner = shape.length;
        int run = 1;
        while (inner > 0 && (shape[inner - 1] == 1 || steps[inner - 1] == run)) {
            run *= shape[--inner];
        }
        Odometer at = new Odometer(Arrays.copyOf(shape, inner));
        if (run > 1 || inner == 0) {
            for (int i = 0; i < y.size(); i += run, at.next()) {
                y.copy(i, x, from + at.dot(steps), run);
            }
            return y;
        }
        int last = shape[inner - 1];
        int step = steps[inner - 1];
        Odometer rows = new Odometer(Arrays.copyOf(shape, inner - 1));
        for (int i = 0; i < y.size(); i += last, rows.next()) {
            int at0 = from + rows.dot(steps);
            if (x.type().isFloats()) {
                for (int k = 0; k < last; k++) {
                    y.floats()[i + k] = x.floats()[at0 + k * step];
                }
            } else {
                for (int k = 0; k < last; k++) {
                    y.set(i + k, x, at0 + k * step);
                }
            }
        }
        return y;
    }

    static OnnxValue expand(OnnxCall c, OnnxValue x, int[] shape) {
        return Arrays.equals(x.shape(), shape) ? x : gather(c, x, 0, shape, Broadcast.strides(x.shape(), shape));
    }

    private static OnnxValue concat(OnnxCall c) {
        OnnxValue first = c.in(0);
        int axis = c.axis(c.number("axis", 1), first.rank());
        int length = 0;
        for (int i = 0; i < c.inputs(); i++) {
            OnnxValue x = c.in(i);
            boolean fits = x.type() == first.type() && x.rank() == first.rank();
            for (int k = 0; fits && k < first.rank(); k++) {
                fits = k == axis || x.dim(k) == first.dim(k);
            }
            if (!fits) {
                throw c.wrong("it joins " + first + " and " + x + " along axis " + axis);
            }
            length += x.dim(axis);
        }
        Lines lines = Lines.along(first.shape(), axis);
        OnnxValue y = c.make(first.type(), lines.shape(length));
        int blocks = lines.step() == 0 ? 0 : lines.count() / lines.step();
        int to = 0;
        for (int i = 0; i < c.inputs(); i++) {
            OnnxValue x = c.in(i);
            int run = x.dim(axis) * lines.step();
            for (int block = 0; block < blocks; block++) {
                y.copy(block * length * lines.step() + to, x, block * run, run);
            }
            to += run;
        }
        return y;
    }

    private static OnnxValue[] split(OnnxCall c) {
        OnnxValue x = c.in(0);
        int axis = c.axis(c.number("axis", 0), x.rank());
        long[] sizes = c.list(1, "split");
        int parts = sizes == null ? c.outputs() : sizes.length;
        int even = (x.dim(axis) + parts - 1) / parts;
        OnnxValue[] results = new OnnxValue[parts];
        int from = 0;
        for (int i = 0; i < parts; i++) {
            int size = sizes == null ? Math.min(even, x.dim(axis) - from) : Math.toIntExact(sizes[i]);
            if (size < 0 || from + size > x.dim(axis)) {
                throw c.wrong("it splits " + x + " into parts of " + CastOperators.describe(sizes));
            }
            int[] shape = x.shape().clone();
            shape[axis] = size;
            int[] steps = Strides.of(x.shape());
            results[i] = gather(c, x, from * steps[axis], shape, steps);
            from += size;
        }
        return results;
    }
}
