package dev.athanor.engine.tensor;

import java.util.Arrays;

/**
 * A dense n-dimensional array: a heap array, an offset into it, a shape and strides (both in elements).
 *
 * <p>Views ({@link #reshape}, {@link #transpose}, {@link #slice}, {@link #expand}) share storage with their source and
 * copy nothing. A tensor is mutable and not thread-safe; storage belongs to whoever made it, an {@link Arena} or the
 * garbage collector.
 *
 * <p>The leading dimension may be lowered and raised again within the storage by {@link #setRows}: a program recorded
 * for a batch capacity of B then serves any batch of 1 to B rows without recording or allocating anything.
 */
public final class Tensor {
    private final DType dtype;
    private final Object storage;
    private final int offset;
    private final int[] shape;
    private final int[] strides;
    private final int capacityRows;
    private final int capacityColumns;

    private Tensor(DType dtype, Object storage, int offset, int[] shape, int[] strides) {
        this.dtype = dtype;
        this.storage = storage;
        this.offset = offset;
        this.shape = shape;
        this.strides = strides;
        this.capacityRows = shape.length == 0 ? 1 : shape[0];
        this.capacityColumns = shape.length == 0 ? 1 : shape[shape.length - 1];
    }

    /** A new tensor of zeros with its own storage. */
    public static Tensor zeros(DType dtype, int... shape) {
        int size = elements(shape);
        Object storage =
                switch (dtype) {
                    case FLOAT32 -> new float[size];
                    case FLOAT64 -> new double[size];
                    case INT32 -> new int[size];
                };
        return new Tensor(dtype, storage, 0, shape.clone(), contiguousStrides(shape));
    }

    /** A contiguous tensor over {@code data}, which is shared, not copied. */
    public static Tensor of(float[] data, int... shape) {
        return wrap(DType.FLOAT32, data, data.length, 0, shape);
    }

    /** A contiguous tensor over {@code data}, which is shared, not copied. */
    public static Tensor of(double[] data, int... shape) {
        return wrap(DType.FLOAT64, data, data.length, 0, shape);
    }

    /** A contiguous tensor over {@code data}, which is shared, not copied. */
    public static Tensor of(int[] data, int... shape) {
        return wrap(DType.INT32, data, data.length, 0, shape);
    }

    /** A contiguous tensor over a part of {@code data} that starts at {@code offset}; shared, not copied. */
    public static Tensor of(float[] data, int offset, int[] shape) {
        return wrap(DType.FLOAT32, data, data.length, offset, shape);
    }

    static Tensor wrap(DType dtype, Object data, int length, int offset, int[] shape) {
        int size = elements(shape);
        if (offset < 0 || offset + (long) size > length) {
            throw new IllegalArgumentException("Cannot make tensor of shape " + Arrays.toString(shape) + " at offset "
                    + offset + ": it needs " + size + " elements, the array has " + length);
        }
        return new Tensor(dtype, data, offset, shape.clone(), contiguousStrides(shape));
    }

    public DType dtype() {
        return dtype;
    }

    public int rank() {
        return shape.length;
    }

    /** Length of dimension {@code axis}; negative axes count from the end. */
    public int dim(int axis) {
        return shape[axis < 0 ? axis + shape.length : axis];
    }

    /** Distance, in elements, between neighbours along {@code axis}; 0 where the axis was expanded. */
    public int stride(int axis) {
        return strides[axis < 0 ? axis + strides.length : axis];
    }

    public int[] shape() {
        return shape.clone();
    }

    /** Number of elements: the product of the dimensions. */
    public int size() {
        return elements(shape);
    }

    /** Index in the storage of the first element. */
    public int offset() {
        return offset;
    }

    /** Whether elements lie in row-major order without gaps. */
    public boolean isContiguous() {
        int expected = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            if (shape[i] != 1 && strides[i] != expected) {
                return false;
            }
            expected *= shape[i];
        }
        return true;
    }

    /** The storage of a {@link DType#FLOAT32} tensor, not a copy; elements start at {@link #offset()}. */
    public float[] floats() {
        return (float[]) storage;
    }

    /** The storage of a {@link DType#FLOAT64} tensor, not a copy; elements start at {@link #offset()}. */
    public double[] doubles() {
        return (double[]) storage;
    }

    /** The storage of an {@link DType#INT32} tensor, not a copy; elements start at {@link #offset()}. */
    public int[] ints() {
        return (int[]) storage;
    }

    /** Whether both are views of one storage; they may still lie in different parts of it. */
    public boolean sharesStorage(Tensor other) {
        return storage == other.storage;
    }

    /** The element at a storage index (not a logical one), widened to double. */
    public double at(int storageIndex) {
        return switch (dtype) {
            case FLOAT32 -> ((float[]) storage)[storageIndex];
            case FLOAT64 -> ((double[]) storage)[storageIndex];
            case INT32 -> ((int[]) storage)[storageIndex];
        };
    }

    /** Sets the element at a storage index (not a logical one), rounded to the element type. */
    public void put(int storageIndex, double value) {
        switch (dtype) {
            case FLOAT32 -> ((float[]) storage)[storageIndex] = (float) value;
            case FLOAT64 -> ((double[]) storage)[storageIndex] = value;
            case INT32 -> ((int[]) storage)[storageIndex] = (int) value;
        }
    }

    /** Storage index of the element at the given position, one index per dimension. */
    public int index(int... position) {
        int at = offset;
        for (int i = 0; i < position.length; i++) {
            at += position[i] * strides[i];
        }
        return at;
    }

    /** The element at the given position, widened to double. */
    public double get(int... position) {
        return at(index(position));
    }

    /** A view of a contiguous tensor with another shape of the same size; one dimension may be -1. */
    public Tensor reshape(int... newShape) {
        if (!isContiguous()) {
            throw new IllegalArgumentException("Cannot reshape " + this + ": it is not contiguous");
        }
        int[] resolved = newShape.clone();
        int known = 1;
        int unknown = -1;
        for (int i = 0; i < resolved.length; i++) {
            if (resolved[i] == -1) {
                unknown = i;
            } else {
                known *= resolved[i];
            }
        }
        if (unknown >= 0) {
            resolved[unknown] = known == 0 ? 0 : size() / known;
        }
        if (elements(resolved) != size()) {
            throw new IllegalArgumentException("Cannot reshape " + this + " to " + Arrays.toString(newShape)
                    + ": sizes are " + size() + " and " + elements(resolved));
        }
        return new Tensor(dtype, storage, offset, resolved, contiguousStrides(resolved));
    }

    /** A view with two axes exchanged. */
    public Tensor transpose(int axisA, int axisB) {
        int[] newShape = shape.clone();
        int[] newStrides = strides.clone();
        newShape[axisA] = shape[axisB];
        newShape[axisB] = shape[axisA];
        newStrides[axisA] = strides[axisB];
        newStrides[axisB] = strides[axisA];
        return new Tensor(dtype, storage, offset, newShape, newStrides);
    }

    /** A view of positions {@code from} (inclusive) to {@code to} (exclusive) along an axis. */
    public Tensor slice(int axis, int from, int to) {
        if (from < 0 || to > shape[axis] || from > to) {
            throw new IllegalArgumentException(
                    "Cannot slice " + this + " from " + from + " to " + to + " along axis " + axis);
        }
        int[] newShape = shape.clone();
        newShape[axis] = to - from;
        return new Tensor(dtype, storage, offset + from * strides[axis], newShape, strides.clone());
    }

    /** A view at position {@code at} of an axis, without that axis. */
    public Tensor select(int axis, int at) {
        Tensor one = slice(axis, at, at + 1);
        int[] newShape = new int[shape.length - 1];
        int[] newStrides = new int[shape.length - 1];
        for (int i = 0; i < newShape.length; i++) {
            newShape[i] = shape[i < axis ? i : i + 1];
            newStrides[i] = strides[i < axis ? i : i + 1];
        }
        return new Tensor(dtype, storage, one.offset, newShape, newStrides);
    }

    /** A view broadcast to {@code newShape} by NumPy's rules: missing and unit dimensions repeat with stride 0. */
    public Tensor expand(int... newShape) {
        int[] newStrides = new int[newShape.length];
        int lead = newShape.length - shape.length;
        if (lead < 0) {
            throw new IllegalArgumentException("Cannot expand " + this + " to " + Arrays.toString(newShape)
                    + ": the new shape has fewer dimensions");
        }
        for (int i = 0; i < newShape.length; i++) {
            int from = i - lead;
            if (from < 0 || (shape[from] == 1 && newShape[i] != 1)) {
                newStrides[i] = 0;
            } else if (shape[from] == newShape[i]) {
                newStrides[i] = strides[from];
            } else {
                throw new IllegalArgumentException("Cannot expand " + this + " to " + Arrays.toString(newShape)
                        + ": dimension " + i + " is " + shape[from] + ", not 1 or " + newShape[i]);
            }
        }
        return new Tensor(dtype, storage, offset, newShape.clone(), newStrides);
    }

    /**
     * Sets how many leading rows are in use, from 0 to the number the tensor was made with. Views made before keep
     * their own count.
     */
    public void setRows(int rows) {
        if (rows < 0 || rows > capacityRows) {
            throw new IllegalArgumentException(
                    "Cannot use " + rows + " rows: the tensor was made with " + capacityRows);
        }
        shape[0] = rows;
    }

    /** As {@link #setRows}, of the last dimension: a view that was transposed then follows the rows of its source. */
    public void setColumns(int columns) {
        if (columns < 0 || columns > capacityColumns) {
            throw new IllegalArgumentException(
                    "Cannot use " + columns + " columns: the tensor was made with " + capacityColumns);
        }
        shape[shape.length - 1] = columns;
    }

    /** Elements as a new {@code float[]} in row-major order of the logical shape. */
    public float[] toFloats() {
        float[] out = new float[size()];
        int[] position = new int[shape.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) get(position);
            for (int axis = shape.length - 1; axis >= 0 && ++position[axis] == shape[axis]; axis--) {
                position[axis] = 0;
            }
        }
        return out;
    }

    @Override
    public String toString() {
        return "Tensor(" + dtype + ", " + Arrays.toString(shape) + ")";
    }

    static int elements(int[] shape) {
        long n = 1;
        for (int d : shape) {
            if (d < 0) {
                throw new IllegalArgumentException(
                        "Cannot use shape " + Arrays.toString(shape) + ": negative dimension");
            }
            n *= d;
            if (n > Integer.MAX_VALUE - 8) {
                throw new IllegalArgumentException(
                        "Cannot use shape " + Arrays.toString(shape) + ": more elements than one array holds");
            }
        }
        return (int) n;
    }

    private static int[] contiguousStrides(int[] shape) {
        int[] strides = new int[shape.length];
        int step = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= shape[i];
        }
        return strides;
    }
}
