package dev.athanor.engine.onnx;

import java.util.Arrays;

/** Elements chosen by their places: Gather, Scatter, OneHot, TopK, Compress. */
final class GatherOperators {
    private GatherOperators() {}

    static void addTo(OnnxOperators.Table table) {
        table.add("Gather", OnnxOperator.of(GatherOperators::gather));
        table.add("GatherElements", 11, OnnxOperator.of(GatherOperators::gatherElements));
        table.add("GatherND", 11, OnnxOperator.of(GatherOperators::gatherNd));
        table.add("ScatterElements", 11, OnnxOperator.of(GatherOperators::scatterElements));
        table.add("Scatter", OnnxOperator.of(GatherOperators::scatterElements));
        table.add("ScatterND", 11, OnnxOperator.of(GatherOperators::scatterNd));
        table.add("OneHot", OnnxOperator.of(GatherOperators::oneHot));
        table.add("TopK", GatherOperators::topK);
        table.add("NonZero", OnnxOperator.of(c -> {
            OnnxValue x = c.in(0);
            int count = 0;
            for (int i = 0; i < x.size(); i++) {
                count += x.real(i) != 0 ? 1 : 0;
            }
            OnnxValue y = c.make(OnnxType.INT64, x.rank(), count);
            Odometer at = new Odometer(x.shape());
            int n = 0;
            for (int i = 0; i < x.size(); i++, at.next()) {
                if (x.real(i) != 0) {
                    for (int axis = 0; axis < x.rank(); axis++) {
                        y.longs()[axis * count + n] = at.at(axis);
                    }
                    n++;
                }
            }
            return y;
        }));
        table.add("Compress", OnnxOperator.of(GatherOperators::compress));
        table.add("ReverseSequence", OnnxOperator.of(c -> {
            OnnxValue x = c.in(0);
            int batch = c.axis(c.number("batch_axis", 1), x.rank());
            int time = c.axis(c.number("time_axis", 0), x.rank());
            int[] strides = Strides.of(x.shape());
            OnnxValue y = c.make(x.type(), x.shape());
            Odometer at = new Odometer(x.shape());
            for (int i = 0; i < x.size(); i++, at.next()) {
                int length = (int) c.in(1).integer(at.at(batch));
                int t = at.at(time);
                y.set(i, x, t < length ? i + (length - 1 - 2 * t) * strides[time] : i);
            }
            return y;
        }));
    }

    private static int place(OnnxCall c, long at, int dim) {
        long from = at < 0 ? at + dim : at;
        if (from < 0 || from >= dim) {
            throw c.wrong("it looks up place " + at + " of " + dim);
        }
        return (int) from;
    }

    private static OnnxValue gather(OnnxCall c) {
        OnnxValue x = c.in(0);
        OnnxValue indices = c.in(1);
        int axis = c.axis(c.number("axis", 0), x.rank());
        int[] shape = new int[x.rank() - 1 + indices.rank()];
        System.arraycopy(x.shape(), 0, shape, 0, axis);
        System.arraycopy(indices.shape(), 0, shape, axis, indices.rank());
        System.arraycopy(x.shape(), axis + 1, shape, axis + indices.rank(), x.rank() - 1 - axis);
        Lines lines = Lines.along(x.shape(), axis);
        OnnxValue y = c.make(x.type(), shape);
        int run = lines.step();
        int blocks = run == 0 ? 0 : lines.count() / run;
        for (int block = 0; block < blocks; block++) {
            for (int i = 0; i < indices.size(); i++) {
                int from = place(c, indices.integer(i), lines.length());
                y.copy((block * indices.size() + i) * run, x, (block * lines.length() + from) * run, run);
            }
        }
        return y;
    }

    private static OnnxValue gatherElements(OnnxCall c) {
        OnnxValue x = c.in(0);
        OnnxValue indices = c.in(1);
        int axis = c.axis(c.number("axis", 0), x.rank());
        OnnxValue y = c.make(x.type(), indices.shape());
        int[] strides = Strides.of(x.shape());
        Odometer at = new Odometer(indices.shape());
        for (int i = 0; i < y.size(); i++, at.next()) {
            int place = place(c, indices.integer(i), x.dim(axis));
            y.set(i, x, at.dot(strides) + (place - at.at(axis)) * strides[axis]);
        }
        return y;
    }

    private static OnnxValue gatherNd(OnnxCall c) {
        OnnxValue x = c.in(0);
        OnnxValue indices = c.in(1);
        int batch = (int) c.number("batch_dims", 0);
        int depth = indices.dim(indices.rank() - 1);
        int[] shape = new int[indices.rank() - 1 + x.rank() - batch - depth];
        System.arraycopy(indices.shape(), 0, shape, 0, indices.rank() - 1);
        System.arraycopy(x.shape(), batch + depth, shape, indices.rank() - 1, x.rank() - batch - depth);
        OnnxValue y = c.make(x.type(), shape);
        int[] strides = Strides.of(x.shape());
        int run = batch + depth == 0 ? x.size() : strides[batch + depth - 1];
        int tuples = depth == 0 ? 0 : indices.size() / depth;
        int batches = OnnxValue.elements(Arrays.copyOf(x.shape(), batch));
        for (int t = 0; t < tuples; t++) {
            int from = batch == 0 ? 0 : t / (tuples / batches) * strides[batch - 1];
            for (int k = 0; k < depth; k++) {
                from += place(c, indices.integer(t * depth + k), x.dim(batch + k)) * strides[batch + k];
            }
            y.copy(t * run, x, from, run);
        }
        return y;
    }

    /** What was there and what comes, joined as the attribute {@code reduction} says. */
    private static void join(OnnxCall c, OnnxValue y, int to, OnnxValue updates, int from) {
        switch (c.text("reduction", "none")) {
            case "none" -> y.set(to, updates, from);
            case "add" -> y.set(to, y.real(to) + updates.real(from));
            case "mul" -> y.set(to, y.real(to) * updates.real(from));
            case "max" -> y.set(to, Math.max(y.real(to), updates.real(from)));
            case "min" -> y.set(to, Math.min(y.real(to), updates.real(from)));
            default -> throw c.wrong("its reduction is " + c.text("reduction", ""));
        }
    }

    private static OnnxValue copy(OnnxCall c, OnnxValue x) {
        OnnxValue y = c.make(x.type(), x.shape());
        y.copy(0, x, 0, x.size());
        return y;
    }

    private static OnnxValue scatterElements(OnnxCall c) {
        OnnxValue x = c.in(0);
        OnnxValue indices = c.in(1);
        OnnxValue updates = c.in(2);
        int axis = c.axis(c.number("axis", 0), x.rank());
        OnnxValue y = copy(c, x);
        int[] strides = Strides.of(x.shape());
        Odometer at = new Odometer(indices.shape());
        for (int i = 0; i < indices.size(); i++, at.next()) {
            int place = place(c, indices.integer(i), x.dim(axis));
            join(c, y, at.dot(strides) + (place - at.at(axis)) * strides[axis], updates, i);
        }
        return y;
    }

    private static OnnxValue scatterNd(OnnxCall c) {
        OnnxValue x = c.in(0);
        OnnxValue indices = c.in(1);
        OnnxValue updates = c.in(2);
        int depth = indices.dim(indices.rank() - 1);
        OnnxValue y = copy(c, x);
        int[] strides = Strides.of(x.shape());
        int run = depth == 0 ? x.size() : strides[depth - 1];
        for (int t = 0; depth > 0 && t < indices.size() / depth; t++) {
            int to = 0;
            for (int k = 0; k < depth; k++) {
                to += place(c, indices.integer(t * depth + k), x.dim(k)) * strides[k];
            }
            for (int k = 0; k < run; k++) {
                join(c, y, to + k, updates, t * run + k);
            }
        }
        return y;
    }

    private static OnnxValue oneHot(OnnxCall c) {
        OnnxValue indices = c.in(0);
        int depth = (int) c.in(1).integer(0);
        OnnxValue values = c.in(2);
        int axis = c.axis(c.number("axis", -1), indices.rank() + 1);
        int[] shape = new int[indices.rank() + 1];
        System.arraycopy(indices.shape(), 0, shape, 0, axis);
        shape[axis] = depth;
        System.arraycopy(indices.shape(), axis, shape, axis + 1, indices.rank() - axis);
        OnnxValue y = c.make(values.type(), shape);
        Lines lines = Lines.along(shape, axis);
        for (int line = 0; line < lines.count(); line++) {
            long at = indices.integer(line);
            long hot = at < 0 ? at + depth : at;
            for (int k = 0; k < depth; k++) {
                y.set(lines.start(line) + k * lines.step(), values, k == hot ? 1 : 0);
            }
        }
        return y;
    }

    private static OnnxValue[] topK(OnnxCall c) {
        OnnxValue x = c.in(0);
        int k = (int) (c.opset() < 10 ? c.number("k", 0) : c.in(1).integer(0));
        Lines lines = Lines.along(x.shape(), c.axis(c.number("axis", -1), x.rank()));
        if (k < 0 || k > lines.length()) {
            throw c.wrong("it wants " + k + " of " + lines.length());
        }
        boolean largest = c.flag("largest", true);
        OnnxValue values = c.make(x.type(), lines.shape(k));
        OnnxValue places = c.make(OnnxType.INT64, lines.shape(k));
        Integer[] order = new Integer[lines.length()];
        for (int line = 0; line < lines.count(); line++) {
            int from = lines.start(line);
            for (int i = 0; i < order.length; i++) {
                order[i] = i;
            }
            Arrays.sort(order, (a, b) -> {
                int compared = compare(x, from + a * lines.step(), from + b * lines.step());
                return largest ? -compared : compared;
            });
            for (int i = 0; i < k; i++) {
                int to = lines.start(line, k) + i * lines.step();
                values.set(to, x, from + order[i] * lines.step());
                places.longs()[to] = order[i];
            }
        }
        return new OnnxValue[] {values, places};
    }

    private static int compare(OnnxValue x, int a, int b) {
        if (x.longs() == null) {
            return Double.compare(x.real(a), x.real(b));
        }
        return x.type() == OnnxType.UINT64
                ? Long.compareUnsigned(x.longs()[a], x.longs()[b])
                : Long.compare(x.longs()[a], x.longs()[b]);
    }

    private static OnnxValue compress(OnnxCall c) {
        OnnxValue x = c.has("axis") ? c.in(0) : c.in(0).reshape(c.in(0).size());
        OnnxValue test = c.in(1);
        Lines lines = Lines.along(x.shape(), c.axis(c.number("axis", 0), x.rank()));
        int length = Math.min(test.size(), lines.length());
        int count = 0;
        for (int i = 0; i < length; i++) {
            count += (int) test.integer(i);
        }
        OnnxValue y = c.make(x.type(), lines.shape(count));
        for (int line = 0; line < lines.count(); line++) {
            int n = 0;
            for (int i = 0; i < length; i++) {
                if (test.integer(i) != 0) {
                    y.set(lines.start(line, count) + n++ * lines.step(), x, lines.start(line) + i * lines.step());
                }
            }
        }
        return y;
    }
}
