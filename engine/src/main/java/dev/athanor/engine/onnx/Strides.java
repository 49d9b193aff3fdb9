package dev.athanor.engine.onnx;

/** Distances between neighbours along each axis. */
final class Strides {
    private Strides() {}

    static int[] of(int[] shape) {
        int[] strides = new int[shape.length];
        int step = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= shape[i];
        }
        return strides;
    }
}
