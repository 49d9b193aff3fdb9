package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Exponential, hyperbolic tangent and error function of arrays, in whole vectors.
 *
 * <p>Each is one loop over arrays, not a function of one vector: the compiler inlines such a function only as long as it
 * has not compiled it by itself, and a call that is not inlined puts every vector on the heap.
 *
 * <p>Relative error within a few units in the last place (under 4e-7), NaN and infinities as {@link Math} has them.
 */
final class VectorMath {
    private static final float LOG2_E = 1.44269504088896341f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    /** Adding it rounds to an integer, which then stands in the low bits. */
    private static final float ROUND = 12582912f;

    private VectorMath() {}

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
