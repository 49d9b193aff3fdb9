package dev.athanor.engine.grammar;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tokens that may come next, and how many more at most the shortest end of the text takes after each. Most tokens have
 * that number in common; the others are listed by theirs. Immutable.
 */
final class TokenMask {
    private static final int WORD = Long.SIZE;

    private final int vocabulary;

    /** All, in ascending order where they are few, else a bit each; the other is null. */
    private final int[] ids;

    private final long[] words;

    /** Those that have not the number most have, by theirs. */
    private final TreeMap<Integer, int[]> levels = new TreeMap<>();

    private final int common;
    private final int most;
    private final int cheapest;

    /**
     * @param tokens the first {@code count} are allowed
     * @param costs of each, tokens
     */
    TokenMask(int[] tokens, int[] costs, int count, int vocabulary) {
        this.vocabulary = vocabulary;
        int[] counts = new int[1];
        Map<Integer, int[]> byCost = new TreeMap<>();
        long[] bits = new long[(vocabulary + WORD - 1) / WORD];
        int least = 0;
        for (int i = 0; i < count; i++) {
            byCost.computeIfAbsent(costs[i], cost -> new int[1])[0]++;
            bits[tokens[i] / WORD] |= 1L << tokens[i];
            least = costs[i] < costs[least] ? i : least;
        }
        int usual = -1;
        int largest = -1;
        for (Map.Entry<Integer, int[]> entry : byCost.entrySet()) {
            largest = Math.max(largest, entry.getKey());
            if (entry.getValue()[0] > counts[0]) {
                counts[0] = entry.getValue()[0];
                usual = entry.getKey();
            }
        }
        common = usual;
        most = largest;
        cheapest = count == 0 ? -1 : tokens[least];
        byCost.forEach((cost, n) -> {
            if (cost != common) {
                levels.put(cost, new int[n[0]]);
            }
        });
        int[] sorted = new int[count];
        for (int i = count - 1; i >= 0; i--) {
            if (costs[i] != common) {
                int[] n = byCost.get(costs[i]);
                levels.get(costs[i])[--n[0]] = tokens[i];
            }
            sorted[i] = tokens[i];
        }
        boolean few = count < vocabulary / Integer.SIZE;
        if (few) {
            Arrays.sort(sorted);
        }
        ids = few ? sorted : null;
        words = few ? null : bits;
    }

    /** The token after which the text may end soonest, -1 where there is none. */
    int cheapest() {
        return cheapest;
    }

    long bytes() {
        long bytes = 256 + (ids == null ? (long) words.length * Long.BYTES : (long) ids.length * Integer.BYTES);
        for (int[] level : levels.values()) {
            bytes += 64 + (long) level.length * Integer.BYTES;
        }
        return bytes;
    }

    boolean allows(int id, int limit) {
        long[] bits = limit >= most ? bits() : within(limit);
        return (bits[id / WORD] & 1L << id) != 0;
    }

    /**
     * Sets the logits of all other tokens to negative infinity.
     *
     * @param at first of the logits
     * @param count of the logits
     * @param limit most tokens that the end of the text may take after the next one
     * @return whether the most probable token was left out because of the limit
     */
    boolean apply(float[] logits, int at, int count, int limit) {
        if (limit >= most && ids != null) {
            int from = at;
            for (int id : ids) {
                Arrays.fill(logits, from, at + id, Float.NEGATIVE_INFINITY);
                from = at + id + 1;
            }
            Arrays.fill(logits, from, at + count, Float.NEGATIVE_INFINITY);
            return false;
        }
        Arrays.fill(logits, at + vocabulary, at + count, Float.NEGATIVE_INFINITY);
        if (limit >= most) {
            keep(words, logits, at, vocabulary);
            return false;
        }
        long[] within = within(limit);
        int best = best(bits(), logits, at);
        keep(within, logits, at, vocabulary);
        return best >= 0 && (within[best / WORD] & 1L << best) == 0;
    }

    private long[] bits() {
        if (words != null) {
            return words;
        }
        long[] bits = new long[(vocabulary + WORD - 1) / WORD];
        for (int id : ids) {
            bits[id / WORD] |= 1L << id;
        }
        return bits;
    }

    private long[] within(int limit) {
        long[] bits = new long[(vocabulary + WORD - 1) / WORD];
        if (common <= limit) {
            bits = words == null ? bits() : words.clone();
            for (int[] level : levels.tailMap(limit, false).values()) {
                for (int id : level) {
                    bits[id / WORD] &= ~(1L << id);
                }
            }
            return bits;
        }
        for (int[] level : levels.headMap(limit, true).values()) {
            for (int id : level) {
                bits[id / WORD] |= 1L << id;
            }
        }
        return bits;
    }

    private static void keep(long[] bits, float[] logits, int at, int count) {
        for (int w = 0; w < bits.length; w++) {
            int from = w * WORD;
            if (bits[w] == 0) {
                Arrays.fill(logits, at + from, at + Math.min(from + WORD, count), Float.NEGATIVE_INFINITY);
                continue;
            }
            for (long left = ~bits[w]; left != 0; left &= left - 1) {
                int id = from + Long.numberOfTrailingZeros(left);
                if (id >= count) {
                    break;
                }
                logits[at + id] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    private static int best(long[] bits, float[] logits, int at) {
        int best = -1;
        for (int w = 0; w < bits.length; w++) {
            for (long left = bits[w]; left != 0; left &= left - 1) {
                int id = w * WORD + Long.numberOfTrailingZeros(left);
                best = best < 0 || logits[at + id] > logits[at + best] ? id : best;
            }
        }
        return best;
    }
}
