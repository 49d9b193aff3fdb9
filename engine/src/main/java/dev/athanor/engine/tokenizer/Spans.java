package dev.athanor.engine.tokenizer;

import java.util.Arrays;

/** Stretches of a text that stages split: what a stage adds between {@link #begin} and {@link #commit} replaces them. */
final class Spans {
    int[] from = new int[64];
    int[] to = new int[64];
    int size;

    private int[] nextFrom = new int[64];
    private int[] nextTo = new int[64];
    private int n;

    void set(int begin, int end) {
        from[0] = begin;
        to[0] = end;
        size = 1;
    }

    void begin() {
        n = 0;
    }

    /** Adds a stretch unless it is empty. */
    void add(int begin, int end) {
        if (begin < end) {
            if (n == nextFrom.length) {
                nextFrom = Arrays.copyOf(nextFrom, n * 2);
                nextTo = Arrays.copyOf(nextTo, n * 2);
            }
            nextFrom[n] = begin;
            nextTo[n++] = end;
        }
    }

    /** Number of stretches added so far. */
    int added() {
        return n;
    }

    /** End of a stretch added before, to be moved. */
    void extend(int index, int end) {
        nextTo[index] = end;
    }

    void commit() {
        int[] f = from;
        int[] t = to;
        from = nextFrom;
        to = nextTo;
        size = n;
        nextFrom = f;
        nextTo = t;
    }
}
