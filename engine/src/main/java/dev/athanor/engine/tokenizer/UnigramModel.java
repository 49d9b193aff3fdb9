package dev.athanor.engine.tokenizer;

import java.nio.charset.StandardCharsets;

/** The most likely sequence of tokens, each by itself: Viterbi over the word's characters. */
final class UnigramModel implements TokenModel {
    private static final double UNKNOWN_PENALTY = 10;

    private final Vocabulary vocabulary;
    private final double[] scores;
    private final TokenTrie trie = new TokenTrie();
    private final int unknown;
    private final double unknownScore;
    private final int[] bytes;

    /**
     * @param scores log probability of each id
     * @param unknown id for characters that no token has; -1: none
     * @param byteFallback whether such characters become tokens {@code <0xNN>} where the vocabulary has them
     */
    UnigramModel(Vocabulary vocabulary, double[] scores, int unknown, boolean byteFallback) {
        this.vocabulary = vocabulary;
        this.scores = scores.clone();
        this.unknown = unknown;
        double least = Double.POSITIVE_INFINITY;
        for (int id = 0; id < scores.length; id++) {
            least = Math.min(least, scores[id]);
            String token = vocabulary.token(id);
            if (token != null && !token.isEmpty()) {
                trie.put(token, 0, vocabulary.id(token));
            }
        }
        unknownScore = least - UNKNOWN_PENALTY;
        bytes = byteFallback ? ByteTokens.ids(vocabulary) : new int[0];
    }

    @Override
    public void encode(char[] chars, int from, int to, Workspace work, IdList out) {
        Lattice lattice = work.lattice;
        int length = to - from;
        lattice.reset(length);
        for (int start = 0; start < length; ) {
            double before = lattice.scores[start];
            int width = Character.isHighSurrogate(chars[from + start]) ? 2 : 1;
            boolean single = false;
            int node = TokenTrie.ROOT;
            for (int end = start; end < length; ) {
                node = trie.next(node, chars[from + end]);
                if (node == TokenTrie.NONE) {
                    break;
                }
                end++;
                int id = trie.value(node);
                if (id != TokenTrie.NONE) {
                    lattice.offer(end, start, id, scores[id] + before);
                    single |= end - start == width;
                }
            }
            if (!single) {
                lattice.offer(start + width, start, unknown, unknownScore + before);
            }
            start += width;
        }
        trace(chars, from, length, lattice, out);
    }

    /** Walks back over the best way, joins what is unknown, and appends the ids in order. */
    private void trace(char[] chars, int from, int length, Lattice lattice, IdList out) {
        int n = 0;
        for (int end = length; end > 0; end = lattice.starts[end]) {
            // the way back is kept in the scores' place: each end is written after it was read
            lattice.scores[n++] = end;
        }
        int start = 0;
        for (int i = n - 1; i >= 0; ) {
            int end = (int) lattice.scores[i];
            int id = lattice.ids[end];
            i--;
            if (id == unknown) {
                while (i >= 0 && lattice.ids[(int) lattice.scores[i]] == unknown) {
                    end = (int) lattice.scores[i--];
                }
                addUnknown(chars, from + start, from + end, out);
            } else {
                out.add(id);
            }
            start = end;
        }
    }

    private void addUnknown(char[] chars, int from, int to, IdList out) {
        if (bytes.length > 0) {
            byte[] utf8 = new String(chars, from, to - from).getBytes(StandardCharsets.UTF_8);
            boolean all = true;
            for (byte b : utf8) {
                all &= bytes[b & 0xff] >= 0;
            }
            if (all) {
                for (byte b : utf8) {
                    out.add(bytes[b & 0xff]);
                }
                return;
            }
        }
        if (unknown >= 0) {
            out.add(unknown);
        }
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }
}
