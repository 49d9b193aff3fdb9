package dev.athanor.engine.bench;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The most bytes per nanosecond that a thread reads from memory, or each of two: sums of a part of an array each. */
final class ReadBandwidth {
    private static final VectorSpecies<Integer> S = IntVector.SPECIES_PREFERRED;
    private static final int LENGTH = 1 << 26;
    private static final int ROUNDS = 40;

    /** Keeps the loop's result alive. */
    private static int sink;

    private ReadBandwidth() {}

    /** Bytes per nanosecond of so many threads together, the best of many rounds. */
    static double measure(int threads) {
        int[] data = new int[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            data[i] = i;
        }
        int part = LENGTH / threads;
        double best = Double.POSITIVE_INFINITY;
        try (SpinningTeam team = new SpinningTeam(threads)) {
            for (int round = 0; round < ROUNDS; round++) {
                long start = System.nanoTime();
                team.run(t -> add(sum(data, t * part, (t + 1) * part)));
                best = Math.min(best, System.nanoTime() - start);
            }
        }
        return (double) part * threads * Integer.BYTES / best;
    }

    private static synchronized void add(int sum) {
        sink += sum;
    }

    private static int sum(int[] from, int at, int end) {
        IntVector a = IntVector.zero(S);
        IntVector b = a;
        IntVector c = a;
        IntVector d = a;
        int lanes = S.length();
        for (int i = at; i < end; i += 4 * lanes) {
            a = a.add(IntVector.fromArray(S, from, i));
            b = b.add(IntVector.fromArray(S, from, i + lanes));
            c = c.add(IntVector.fromArray(S, from, i + 2 * lanes));
            d = d.add(IntVector.fromArray(S, from, i + 3 * lanes));
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }
}
