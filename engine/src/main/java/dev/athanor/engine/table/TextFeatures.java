package dev.athanor.engine.table;

/**
 * Which n-grams of a text become hashed features.
 *
 * @param bits logarithm of the number of buckets: 18 is 262,144 of them
 * @param words longest run of words: 2 takes single words and pairs
 * @param shortest shortest run of characters within a word, its boundaries included; 0 takes none
 * @param longest longest run of characters
 * @param limitBytes bytes of a cell that are read at most; the rest of a longer cell is left out
 */
public record TextFeatures(int bits, int words, int shortest, int longest, int limitBytes) {
    /** What a text column is profiled and encoded with. */
    public static final TextFeatures DEFAULT = new TextFeatures(18, 2, 3, 5, 1 << 16);

    public TextFeatures {
        if (bits < 4
                || bits > 24
                || words < 1
                || words > 3
                || shortest < 0
                || longest < shortest
                || longest > 8
                || limitBytes < 16
                || limitBytes > 1 << 20) {
            throw new IllegalArgumentException("Cannot hash text: bits " + bits + ", words " + words + ", characters "
                    + shortest + " to " + longest + ", limit " + limitBytes + " are out of range");
        }
    }

    /** Number of buckets V. */
    public int buckets() {
        return 1 << bits;
    }
}
