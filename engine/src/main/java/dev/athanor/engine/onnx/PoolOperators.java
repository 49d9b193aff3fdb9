package dev.athanor.engine.onnx;

import java.util.Arrays;

/** Windows to one element: the largest, the mean, a norm. */
final class PoolOperators {
    private PoolOperators() {}

    static void addTo(OnnxOperators.Table table) {
        table.add("MaxPool", PoolOperators::maxPool);
        table.add("AveragePool", OnnxOperator.of(PoolOperators::averagePool));
        table.add("LpPool", OnnxOperator.of(PoolOperators::lpPool));
        table.add("GlobalAveragePool", OnnxOperator.of(c -> global(c, false)));
        table.add("GlobalMaxPool", OnnxOperator.of(c -> global(c, true)));
    }

    private static Windows windows(OnnxCall c, OnnxValue x) {
        long[] kernel = c.numbers("kernel_shape");
        if (kernel == null || x.rank() < 3) {
            throw c.wrong("its input is " + x + ", its windows " + Arrays.toString(kernel));
        }
        return Windows.of(c, x, Windows.list(c, "kernel_shape", x.rank() - 2, 1));
    }

    private static OnnxValue[] maxPool(OnnxCall c) {
        OnnxValue x = c.in(0);
        Windows w = windows(c, x);
        int size = w.inSize();
        int columns = w.outSize();
        int images = x.dim(0) * x.dim(1);
        OnnxValue y = c.make(x.type(), w.shape(x.dim(0), x.dim(1)));
        OnnxValue places = c.wants(1) ? c.make(OnnxType.INT64, y.shape()) : null;
        boolean columnMajor = c.flag("storage_order", false);
        for (int image = 0; image < images; image++) {
            Odometer window = new Odometer(w.out());
            for (int o = 0; o < columns; o++, window.next()) {
                int best = -1;
                Odometer element = new Odometer(w.kernel());
                for (int k = 0; k < w.kernelSize(); k++, element.next()) {
                    int at = w.source(window, element);
                    if (at >= 0 && (best < 0 || x.real(image * size + at) > x.real(image * size + best))) {
                        best = at;
                    }
                }
                if (best < 0) {
                    y.set(image * columns + o, x.type().isReal() ? Double.NEGATIVE_INFINITY : 0);
                    continue;
                }
                y.set(image * columns + o, x, image * size + best);
                if (places != null) {
                    places.longs()[image * columns + o] = image * (long) size + (columnMajor ? turned(w, best) : best);
                }
            }
        }
        return new OnnxValue[] {y, places};
    }

    /** The place of an element when the first spatial axis is the fastest. */
    private static int turned(Windows w, int at) {
        int rest = at;
        int[] position = new int[w.in().length];
        for (int axis = position.length - 1; axis >= 0; axis--) {
            position[axis] = rest % w.in()[axis];
            rest /= w.in()[axis];
        }
        int place = 0;
        for (int axis = position.length - 1; axis >= 0; axis--) {
            place = place * w.in()[axis] + position[axis];
        }
        return place;
    }

    private static OnnxValue averagePool(OnnxCall c) {
        OnnxValue x = c.real(0);
        Windows w = windows(c, x);
        boolean border = c.flag("count_include_pad", false);
        int size = w.inSize();
        int columns = w.outSize();
        OnnxValue y = c.make(x.type(), w.shape(x.dim(0), x.dim(1)));
        for (int image = 0; image < x.dim(0) * x.dim(1); image++) {
            Odometer window = new Odometer(w.out());
            for (int o = 0; o < columns; o++, window.next()) {
                double sum = 0;
                int count = 0;
                Odometer element = new Odometer(w.kernel());
                for (int k = 0; k < w.kernelSize(); k++, element.next()) {
                    int at = w.source(window, element);
                    if (at >= 0) {
                        sum += x.real(image * size + at);
                        count++;
                    } else if (border && w.isPadded(window, element)) {
                        count++;
                    }
                }
                y.set(image * columns + o, sum / count);
            }
        }
        return y;
    }

    private static OnnxValue lpPool(OnnxCall c) {
        OnnxValue x = c.real(0);
        Windows w = windows(c, x);
        double p = c.number("p", 2);
        int size = w.inSize();
        int columns = w.outSize();
        OnnxValue y = c.make(x.type(), w.shape(x.dim(0), x.dim(1)));
        for (int image = 0; image < x.dim(0) * x.dim(1); image++) {
            Odometer window = new Odometer(w.out());
            for (int o = 0; o < columns; o++, window.next()) {
                double sum = 0;
                Odometer element = new Odometer(w.kernel());
                for (int k = 0; k < w.kernelSize(); k++, element.next()) {
                    int at = w.source(window, element);
                    sum += at < 0 ? 0 : Math.pow(Math.abs(x.real(image * size + at)), p);
                }
                y.set(image * columns + o, Math.pow(sum, 1 / p));
            }
        }
        return y;
    }

    private static OnnxValue global(OnnxCall c, boolean most) {
        OnnxValue x = c.real(0);
        int[] shape = new int[x.rank()];
        Arrays.fill(shape, 1);
        shape[0] = x.dim(0);
        shape[1] = x.dim(1);
        OnnxValue y = c.make(x.type(), shape);
        int size = y.size() == 0 ? 0 : x.size() / y.size();
        for (int i = 0; i < y.size(); i++) {
            double result = most ? Double.NEGATIVE_INFINITY : 0;
            for (int k = 0; k < size; k++) {
                double v = x.real(i * size + k);
                result = most ? Math.max(result, v) : result + v;
            }
            y.set(i, most ? result : result / size);
        }
        return y;
    }
}
