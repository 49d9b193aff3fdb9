package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.I;
import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Sums, maxima, exponential, hyperbolic tangent and error function of arrays, in whole vectors.
 *
 * <p>Each is one loop over arrays, not a function of one vector: the compiler inlines such a function only as long as it
 * has not compiled it by itself, and a call that is not inlined puts every vector on the heap.
 *
 * <p>Relative error within a few units in the last place (under 4e-7) where none is stated, NaN and infinities as {@link Math} has them.
 */
final class VectorMath {
    private static final float LOG2_E = 1.44269504088896341f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    /** Adding it rounds to an integer, which then stands in the low bits. */
    private static final float ROUND = 12582912f;

    /** As {@link #ROUND}, and the exponent's bias is added to the integer. */
    private static final float ROUND_WITH_BIAS = ROUND + 127;

    private static final int BITS_OF_127 = Float.floatToRawIntBits(127f);
    private static final int BITS_OF_10000 = Float.floatToRawIntBits(10_000f);

    private VectorMath() {}

    /** Sum of one vector in an array, in four strands. */
    static float sum(float[] x, int at) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        for (int i = at; i < at + LANES; i += 4) {
            s0 += x[i];
            s1 += x[i + 1];
            s2 += x[i + 2];
            s3 += x[i + 3];
        }
        return s0 + s1 + (s2 + s3);
    }

    /** An integer of the same order: negative floats have their bits turned over. */
    private static int ordered(int bits) {
        return bits ^ (bits >> 31 >>> 1);
    }

    /**
     * Greatest element; n is a positive multiple of {@link Lanes#LANES}. Compared as integers, which the processor does
     * in one step: NaN with a positive sign is the greatest of all, with a negative sign it is passed over.
     */
    static float max(float[] x, int at, int n) {
        IntVector top0 = IntVector.broadcast(I, Integer.MIN_VALUE);
        IntVector top1 = top0;
        int i = 0;
        for (; i <= n - 2 * LANES; i += 2 * LANES) {
            IntVector a = FloatVector.fromArray(S, x, at + i).reinterpretAsInts();
            IntVector b = FloatVector.fromArray(S, x, at + i + LANES).reinterpretAsInts();
            top0 = top0.max(a.lanewise(
                    VectorOperators.XOR, a.lanewise(VectorOperators.ASHR, 31).lanewise(VectorOperators.LSHR, 1)));
            top1 = top1.max(b.lanewise(
                    VectorOperators.XOR, b.lanewise(VectorOperators.ASHR, 31).lanewise(VectorOperators.LSHR, 1)));
        }
        if (i < n) {
            IntVector a = FloatVector.fromArray(S, x, at + i).reinterpretAsInts();
            top0 = top0.max(a.lanewise(
                    VectorOperators.XOR, a.lanewise(VectorOperators.ASHR, 31).lanewise(VectorOperators.LSHR, 1)));
        }
        return Float.intBitsToFloat(ordered(top0.max(top1).reduceLanes(VectorOperators.MAX)));
    }

    /**
     * {@code to = 2^(factor·(x - top))}, at most 1 where nothing exceeds {@code top}; adds the results to the vector
     * {@code sums[so]}. Results under 2^-126.5 are zero; in place allowed.
     *
     * <p>Relative error under 1.5e-7 near 1: a polynomial of degree 5 fitted to 2^r on [-1/2,1/2], its constant term 1.
     *
     * @param n a multiple of {@link Lanes#LANES}
     */
    static void powers(float[] x, int at, float[] to, int start, int n, float top, float factor, float[] sums, int so) {
        FloatVector sum = FloatVector.fromArray(S, sums, so);
        FloatVector highest = FloatVector.broadcast(S, top);
        FloatVector round = FloatVector.broadcast(S, ROUND_WITH_BIAS);
        FloatVector minus = FloatVector.broadcast(S, -factor);
        int least = Float.floatToRawIntBits(127 / factor);
        for (int i = 0; i < n; i += LANES) {
            // the difference is not negative, so its order is that of its bits; NaN with a negative sign stays
            FloatVector z = highest.sub(FloatVector.fromArray(S, x, at + i))
                    .reinterpretAsInts()
                    .min(least)
                    .reinterpretAsFloats();
            FloatVector power = z.fma(minus, round);
            FloatVector r = z.fma(minus, round.sub(power));
            FloatVector p = FloatVector.broadcast(S, 0.001326472731307149f)
                    .fma(r, FloatVector.broadcast(S, 0.009671512991189957f))
                    .fma(r, FloatVector.broadcast(S, 0.05550733581185341f))
                    .fma(r, FloatVector.broadcast(S, 0.24022242426872253f))
                    .fma(r, FloatVector.broadcast(S, 0.6931470036506653f))
                    .fma(r, FloatVector.broadcast(S, 1f));
            FloatVector result = p.mul(
                    power.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            result.intoArray(to, start + i);
            sum = sum.add(result);
        }
        sum.intoArray(sums, so);
    }

    /** {@code x = e^(x - top)} in place, where nothing exceeds its {@code top}, up to rounding; see {@link #powers}. */
    static void weights(float[] x, int at, float[] tops, int from, int to) {
        FloatVector round = FloatVector.broadcast(S, ROUND_WITH_BIAS);
        FloatVector minus = FloatVector.broadcast(S, -LOG2_E);
        int least = Float.floatToRawIntBits(127 / LOG2_E);
        for (int i = from; i < to; i += LANES) {
            FloatVector z = FloatVector.fromArray(S, tops, i)
                    .sub(FloatVector.fromArray(S, x, at + i))
                    .reinterpretAsInts()
                    .min(least)
                    .reinterpretAsFloats();
            FloatVector power = z.fma(minus, round);
            FloatVector r = z.fma(minus, round.sub(power));
            FloatVector p = FloatVector.broadcast(S, 0.001326472731307149f)
                    .fma(r, FloatVector.broadcast(S, 0.009671512991189957f))
                    .fma(r, FloatVector.broadcast(S, 0.05550733581185341f))
                    .fma(r, FloatVector.broadcast(S, 0.24022242426872253f))
                    .fma(r, FloatVector.broadcast(S, 0.6931470036506653f))
                    .fma(r, FloatVector.broadcast(S, 1f));
            p.mul(power.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
                    .intoArray(x, at + i);
        }
    }

    /**
     * {@code y = x·σ(t)} with {@code t = x·(linear + cubic·x²)}, both factors times {@code log2(e)}: SiLU, and GELU's form
     * with a hyperbolic tangent. Of {@code max(x, 0)} is taken {@code |x|·e^-|t| / (1 + e^-|t|)}.
     *
     * @param n a multiple of {@link Lanes#LANES}
     */
    static void gate(float[] from, int xo, float linear, float cubic, float[] to, int yo, int n) {
        FloatVector round = FloatVector.broadcast(S, ROUND_WITH_BIAS);
        FloatVector first = FloatVector.broadcast(S, linear);
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = FloatVector.fromArray(S, from, xo + i);
            FloatVector z = x.mul(x)
                    .fma(FloatVector.broadcast(S, cubic), first)
                    .mul(x)
                    .reinterpretAsInts()
                    .and(Integer.MAX_VALUE)
                    .min(BITS_OF_127)
                    .reinterpretAsFloats();
            FloatVector power = round.sub(z);
            FloatVector r = round.sub(power).sub(z);
            FloatVector p = FloatVector.broadcast(S, 0.001326472731307149f)
                    .fma(r, FloatVector.broadcast(S, 0.009671512991189957f))
                    .fma(r, FloatVector.broadcast(S, 0.05550733581185341f))
                    .fma(r, FloatVector.broadcast(S, 0.24022242426872253f))
                    .fma(r, FloatVector.broadcast(S, 0.6931470036506653f))
                    .fma(r, FloatVector.broadcast(S, 1f));
            FloatVector e = p.mul(
                    power.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
            FloatVector size = x.reinterpretAsInts()
                    .and(Integer.MAX_VALUE)
                    .min(BITS_OF_10000)
                    .reinterpretAsFloats();
            FloatVector lost = size.mul(e).div(e.add(1f));
            x.blend(0f, x.compare(VectorOperators.LT, 0f)).sub(lost).intoArray(to, yo + i);
        }
    }

    /**
     * {@code y = x/2·(1 + erf(x/√2))}: of {@code max(x, 0)} is taken {@code |x|/2·erfc(|x|/√2)}, where erfc is the inverse of
     * the 16th power of a polynomial, the form of Abramowitz and Stegun 7.1.28 with coefficients fitted to this product.
     * Absolute error under 3e-7.
     *
     * @param n a multiple of {@link Lanes#LANES}
     */
    static void gelu(float[] from, int xo, float[] to, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = FloatVector.fromArray(S, from, xo + i);
            IntVector size = x.reinterpretAsInts().and(Integer.MAX_VALUE);
            FloatVector a = size.reinterpretAsFloats();
            FloatVector p = FloatVector.broadcast(S, 8.169034231286787e-07f)
                    .fma(a, FloatVector.broadcast(S, -2.073633822874399e-06f))
                    .fma(a, FloatVector.broadcast(S, 7.47866288293153e-05f))
                    .fma(a, FloatVector.broadcast(S, -5.150462584424531e-06f))
                    .fma(a, FloatVector.broadcast(S, 0.003313302295282483f))
                    .fma(a, FloatVector.broadcast(S, 0.02112751454114914f))
                    .fma(a, FloatVector.broadcast(S, 0.049869097769260406f))
                    .fma(a, FloatVector.broadcast(S, 1f));
            p = p.mul(p);
            p = p.mul(p);
            p = p.mul(p);
            p = p.mul(p);
            // infinity has inverse zero, and NaN stays what it is
            FloatVector half = FloatVector.broadcast(S, -0.5f).div(p);
            FloatVector positive = x.reinterpretAsInts().max(0).reinterpretAsFloats();
            half.fma(size.min(BITS_OF_10000).reinterpretAsFloats(), positive).intoArray(to, yo + i);
        }
    }

    /**
     * {@code y = e^(factor·x - shift)}, and the sum of all y; polynomial of Cephes' expf (Moshier). Results under 1e-37
     * are zero.
     *
     * @param n a multiple of {@link Lanes#LANES}
     */
    static float exp(float[] from, int xo, float factor, float shift, float[] to, int yo, int n) {
        FloatVector sum = FloatVector.zero(S);
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = FloatVector.fromArray(S, from, xo + i).mul(factor).sub(shift);
            FloatVector low = FloatVector.broadcast(S, -86.5f);
            FloatVector high = FloatVector.broadcast(S, 89f);
            FloatVector z = x.blend(high, x.compare(VectorOperators.GT, high));
            FloatVector power = z.mul(LOG2_E).add(ROUND);
            FloatVector k = power.sub(ROUND);
            FloatVector r = k.lanewise(VectorOperators.NEG).fma(FloatVector.broadcast(S, LN2_HIGH), z);
            r = k.lanewise(VectorOperators.NEG).fma(FloatVector.broadcast(S, LN2_LOW), r);
            FloatVector p = FloatVector.broadcast(S, 1.9875691500e-4f)
                    .fma(r, FloatVector.broadcast(S, 1.3981999507e-3f))
                    .fma(r, FloatVector.broadcast(S, 8.3334519073e-3f))
                    .fma(r, FloatVector.broadcast(S, 4.1665795894e-2f))
                    .fma(r, FloatVector.broadcast(S, 1.6666665459e-1f))
                    .fma(r, FloatVector.broadcast(S, 5.0000001201e-1f));
            FloatVector y = p.fma(r.mul(r), r).add(1f);
            // 2^(k-1) by its exponent's bits; the last doubling is a product, so that infinity is reached properly
            FloatVector scale = power.reinterpretAsInts()
                    .add(126)
                    .lanewise(VectorOperators.LSHL, 23)
                    .reinterpretAsFloats();
            FloatVector scaled = y.mul(scale).mul(2f);
            FloatVector result = scaled.blend(0f, x.compare(VectorOperators.LT, low));
            result.intoArray(to, yo + i);
            sum = sum.add(result);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    /** {@code y = tanh x}, as a ratio of polynomials on [-8,8]; n is a multiple of {@link Lanes#LANES}. */
    static void tanh(float[] from, int xo, float[] to, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = FloatVector.fromArray(S, from, xo + i);
            FloatVector limit = FloatVector.broadcast(S, 7.99881172180175781f);
            FloatVector z = x.blend(limit, x.compare(VectorOperators.GT, limit));
            FloatVector negative = FloatVector.broadcast(S, -7.99881172180175781f);
            z = z.blend(negative, z.compare(VectorOperators.LT, negative));
            FloatVector s = z.mul(z);
            FloatVector p = FloatVector.broadcast(S, -2.76076847742355e-16f)
                    .fma(s, FloatVector.broadcast(S, 2.00018790482477e-13f))
                    .fma(s, FloatVector.broadcast(S, -8.60467152213735e-11f))
                    .fma(s, FloatVector.broadcast(S, 5.12229709037114e-08f))
                    .fma(s, FloatVector.broadcast(S, 1.48572235717979e-05f))
                    .fma(s, FloatVector.broadcast(S, 6.37261928875436e-04f))
                    .fma(s, FloatVector.broadcast(S, 4.89352455891786e-03f))
                    .mul(z);
            FloatVector q = FloatVector.broadcast(S, 1.19825839466702e-06f)
                    .fma(s, FloatVector.broadcast(S, 1.18534705686654e-04f))
                    .fma(s, FloatVector.broadcast(S, 2.26843463243900e-03f))
                    .fma(s, FloatVector.broadcast(S, 4.89352518554385e-03f));
            p.div(q).intoArray(to, yo + i);
        }
    }

    /** {@code y = erf(factor·x)}, as a ratio of polynomials on [-4,4]; n is a multiple of {@link Lanes#LANES}. */
    static void erf(float[] from, int xo, float factor, float[] to, int yo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = FloatVector.fromArray(S, from, xo + i).mul(factor);
            FloatVector limit = FloatVector.broadcast(S, 4f);
            FloatVector z = x.blend(limit, x.compare(VectorOperators.GT, limit));
            FloatVector negative = FloatVector.broadcast(S, -4f);
            z = z.blend(negative, z.compare(VectorOperators.LT, negative));
            FloatVector s = z.mul(z);
            FloatVector p = FloatVector.broadcast(S, -2.72614225801306e-10f)
                    .fma(s, FloatVector.broadcast(S, 2.77068142495902e-08f))
                    .fma(s, FloatVector.broadcast(S, -2.10102402082508e-06f))
                    .fma(s, FloatVector.broadcast(S, -5.69250639462346e-05f))
                    .fma(s, FloatVector.broadcast(S, -7.34990630326855e-04f))
                    .fma(s, FloatVector.broadcast(S, -2.95459980854025e-03f))
                    .fma(s, FloatVector.broadcast(S, -1.60960333262415e-02f))
                    .mul(z);
            FloatVector q = FloatVector.broadcast(S, -1.45660718464996e-05f)
                    .fma(s, FloatVector.broadcast(S, -2.13374055278905e-04f))
                    .fma(s, FloatVector.broadcast(S, -1.68282697438203e-03f))
                    .fma(s, FloatVector.broadcast(S, -7.37332916720468e-03f))
                    .fma(s, FloatVector.broadcast(S, -1.42647390514189e-02f));
            p.div(q).intoArray(to, yo + i);
        }
    }
}
