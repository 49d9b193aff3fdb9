package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.RandomMask;
import dev.athanor.engine.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Activations, forward and backward, and dropout; the end of each array goes through a padded vector. */
final class VectorElementwise {
    private static final float INV_SQRT_2 = 0.70710678118654752f;
    private static final float INV_SQRT_2_PI = 0.39894228040143268f;

    private VectorElementwise() {}

    /** {@code y = f(x)} for n elements; in place allowed. */
    static void activate(Activation f, float[] x, int xo, float[] y, int yo, int n) {
        int whole = n / LANES * LANES;
        wholeVectors(f, x, xo, y, yo, whole);
        if (whole < n) {
            Panels panels = Panels.local();
            float[] in = Panels.pad(panels.pad0, x, xo + whole, n - whole, 0);
            wholeVectors(f, in, 0, in, 0, LANES);
            System.arraycopy(in, 0, y, yo + whole, n - whole);
        }
    }

    private static void wholeVectors(Activation f, float[] x, int xo, float[] y, int yo, int n) {
        switch (f) {
            case IDENTITY -> {
                for (int i = 0; i < n; i += LANES) {
                    FloatVector.fromArray(S, x, xo + i).intoArray(y, yo + i);
                }
            }
            case RELU -> {
                for (int i = 0; i < n; i += LANES) {
                    FloatVector v = FloatVector.fromArray(S, x, xo + i);
                    v.blend(0f, v.compare(VectorOperators.LT, 0f)).intoArray(y, yo + i);
                }
            }
            case GELU -> gelu(x, xo, y, yo, n);
            case TANH -> {
                for (int i = 0; i < n; i += LANES) {
                    VectorMath.tanh(FloatVector.fromArray(S, x, xo + i)).intoArray(y, yo + i);
                }
            }
            case SIGMOID -> {
                for (int i = 0; i < n; i += LANES) {
                    VectorMath.sigmoid(FloatVector.fromArray(S, x, xo + i)).intoArray(y, yo + i);
                }
            }
        }
    }

    private static void gelu(float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = FloatVector.fromArray(S, x, xo + i);
            FloatVector half = v.mul(0.5f);
            FloatVector r = half.fma(VectorMath.erf(v.mul(INV_SQRT_2)), half);
            // under -5.4 the result is smaller than the rounding error of the sum, and at -∞ the product is no number
            r.blend(0f, v.compare(VectorOperators.LT, -5.4f)).intoArray(y, yo + i);
        }
    }

    /** {@code dx = dy · f'(x)} or {@code dx += …}; {@code s} holds x for GELU and y for the others. */
    static void backward(
            Activation f, boolean add, float[] s, int so, float[] dy, int dyo, float[] dx, int dxo, int n) {
        int whole = n / LANES * LANES;
        wholeBackward(f, add, s, so, dy, dyo, dx, dxo, whole);
        if (whole < n) {
            Panels panels = Panels.local();
            int rest = n - whole;
            Panels.pad(panels.pad0, s, so + whole, rest, 0);
            Panels.pad(panels.pad1, dy, dyo + whole, rest, 0);
            Panels.pad(panels.pad2, dx, dxo + whole, rest, 0);
            wholeBackward(f, add, panels.pad0, 0, panels.pad1, 0, panels.pad2, 0, LANES);
            System.arraycopy(panels.pad2, 0, dx, dxo + whole, rest);
        }
    }

    private static void wholeBackward(
            Activation f, boolean add, float[] s, int so, float[] dy, int dyo, float[] dx, int dxo, int n) {
        switch (f) {
            case IDENTITY -> {
                for (int i = 0; i < n; i += LANES) {
                    put(add, FloatVector.fromArray(S, dy, dyo + i), dx, dxo + i);
                }
            }
            case RELU -> {
                for (int i = 0; i < n; i += LANES) {
                    FloatVector y = FloatVector.fromArray(S, s, so + i);
                    FloatVector d = FloatVector.fromArray(S, dy, dyo + i);
                    put(add, FloatVector.zero(S).blend(d, y.compare(VectorOperators.GT, 0f)), dx, dxo + i);
                }
            }
            case GELU -> {
                for (int i = 0; i < n; i += LANES) {
                    FloatVector x = FloatVector.fromArray(S, s, so + i);
                    FloatVector cdf =
                            VectorMath.erf(x.mul(INV_SQRT_2)).mul(0.5f).add(0.5f);
                    FloatVector pdf = VectorMath.exp(x.mul(x).mul(-0.5f)).mul(INV_SQRT_2_PI);
                    put(add, x.fma(pdf, cdf).mul(FloatVector.fromArray(S, dy, dyo + i)), dx, dxo + i);
                }
            }
            case TANH -> {
                for (int i = 0; i < n; i += LANES) {
                    FloatVector y = FloatVector.fromArray(S, s, so + i);
                    FloatVector slope = y.lanewise(VectorOperators.NEG).fma(y, FloatVector.broadcast(S, 1f));
                    put(add, slope.mul(FloatVector.fromArray(S, dy, dyo + i)), dx, dxo + i);
                }
            }
            case SIGMOID -> {
                for (int i = 0; i < n; i += LANES) {
                    FloatVector y = FloatVector.fromArray(S, s, so + i);
                    FloatVector slope = y.lanewise(VectorOperators.NEG).fma(y, y);
                    put(add, slope.mul(FloatVector.fromArray(S, dy, dyo + i)), dx, dxo + i);
                }
            }
        }
    }

    private static void put(boolean add, FloatVector v, float[] to, int at) {
        if (add) {
            FloatVector.fromArray(S, to, at).add(v).intoArray(to, at);
        } else {
            v.intoArray(to, at);
        }
    }

    static void dropout(Tensor x, double rate, long seed, long step, Tensor mask, Tensor y) {
        long key = RandomMask.key(seed, step);
        int key0 = (int) key;
        int key1 = (int) (key >>> 32);
        int below = RandomMask.threshold(rate) - 1;
        int scale = Float.floatToRawIntBits((float) (1 / (1 - rate)));
        int n = x.size();
        int whole = n / LANES * LANES;
        masks(key0, key1, below, scale, 0, mask.floats(), mask.offset(), whole);
        multiply(x.floats(), x.offset(), mask.floats(), mask.offset(), y.floats(), y.offset(), whole);
        if (whole < n) {
            Panels panels = Panels.local();
            int rest = n - whole;
            masks(key0, key1, below, scale, whole, panels.pad1, 0, LANES);
            Panels.pad(panels.pad0, x.floats(), x.offset() + whole, rest, 0);
            multiply(panels.pad0, 0, panels.pad1, 0, panels.pad0, 0, LANES);
            System.arraycopy(panels.pad1, 0, mask.floats(), mask.offset() + whole, rest);
            System.arraycopy(panels.pad0, 0, y.floats(), y.offset() + whole, rest);
        }
    }

    private static void multiply(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector.fromArray(S, a, ao + i)
                    .mul(FloatVector.fromArray(S, b, bo + i))
                    .intoArray(out, oo + i);
        }
    }

    /** The same bits as {@link RandomMask#keeps}, for positions from {@code first} on. */
    private static void masks(int key0, int key1, int below, int scale, int first, float[] mask, int at, int n) {
        for (int i = 0; i < n; i += LANES) {
            IntVector h = mix(Lanes.iota().add(first + i).lanewise(VectorOperators.XOR, key0));
            h = mix(h.add(key1)).lanewise(VectorOperators.LSHR, 1);
            // threshold - 1 - h is negative where h ≥ threshold: its sign, spread over all bits, selects the scale
            IntVector keep = h.lanewise(VectorOperators.NEG).add(below).lanewise(VectorOperators.ASHR, 31);
            keep.lanewise(VectorOperators.AND, scale).reinterpretAsFloats().intoArray(mask, at + i);
        }
    }

    private static IntVector mix(IntVector x) {
        x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16))
                .mul(0x7feb352d);
        x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 15))
                .mul(0x846ca68b);
        return x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
    }
}
