package dev.athanor.engine.grammar;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * The bytes of a vocabulary's tokens as a tree, written in the order in which a walk meets its nodes. Special tokens, and
 * those that end a text, are not in it. Immutable.
 */
final class TokenBytes {
    private static final byte[] NONE = {};

    private final byte[][] bytes;
    private final int[] ends;

    /** How many nodes there are. */
    final int nodes;

    /** Of each node: its byte, how deep it lies from 1 on, the node after those below it. */
    final byte[] node;

    final short[] depth;
    final int[] after;

    /** Of each node, the first of the tokens that it spells, and of each token the next one that it also spells; or -1. */
    final int[] token;

    final int[] same;

    /** Bytes of the longest token. */
    final int longest;

    private final boolean ascii;

    /**
     * @param end ids that end a text
     * @param vocabulary ids that the model has
     * @throws AthanorException if a printable character of ASCII has no token of its own: no text could be brought to an end
     */
    TokenBytes(Tokenizer tokenizer, Set<Integer> end, int vocabulary) {
        bytes = new byte[vocabulary][];
        int count = 0;
        int most = 0;
        int total = 0;
        for (int id = 0; id < vocabulary; id++) {
            byte[] spelt = end.contains(id) ? NONE : tokenizer.bytes(id);
            bytes[id] = spelt == null || spelt.length > Short.MAX_VALUE ? NONE : spelt;
            count += bytes[id].length > 0 ? 1 : 0;
            most = Math.max(most, bytes[id].length);
            total += bytes[id].length;
        }
        ends = new TreeSet<>(end)
                .stream().mapToInt(id -> id).filter(id -> id < vocabulary).toArray();
        longest = most;
        Integer[] sorted = new Integer[count];
        for (int id = 0, i = 0; id < vocabulary; id++) {
            if (bytes[id].length > 0) {
                sorted[i++] = id;
            }
        }
        Arrays.sort(sorted, (a, b) -> Arrays.compareUnsigned(bytes[a], bytes[b]));
        node = new byte[total];
        depth = new short[total];
        after = new int[total];
        token = new int[total];
        same = new int[vocabulary];
        Arrays.fill(token, -1);
        Arrays.fill(same, -1);
        nodes = fill(sorted);
        boolean[] single = singles();
        ascii = !all(single, 0x80, 0xbf) || !all(single, 0xc2, 0xf4);
        for (int b = ' '; b <= '~'; b++) {
            if (!single[b]) {
                throw new AthanorException(
                        SchemaReader.PROBLEM,
                        "the model's vocabulary has no token for the character '" + (char) b + "' alone",
                        "Use a model with a byte-level vocabulary, or with bytes to fall back on");
            }
        }
    }

    private int fill(Integer[] sorted) {
        int[] path = new int[longest + 1];
        byte[] before = NONE;
        int count = 0;
        for (int id : sorted) {
            byte[] spelt = bytes[id];
            int common = Arrays.mismatch(before, spelt);
            if (common < 0) { // spells what the one before does
                same[id] = token[path[spelt.length]];
                token[path[spelt.length]] = id;
                continue;
            }
            for (int d = before.length; d > common; d--) {
                after[path[d]] = count;
            }
            for (int d = common; d < spelt.length; d++) {
                path[d + 1] = count;
                node[count] = spelt[d];
                depth[count++] = (short) (d + 1);
            }
            token[path[spelt.length]] = id;
            before = spelt;
        }
        for (int d = before.length; d > 0; d--) {
            after[path[d]] = count;
        }
        return count;
    }

    private boolean[] singles() {
        boolean[] single = new boolean[256];
        for (int i = 0; i < nodes; i = after[i]) {
            single[node[i] & 0xff] = token[i] >= 0;
        }
        return single;
    }

    private static boolean all(boolean[] of, int from, int to) {
        for (int i = from; i <= to; i++) {
            if (!of[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether other bytes than those of ASCII lack tokens of their own, and cannot be relied on. */
    boolean ascii() {
        return ascii;
    }

    /** The bytes of a token; none for one that is special or ends a text. */
    byte[] of(int id) {
        return bytes[id];
    }

    int vocabulary() {
        return bytes.length;
    }

    /** Ids that end a text. */
    int[] ends() {
        return ends;
    }

    /** The least number of tokens that spell some bytes, from each of them on. */
    int[] costs(byte[] literal) {
        int[] costs = new int[literal.length + 1];
        for (int from = literal.length - 1; from >= 0; from--) {
            costs[from] = Costs.NEVER;
            int first = 0;
            int last = nodes;
            for (int i = from; i < literal.length; i++) {
                int at = first;
                while (at < last && node[at] != literal[i]) {
                    at = after[at];
                }
                if (at >= last) {
                    break;
                }
                if (token[at] >= 0) {
                    costs[from] = Math.min(costs[from], Costs.sum(1, costs[i + 1]));
                }
                first = at + 1;
                last = after[at];
            }
        }
        return costs;
    }
}
