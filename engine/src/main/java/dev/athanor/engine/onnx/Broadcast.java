package dev.athanor.engine.onnx;

/** Walks through values of different shapes side by side, by NumPy's rules, in runs that are as long as they can be. */
final class Broadcast {
    private Broadcast() {}

    /** A run of elements: result from {@code at}, operands from {@code a} and {@code b} with steps of 0 or 1. */
    @FunctionalInterface
    interface Run {
        void apply(int at, int count, int a, int stepA, int b, int stepB);
    }

    /** The common shape, or null where there is none. */
    static int[] shape(int[] a, int[] b) {
        int[] shape = new int[Math.max(a.length, b.length)];
        for (int i = 1; i <= shape.length; i++) {
            int x = i <= a.length ? a[a.length - i] : 1;
            int y = i <= b.length ? b[b.length - i] : 1;
            if (x != y && x != 1 && y != 1) {
                return null;
            }
            shape[shape.length - i] = x == 1 ? y : x;
        }
        return shape;
    }

    /** Distances between neighbours along each axis of a larger shape; 0 where a value repeats. */
    static int[] strides(int[] of, int[] in) {
        int[] strides = new int[in.length];
        int step = 1;
        for (int i = 1; i <= of.length; i++) {
            int dim = of[of.length - i];
            strides[in.length - i] = dim == 1 ? 0 : step;
            step *= dim;
        }
        return strides;
    }

    /** Walks; a value whose step is 1 follows the result. */
    static void walk(int[] shape, int[] ofA, int[] ofB, Run run) {
        int[] a = strides(ofA, shape);
        int[] b = strides(ofB, shape);
        int inner = shape.length;
        int count = 1;
        int stepA = 0;
        int stepB = 0;
        while (inner > 0) {
            int dim = shape[inner - 1];
            if (dim != 1) {
                if (count == 1) {
                    stepA = a[inner - 1];
                    stepB = b[inner - 1];
                } else if (a[inner - 1] != stepA * count || b[inner - 1] != stepB * count) {
                    break;
                }
                count *= dim;
            }
            inner--;
        }
        if (count == 0) {
            return;
        }
        int outer = 1;
        for (int i = 0; i < inner; i++) {
            outer *= shape[i];
        }
        int[] position = new int[inner];
        int x = 0;
        int y = 0;
        for (int o = 0; o < outer; o++) {
            run.apply(o * count, count, x, stepA, y, stepB);
            for (int axis = inner - 1; axis >= 0; axis--) {
                x += a[axis];
                y += b[axis];
                if (++position[axis] < shape[axis]) {
                    break;
                }
                x -= a[axis] * shape[axis];
                y -= b[axis] * shape[axis];
                position[axis] = 0;
            }
        }
    }
}
