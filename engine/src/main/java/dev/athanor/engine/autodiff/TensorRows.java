package dev.athanor.engine.autodiff;

import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;

/** Copies and adds stretches of contiguous tensors of one floating type. */
final class TensorRows {
    private TensorRows() {}

    /** Copies {@code n} elements, positions counted from each tensor's first element. */
    static void copy(Tensor from, int fromAt, Tensor to, int toAt, int n) {
        Object source = from.dtype() == DType.FLOAT64 ? from.doubles() : from.floats();
        Object target = to.dtype() == DType.FLOAT64 ? to.doubles() : to.floats();
        System.arraycopy(source, from.offset() + fromAt, target, to.offset() + toAt, n);
    }

    /** {@code to += scale · from} over {@code n} elements. */
    static void add(Tensor from, int fromAt, Tensor to, int toAt, int n, double scale) {
        if (from.dtype() == DType.FLOAT64) {
            addDoubles(from.doubles(), from.offset() + fromAt, to.doubles(), to.offset() + toAt, n, scale);
        } else {
            addFloats(from.floats(), from.offset() + fromAt, to.floats(), to.offset() + toAt, n, (float) scale);
        }
    }

    private static void addDoubles(double[] from, int fromAt, double[] to, int toAt, int n, double scale) {
        for (int i = 0; i < n; i++) {
            to[toAt + i] += scale * from[fromAt + i];
        }
    }

    private static void addFloats(float[] from, int fromAt, float[] to, int toAt, int n, float scale) {
        for (int i = 0; i < n; i++) {
            to[toAt + i] += scale * from[fromAt + i];
        }
    }
}
