package dev.athanor.engine.kernels;

/**
 * Scaled dot-product attention of many heads over sequences that lie back to back, arXiv:1706.03762.
 *
 * <p>Query i of a sequence of m queries and n keys stands at position {@code n - m + i} of the keys: during generation the
 * last queries see the keys kept from before.
 *
 * @param heads H, heads of the queries
 * @param keyHeads G, heads of keys and values; each serves {@code H/G} neighbouring heads (arXiv:2305.13245)
 * @param headWidth D, numbers per head
 * @param scale what scores are multiplied by, usually {@code 1/√D}
 * @param causal whether a query sees only keys up to its own position
 * @param window how many positions back a causal query sees, itself included; 0 for all. Without {@code causal}, keys
 *     nearer than {@code window} on both sides
 */
public record AttentionShape(int heads, int keyHeads, int headWidth, float scale, boolean causal, int window) {
    public AttentionShape {
        if (heads < 1 || keyHeads < 1 || headWidth < 1 || heads % keyHeads != 0 || window < 0) {
            throw new IllegalArgumentException("Cannot attend with " + heads + " heads over " + keyHeads
                    + " key heads of width " + headWidth + " and window " + window
                    + ": key heads divide heads, none is negative");
        }
    }

    /** Width of a row of queries, {@code H·D}. */
    public int queryWidth() {
        return heads * headWidth;
    }

    /** Width of a row of keys or values, {@code G·D}. */
    public int keyWidth() {
        return keyHeads * headWidth;
    }

    /** First key that the query at {@code position} sees. */
    public int firstKey(int position) {
        return window == 0 ? 0 : Math.max(0, position - window + 1);
    }

    /** Key after the last that the query at {@code position} sees, of {@code keys} keys. */
    public int lastKey(int position, int keys) {
        if (causal) {
            return Math.min(keys, position + 1);
        }
        return window == 0 ? keys : Math.min(keys, position + window);
    }
}
