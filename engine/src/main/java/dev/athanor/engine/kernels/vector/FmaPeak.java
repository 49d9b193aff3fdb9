package dev.athanor.engine.kernels.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The most fused multiply-adds that one thread can do: twelve independent sums, nothing loaded. */
final class FmaPeak {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

    /** Keeps the loop's result alive. */
    private static float sink;

    private static final int STEPS = 200_000;
    private static final int ROUNDS = 40;

    private FmaPeak() {}

    /** Operations a second in the best of some rounds of a few milliseconds. */
    static double measure() {
        double best = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            run(STEPS);
            best = Math.max(best, operations(STEPS) * 1e9 / (System.nanoTime() - start));
        }
        return best;
    }

    /** Floating-point operations of one call. */
    private static double operations(int steps) {
        return 2.0 * 12 * S.length() * steps;
    }

    private static void run(int steps) {
        FloatVector x = FloatVector.broadcast(S, 1.0000001f);
        FloatVector y = FloatVector.broadcast(S, 1e-9f);
        FloatVector a = y;
        FloatVector b = y;
        FloatVector c = y;
        FloatVector d = y;
        FloatVector e = y;
        FloatVector f = y;
        FloatVector g = y;
        FloatVector h = y;
        FloatVector i = y;
        FloatVector j = y;
        FloatVector k = y;
        FloatVector l = y;
        for (int t = 0; t < steps; t++) {
            a = a.fma(x, y);
            b = b.fma(x, y);
            c = c.fma(x, y);
            d = d.fma(x, y);
            e = e.fma(x, y);
            f = f.fma(x, y);
            g = g.fma(x, y);
            h = h.fma(x, y);
            i = i.fma(x, y);
            j = j.fma(x, y);
            k = k.fma(x, y);
            l = l.fma(x, y);
        }
        FloatVector sum =
                a.add(b).add(c.add(d)).add(e.add(f).add(g.add(h))).add(i.add(j).add(k.add(l)));
        sink = sum.reduceLanes(VectorOperators.ADD);
    }
}
