package dev.athanor.engine.onnx;

/**
 * The lines of an array along one axis.
 *
 * @param of its shape
 * @param axis which
 * @param length elements of a line
 * @param step between neighbours of a line
 * @param count lines
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Lines(int[] of, int axis, int length, int step, int count) {
    static Lines along(int[] shape, int axis) {
        int before = 1;
        for (int i = 0; i < axis; i++) {
            before *= shape[i];
        }
        int step = 1;
        for (int i = axis + 1; i < shape.length; i++) {
            step *= shape[i];
        }
        return new Lines(shape, axis, shape[axis], step, before * step);
    }

    /** First element of a line. */
    int start(int line) {
        return line / step * length * step + line % step;
    }

    /** The shape with lines of another length. */
    int[] shape(int other) {
        int[] shape = of.clone();
        shape[axis] = other;
        return shape;
    }

    /** The shape without the axis. */
    int[] without() {
        int[] shape = new int[of.length - 1];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = of[i < axis ? i : i + 1];
        }
        return shape;
    }

    /** First element of a line in an array whose lines are of another length. */
    int start(int line, int other) {
        return line / step * other * step + line % step;
    }
}
