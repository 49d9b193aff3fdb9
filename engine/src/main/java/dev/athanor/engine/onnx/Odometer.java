package dev.athanor.engine.onnx;

/** Counts through the positions of an array in row-major order. */
final class Odometer {
    private final int[] shape;
    private final int[] position;

    Odometer(int[] shape) {
        this.shape = shape;
        this.position = new int[shape.length];
    }

    int at(int axis) {
        return position[axis];
    }

    /** Goes on; back to the first position after the last. */
    void next() {
        for (int axis = shape.length - 1; axis >= 0 && ++position[axis] == shape[axis]; axis--) {
            position[axis] = 0;
        }
    }

    /** {@code Σ position · steps}. */
    int dot(int[] steps) {
        int sum = 0;
        for (int axis = 0; axis < position.length; axis++) {
            sum += position[axis] * steps[axis];
        }
        return sum;
    }
}
