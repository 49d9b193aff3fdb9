package dev.athanor.engine.tokenizer;

import java.util.Arrays;

/** A set of code points. */
final class CodePointSet {
    private long[] bits = new long[4];

    void add(int from, int to) {
        if (to >> 6 >= bits.length) {
            bits = Arrays.copyOf(bits, (to >> 6) + 1);
        }
        for (int cp = from; cp <= to; cp++) {
            bits[cp >> 6] |= 1L << cp;
        }
    }

    boolean contains(int codePoint) {
        int word = codePoint >> 6;
        return word < bits.length && ((bits[word] >>> codePoint) & 1) != 0;
    }
}
