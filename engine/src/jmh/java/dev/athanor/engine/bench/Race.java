package dev.athanor.engine.bench;

import java.util.ArrayList;
import java.util.List;

/** Times contenders in turns, so that a slow spell of the machine hits all of them, and keeps each one's best round. */
final class Race {
    private static final long ROUND_NANOS = 12_000_000;

    private final long warmNanos;
    private final List<Runnable> contenders = new ArrayList<>();

    /** @param warmMillis how long each contender runs before it is timed: long enough for the compiler to finish */
    Race(long warmMillis) {
        warmNanos = warmMillis * 1_000_000;
    }

    int add(Runnable contender) {
        contenders.add(contender);
        return contenders.size() - 1;
    }

    /** Nanoseconds per call of each contender's best round. */
    double[] run(int rounds) {
        int n = contenders.size();
        double[] best = new double[n];
        int[] calls = new int[n];
        for (int i = 0; i < n; i++) {
            Runnable r = contenders.get(i);
            long start = System.nanoTime();
            int warm = 0;
            do {
                r.run();
                warm++;
            } while (System.nanoTime() - start < warmNanos);
            double each = (System.nanoTime() - start) / (double) warm;
            calls[i] = (int) Math.max(1, ROUND_NANOS / each);
            best[i] = Double.POSITIVE_INFINITY;
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < n; i++) {
                Runnable r = contenders.get(i);
                long start = System.nanoTime();
                for (int c = 0; c < calls[i]; c++) {
                    r.run();
                }
                best[i] = Math.min(best[i], (System.nanoTime() - start) / (double) calls[i]);
            }
        }
        return best;
    }
}
