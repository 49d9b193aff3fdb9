package dev.athanor.engine.tokenizer;

/** Ids of words seen lately: a fixed number of slots, where a word displaces the one that had its slot. */
final class WordCache {
    private static final int SLOTS = 1 << 13;
    private static final int CHARS = 24;
    private static final int IDS = 12;

    private final char[] words = new char[SLOTS * CHARS];
    private final byte[] lengths = new byte[SLOTS];
    private final int[] ids = new int[SLOTS * IDS];
    private final byte[] counts = new byte[SLOTS];

    /** Slot of a word, -1 if it is too long to be kept. */
    static int slot(char[] chars, int from, int to) {
        if (to - from > CHARS) {
            return -1;
        }
        int h = to - from;
        for (int i = from; i < to; i++) {
            h = h * 31 + chars[i];
        }
        h *= 0x9E3779B1;
        return h >>> 19;
    }

    /** Appends the ids of a word if its slot holds them. */
    boolean get(int slot, char[] chars, int from, int to, IdList out) {
        int n = to - from;
        if (lengths[slot] != n) {
            return false;
        }
        int base = slot * CHARS;
        for (int i = 0; i < n; i++) {
            if (words[base + i] != chars[from + i]) {
                return false;
            }
        }
        out.add(ids, slot * IDS, counts[slot]);
        return true;
    }

    /** Keeps the ids that a word added to a list, from {@code begin}, unless they are too many. */
    void put(int slot, char[] chars, int from, int to, IdList list, int begin) {
        int count = list.size - begin;
        if (count > IDS) {
            return;
        }
        System.arraycopy(chars, from, words, slot * CHARS, to - from);
        lengths[slot] = (byte) (to - from);
        System.arraycopy(list.ids, begin, ids, slot * IDS, count);
        counts[slot] = (byte) count;
    }
}
