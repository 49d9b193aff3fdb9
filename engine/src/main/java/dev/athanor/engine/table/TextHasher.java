package dev.athanor.engine.table;

import java.util.Arrays;

/**
 * Turns UTF-8 text into counts of hashed n-grams, straight from the bytes: no String, and nothing is allocated once the
 * buffers have grown to the longest cell. Words and their runs fall into the lower half of the buckets, runs of
 * characters into the upper half.
 *
 * <p>A word is a run of letters and digits, lower-cased by Unicode's simple mapping; an ideograph is a word by itself.
 * Bytes that are not UTF-8 separate words. Reads at most {@link TextFeatures#limitBytes()} of a cell. One thread.
 */
final class TextHasher {
    private static final int WORD_LIMIT = 48;
    private static final byte[] ASCII = new byte[128];

    static {
        for (int c = '0'; c <= '9'; c++) {
            ASCII[c] = (byte) c;
        }
        for (int c = 'a'; c <= 'z'; c++) {
            ASCII[c] = (byte) c;
            ASCII[c - 32] = (byte) c;
        }
    }

    private final TextFeatures features;
    private final int shift;
    private final int[] word = new int[WORD_LIMIT + 2];
    private int wordLength;
    private int previous;
    private int beforePrevious;
    private int words;

    private int[] slots = new int[256];
    private int[] buckets = new int[256];
    private int[] counts = new int[256];
    private int[] places = new int[256];
    private int size;

    TextHasher(TextFeatures features) {
        this.features = features;
        this.shift = Integer.SIZE - features.bits();
    }

    /** Counts the n-grams of one cell, forgetting the one before; returns the number of distinct buckets. */
    int hash(byte[] data, int from, int end) {
        for (int i = 0; i < size; i++) {
            slots[places[i]] = 0;
        }
        size = 0;
        words = 0;
        previous = 0;
        beforePrevious = 0;
        wordLength = 0;
        word[0] = ' ';
        int to = Math.min(end, from + features.limitBytes());
        int i = from;
        while (i < to) {
            int b = data[i];
            if (b >= 0) {
                i++;
                int c = ASCII[b];
                if (c != 0) {
                    if (wordLength < WORD_LIMIT) {
                        word[++wordLength] = c;
                    }
                } else if (wordLength > 0) {
                    endWord();
                }
            } else {
                long decoded = decode(data, i, to);
                i += (int) (decoded >>> 32);
                other((int) decoded);
            }
        }
        if (wordLength > 0) {
            endWord();
        }
        return size;
    }

    private void other(int codePoint) {
        if (codePoint < 0 || !Character.isLetterOrDigit(codePoint)) {
            if (wordLength > 0 && !isMark(codePoint)) {
                endWord();
            }
            return;
        }
        if (Character.isIdeographic(codePoint)) {
            if (wordLength > 0) {
                endWord();
            }
            word[++wordLength] = codePoint;
            endWord();
        } else if (wordLength < WORD_LIMIT) {
            word[++wordLength] = Character.toLowerCase(codePoint);
        }
    }

    /** Combining marks neither add to a word nor end it. */
    private static boolean isMark(int codePoint) {
        return codePoint >= 0 && Character.getType(codePoint) == Character.NON_SPACING_MARK;
    }

    /** The code point at {@code i} in the low half, -1 when the bytes are not UTF-8, and its length in the high half. */
    private static long decode(byte[] data, int i, int to) {
        int b = data[i] & 0xFF;
        int length = b >= 0xF0 && b < 0xF8 ? 4 : b >= 0xE0 ? 3 : 2;
        if (b < 0xC2 || b >= 0xF5 || i + length > to) {
            return (1L << 32) | 0xFFFFFFFFL;
        }
        int codePoint = b & (0xFF >> (length + 1));
        for (int k = 1; k < length; k++) {
            int next = data[i + k];
            if ((next & 0xC0) != 0x80) {
                return ((long) k << 32) | 0xFFFFFFFFL;
            }
            codePoint = (codePoint << 6) | (next & 0x3F);
        }
        return ((long) length << 32) | codePoint;
    }

    private void endWord() {
        int n = wordLength;
        wordLength = 0;
        words++;
        int hash = 0x811C9DC5;
        for (int i = 1; i <= n; i++) {
            hash = (hash ^ word[i]) * 0x01000193;
        }
        tally(mix(hash) >>> 1);
        if (features.words() > 1 && words > 1) {
            int pair = (previous * 31 + 7) ^ hash * 0x9E3779B1;
            tally(mix(pair) >>> 1);
            if (features.words() > 2 && words > 2) {
                tally(mix((beforePrevious * 961 + 13) ^ pair) >>> 1);
            }
        }
        beforePrevious = previous;
        previous = hash;
        if (features.shortest() > 0) {
            word[n + 1] = ' ';
            characters(n + 2);
        }
    }

    private void characters(int n) {
        int shortest = features.shortest();
        int longest = features.longest();
        for (int from = 0; from + shortest <= n; from++) {
            int hash = 0x3C6EF372;
            int limit = Math.min(n, from + longest);
            for (int i = from; i < limit; i++) {
                hash = (hash ^ word[i]) * 0x01000193;
                if (i - from + 1 >= shortest) {
                    tally((mix(hash) >>> 1) | 0x80000000);
                }
            }
        }
    }

    private static int mix(int h) {
        h ^= h >>> 16;
        h *= 0x7FEB352D;
        h ^= h >>> 15;
        h *= 0x846CA68B;
        return h ^ (h >>> 16);
    }

    private void tally(int hash) {
        int bucket = hash >>> shift;
        int mask = slots.length - 1;
        int slot = ((bucket * 0x9E3779B1) >>> 7) & mask;
        while (slots[slot] != 0) {
            int at = slots[slot] - 1;
            if (buckets[at] == bucket) {
                counts[at]++;
                return;
            }
            slot = (slot + 1) & mask;
        }
        if (size == buckets.length) {
            buckets = Arrays.copyOf(buckets, size * 2);
            counts = Arrays.copyOf(counts, size * 2);
            places = Arrays.copyOf(places, size * 2);
        }
        buckets[size] = bucket;
        counts[size] = 1;
        places[size] = slot;
        slots[slot] = ++size;
        if (size * 2 > slots.length) {
            grow();
        }
    }

    private void grow() {
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        for (int i = 0; i < size; i++) {
            int slot = ((buckets[i] * 0x9E3779B1) >>> 7) & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = i + 1;
            places[i] = slot;
        }
    }

    /** The i-th distinct bucket of the cell, in order of appearance. */
    int bucket(int i) {
        return buckets[i];
    }

    /** How often the i-th distinct bucket appeared. */
    int count(int i) {
        return counts[i];
    }

    /** Words of the cell that were read. */
    int words() {
        return words;
    }
}
