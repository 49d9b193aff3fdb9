package dev.athanor.engine.tokenizer;

import java.util.Arrays;

/** Tokens by their characters: a walk of one step a character. Built once, read by many threads. */
final class TokenTrie {
    static final int NONE = -1;
    static final int ROOT = 0;

    private long[] keys = new long[64];
    private int[] children = new int[64];
    private int[] values = new int[32];
    private int[] roots = new int[128];
    private int nodes = 1;
    private int edges;

    TokenTrie() {
        Arrays.fill(keys, -1);
        Arrays.fill(values, NONE);
        Arrays.fill(roots, NONE);
    }

    boolean isEmpty() {
        return nodes == 1;
    }

    void put(String token, int from, int value) {
        int node = ROOT;
        for (int i = from; i < token.length(); i++) {
            int child = next(node, token.charAt(i));
            node = child == NONE ? grow(node, token.charAt(i)) : child;
        }
        values[node] = value;
    }

    /** The node one character on, or {@link #NONE}. */
    int next(int node, char c) {
        if (node == ROOT && c < roots.length) {
            return roots[c];
        }
        long key = ((long) node << 16) | c;
        int mask = keys.length - 1;
        for (int slot = hash(key) & mask; ; slot = (slot + 1) & mask) {
            if (keys[slot] == key) {
                return children[slot];
            } else if (keys[slot] == -1) {
                return NONE;
            }
        }
    }

    /** Value of the token that ends at a node, or {@link #NONE}. */
    int value(int node) {
        return values[node];
    }

    private int grow(int parent, char c) {
        if (nodes == values.length) {
            values = Arrays.copyOf(values, nodes * 2);
            Arrays.fill(values, nodes, nodes * 2, NONE);
        }
        int node = nodes++;
        if (parent == ROOT && c < roots.length) {
            roots[c] = node;
            return node;
        }
        if (++edges * 2 > keys.length) {
            rehash();
        }
        insert(((long) parent << 16) | c, node);
        return node;
    }

    private void rehash() {
        long[] oldKeys = keys;
        int[] oldChildren = children;
        keys = new long[oldKeys.length * 2];
        children = new int[oldKeys.length * 2];
        Arrays.fill(keys, -1);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != -1) {
                insert(oldKeys[i], oldChildren[i]);
            }
        }
    }

    private void insert(long key, int child) {
        int mask = keys.length - 1;
        int slot = hash(key) & mask;
        while (keys[slot] != -1) {
            slot = (slot + 1) & mask;
        }
        keys[slot] = key;
        children[slot] = child;
    }

    private static int hash(long key) {
        return (int) ((key * 0x9E3779B97F4A7C15L) >>> 32);
    }
}
