package dev.athanor.engine.onnx;

import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * An array that flows through a graph: elements in row-major order, of any type. Treated as immutable once computed, so
 * that values of other shapes share its elements.
 */
public final class OnnxValue {
    private final OnnxType type;
    private final int[] shape;
    private final float[] floats;
    private final double[] doubles;
    private final long[] longs;

    private OnnxValue(OnnxType type, int[] shape, float[] floats, double[] doubles, long[] longs) {
        this.type = type;
        this.shape = shape;
        this.floats = floats;
        this.doubles = doubles;
        this.longs = longs;
    }

    /** Zeros. */
    static OnnxValue zeros(OnnxType type, int... shape) {
        int size = elements(shape);
        if (type.isFloats()) {
            return new OnnxValue(type, shape, new float[size], null, null);
        }
        return type.isDoubles()
                ? new OnnxValue(type, shape, null, new double[size], null)
                : new OnnxValue(type, shape, null, null, new long[size]);
    }

    /** FLOAT of these elements, which are not copied. */
    public static OnnxValue of(float[] elements, int... shape) {
        check(elements.length, shape);
        return new OnnxValue(OnnxType.FLOAT, shape.clone(), elements, null, null);
    }

    /** INT64 of these elements, which are not copied. */
    public static OnnxValue of(long[] elements, int... shape) {
        return of(OnnxType.INT64, elements, shape);
    }

    /** Whole numbers or truth values of these elements, which are not copied and must be numbers of the type. */
    public static OnnxValue of(OnnxType type, long[] elements, int... shape) {
        check(elements.length, shape);
        return new OnnxValue(type, shape.clone(), null, null, elements);
    }

    private static void check(int length, int[] shape) {
        if (elements(shape) != length) {
            throw new IllegalArgumentException(
                    "Cannot make a value of shape " + Arrays.toString(shape) + " of " + length + " elements");
        }
    }

    static OnnxValue scalar(OnnxType type, double value) {
        OnnxValue scalar = zeros(type);
        scalar.set(0, value);
        return scalar;
    }

    public OnnxType type() {
        return type;
    }

    int[] shape() {
        return shape;
    }

    public int rank() {
        return shape.length;
    }

    public int dim(int axis) {
        return shape[axis];
    }

    public int size() {
        return floats != null ? floats.length : doubles != null ? doubles.length : longs.length;
    }

    /** The elements, of types kept as {@code float}; not to be changed. */
    public float[] floats() {
        return floats;
    }

    double[] doubles() {
        return doubles;
    }

    long[] longs() {
        return longs;
    }

    /** An element as a fraction. */
    public double real(int i) {
        if (floats != null) {
            return floats[i];
        }
        if (doubles != null) {
            return doubles[i];
        }
        return type == OnnxType.UINT64 && longs[i] < 0 ? longs[i] + 0x1p64 : longs[i];
    }

    /** An element as a whole number, fractions cut off. */
    long integer(int i) {
        return longs != null ? longs[i] : (long) real(i);
    }

    void set(int i, double value) {
        if (floats != null) {
            floats[i] = type == OnnxType.FLOAT ? (float) value : type.round((float) value);
        } else if (doubles != null) {
            doubles[i] = value;
        } else if (type == OnnxType.UINT64 && value >= 0x1p63) {
            longs[i] = value >= 0x1p64 ? -1 : (long) (value - 0x1p63) + Long.MIN_VALUE;
        } else {
            longs[i] = type == OnnxType.BOOL ? (value != 0 ? 1 : 0) : type.wrap((long) value);
        }
    }

    /** Copies an element of a value of the same type. */
    void set(int i, OnnxValue from, int j) {
        if (floats != null) {
            floats[i] = from.floats[j];
        } else if (doubles != null) {
            doubles[i] = from.doubles[j];
        } else {
            longs[i] = from.longs[j];
        }
    }

    /** Copies a run of elements of a value of the same type. */
    void copy(int to, OnnxValue from, int start, int count) {
        System.arraycopy(from.array(), start, array(), to, count);
    }

    private Object array() {
        return floats != null ? floats : doubles != null ? doubles : longs;
    }

    void fill(double value) {
        for (int i = 0; i < size(); i++) {
            set(i, value);
        }
    }

    /** The same elements in another shape. */
    OnnxValue reshape(int... other) {
        check(size(), other);
        return new OnnxValue(type, other, floats, doubles, longs);
    }

    OnnxValue as(OnnxType other) {
        return new OnnxValue(other, shape, floats, doubles, longs);
    }

    /** The elements as a tensor, of types kept as {@code float} or {@code double}; shares them. */
    Tensor tensor(int... as) {
        return doubles != null ? Tensor.of(doubles, as) : Tensor.of(floats, as);
    }

    int[] toInts() {
        int[] ints = new int[size()];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, integer(i)));
        }
        return ints;
    }

    /** Bytes held. */
    long bytes() {
        return (long) size() * (floats != null ? Float.BYTES : Double.BYTES);
    }

    static int elements(int... shape) {
        return Math.toIntExact(count(shape));
    }

    /** Elements of a shape; {@link Long#MAX_VALUE} where they are more than an array holds. */
    static long count(int... shape) {
        long n = 1;
        boolean huge = false;
        for (int d : shape) {
            if (d == 0) {
                return 0;
            }
            n *= d;
            if (d < 0 || n > Integer.MAX_VALUE - 8) {
                huge = true;
                n = 1;
            }
        }
        return huge ? Long.MAX_VALUE : n;
    }

    @Override
    public String toString() {
        return type + Arrays.toString(shape);
    }
}
