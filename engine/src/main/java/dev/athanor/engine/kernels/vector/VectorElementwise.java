package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.RandomMask;
import dev.athanor.engine.tensor.Tensor;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Activations, forward and backward, and dropout; the end of each array goes through a padded vector. */
final class VectorElementwise {
    private static final float SQRT_2_OVER_PI = 0.79788456080286536f;
    private static final float CUBIC = 0.044715f;
    private static final float LOG2_E = 1.44269504088896341f;
    private static final float INV_SQRT_2 = 0.70710678118654752f;
    private static final float INV_SQRT_2_PI = 0.39894228040143268f;

    /** 0, 1, 2, …: positions within a vector. */
    static final int[] IOTA = IntStream.range(0, LANES).toArray();

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
            case GELU -> VectorMath.gelu(x, xo, y, yo, n);
            case TANH -> VectorMath.tanh(x, xo, y, yo, n);
            case SIGMOID -> {
                VectorMath.exp(x, xo, -1, 0, y, yo, n);
                FloatVector one = FloatVector.broadcast(S, 1f);
                for (int i = 0; i < n; i += LANES) {
                    one.div(FloatVector.fromArray(S, y, yo + i).add(1f)).intoArray(y, yo + i);
                }
            }
            case SILU -> VectorMath.gate(x, xo, LOG2_E, 0, y, yo, n);
            case GELU_TANH -> {
                float linear = 2 * SQRT_2_OVER_PI * LOG2_E;
                VectorMath.gate(x, xo, linear, linear * CUBIC, y, yo, n);
            }
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
                    FloatVector d = FloatVector.fromArray(S, dy, dyo + i);
                    if (add) {
                        d = d.add(FloatVector.fromArray(S, dx, dxo + i));
                    }
                    d.intoArray(dx, dxo + i);
                }
            }
            case RELU -> {
                FloatVector zero = FloatVector.zero(S);
                for (int i = 0; i < n; i += LANES) {
                    FloatVector y = FloatVector.fromArray(S, s, so + i);
                    FloatVector d =
                            zero.blend(FloatVector.fromArray(S, dy, dyo + i), y.compare(VectorOperators.GT, zero));
                    if (add) {
                        d = d.add(FloatVector.fromArray(S, dx, dxo + i));
                    }
                    d.intoArray(dx, dxo + i);
                }
            }
            case GELU -> geluBackward(add, s, so, dy, dyo, dx, dxo, n);
            case SILU, GELU_TANH -> smoothBackward(f, add, s, so, dy, dyo, dx, dxo, n);
            case TANH, SIGMOID -> {
                boolean tanh = f == Activation.TANH;
                FloatVector one = FloatVector.broadcast(S, 1f);
                for (int i = 0; i < n; i += LANES) {
                    FloatVector y = FloatVector.fromArray(S, s, so + i);
                    FloatVector slope = tanh ? one.sub(y.mul(y)) : y.sub(y.mul(y));
                    FloatVector d = slope.mul(FloatVector.fromArray(S, dy, dyo + i));
                    if (add) {
                        d = d.add(FloatVector.fromArray(S, dx, dxo + i));
                    }
                    d.intoArray(dx, dxo + i);
                }
            }
        }
    }

    /** The derivative is Φ(x) + x·φ(x), of the normal distribution and its density. */
    private static void geluBackward(boolean add, float[] s, int so, float[] dy, int dyo, float[] dx, int dxo, int n) {
        Panels panels = Panels.local();
        float[] erf = panels.chunk0;
        float[] density = panels.chunk1;
        for (int at = 0; at < n; at += Panels.CHUNK) {
            int count = Math.min(Panels.CHUNK, n - at);
            VectorMath.erf(s, so + at, INV_SQRT_2, erf, 0, count);
            for (int i = 0; i < count; i += LANES) {
                FloatVector x = FloatVector.fromArray(S, s, so + at + i);
                x.mul(x).intoArray(density, i);
            }
            VectorMath.exp(density, 0, -0.5f, 0, density, 0, count);
            for (int i = 0; i < count; i += LANES) {
                FloatVector x = FloatVector.fromArray(S, s, so + at + i);
                FloatVector pdf = FloatVector.fromArray(S, density, i).mul(INV_SQRT_2_PI);
                FloatVector cdf = FloatVector.fromArray(S, erf, i).mul(0.5f).add(0.5f);
                FloatVector d = x.fma(pdf, cdf).mul(FloatVector.fromArray(S, dy, dyo + at + i));
                if (add) {
                    d = d.add(FloatVector.fromArray(S, dx, dxo + at + i));
                }
                d.intoArray(dx, dxo + at + i);
            }
        }
    }

    /** The slope of SILU is {@code σ + x·σ·(1-σ)}, that of GELU_TANH {@code (1+t)/2 + x/2·(1-t²)·u'}. */
    private static void smoothBackward(
            Activation f, boolean add, float[] s, int so, float[] dy, int dyo, float[] dx, int dxo, int n) {
        float[] t = Panels.local().chunk0;
        for (int at = 0; at < n; at += Panels.CHUNK) {
            int count = Math.min(Panels.CHUNK, n - at);
            boolean silu = f == Activation.SILU;
            for (int i = 0; i < count; i += LANES) {
                FloatVector x = FloatVector.fromArray(S, s, so + at + i);
                FloatVector u =
                        silu ? x.mul(0.5f) : x.mul(x).mul(CUBIC).fma(x, x).mul(SQRT_2_OVER_PI);
                u.intoArray(t, i);
            }
            VectorMath.tanh(t, 0, t, 0, count); // σ(x) = (1 + tanh(x/2)) / 2
            for (int i = 0; i < count; i += LANES) {
                FloatVector x = FloatVector.fromArray(S, s, so + at + i);
                FloatVector th = FloatVector.fromArray(S, t, i);
                FloatVector half = th.mul(0.5f).add(0.5f);
                FloatVector rest = th.mul(th).neg().add(1f);
                FloatVector inner = silu
                        ? x.mul(0.25f)
                        : x.mul(x)
                                .mul(3 * CUBIC)
                                .add(1f)
                                .mul(SQRT_2_OVER_PI)
                                .mul(x)
                                .mul(0.5f);
                FloatVector d = rest.fma(inner, half).mul(FloatVector.fromArray(S, dy, dyo + at + i));
                if (add) {
                    d = d.add(FloatVector.fromArray(S, dx, dxo + at + i));
                }
                d.intoArray(dx, dxo + at + i);
            }
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
        IntVector iota = IntVector.fromArray(Lanes.I, IOTA, 0);
        for (int i = 0; i < n; i += LANES) {
            IntVector h = iota.add(first + i).lanewise(VectorOperators.XOR, key0);
            h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16))
                    .mul(0x7feb352d);
            h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 15))
                    .mul(0x846ca68b);
            h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16))
                    .add(key1);
            h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16))
                    .mul(0x7feb352d);
            h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 15))
                    .mul(0x846ca68b);
            h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 16))
                    .lanewise(VectorOperators.LSHR, 1);
            // threshold - 1 - h is negative where h ≥ threshold: its sign, spread over all bits, selects the scale
            IntVector keep = IntVector.broadcast(Lanes.I, below).sub(h).lanewise(VectorOperators.ASHR, 31);
            keep.lanewise(VectorOperators.AND, scale).reinterpretAsFloats().intoArray(mask, at + i);
        }
    }
}
