package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.S;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Exponential, hyperbolic tangent and error function of whole vectors.
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

    /** e^x; polynomial of Cephes' expf (Moshier). Results under 1e-37 are zero. */
    static FloatVector exp(FloatVector x) {
        FloatVector low = FloatVector.broadcast(S, -86.5f);
        FloatVector high = FloatVector.broadcast(S, 89f);
        FloatVector z = x.blend(high, x.compare(VectorOperators.GT, high));
        FloatVector n = z.mul(LOG2_E).add(ROUND);
        FloatVector k = n.sub(ROUND);
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
        FloatVector scale = n.reinterpretAsInts()
                .add(126)
                .lanewise(VectorOperators.LSHL, 23)
                .reinterpretAsFloats();
        FloatVector scaled = y.mul(scale).mul(2f);
        return scaled.blend(0f, x.compare(VectorOperators.LT, low));
    }

    /** tanh x, as a ratio of polynomials on [-8,8]. */
    static FloatVector tanh(FloatVector x) {
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
        return p.div(q);
    }

    /** erf x, as a ratio of polynomials on [-4,4]. */
    static FloatVector erf(FloatVector x) {
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
        return p.div(q);
    }

    /** 1 / (1 + e^-x). */
    static FloatVector sigmoid(FloatVector x) {
        FloatVector one = FloatVector.broadcast(S, 1f);
        return one.div(one.add(exp(x.lanewise(VectorOperators.NEG))));
    }
}
