package dev.athanor.engine.tokenizer;

/** The longest token that begins a word, then the longest that continues it, and so on; or the unknown token for all. */
final class WordPieceModel implements TokenModel {
    private final Vocabulary vocabulary;
    private final TokenTrie beginnings = new TokenTrie();
    private final TokenTrie continuations = new TokenTrie();
    private final int unknown;
    private final int longestWord;

    /** @param longestWord code points of the longest word that is not unknown at once */
    WordPieceModel(Vocabulary vocabulary, String unknownToken, String prefix, int longestWord) {
        this.vocabulary = vocabulary;
        this.unknown = vocabulary.id(unknownToken);
        this.longestWord = longestWord;
        for (int id = 0; id < vocabulary.size(); id++) {
            String token = vocabulary.token(id);
            if (token == null || token.isEmpty()) {
                continue;
            }
            beginnings.put(token, 0, id);
            if (token.startsWith(prefix) && token.length() > prefix.length()) {
                continuations.put(token, prefix.length(), id);
            }
        }
    }

    @Override
    public void encode(char[] chars, int from, int to, Workspace work, IdList out) {
        int begin = out.size;
        if (to - from > longestWord && Character.codePointCount(chars, from, to - from) > longestWord) {
            out.add(unknown);
            return;
        }
        TokenTrie trie = beginnings;
        for (int at = from; at < to; ) {
            int node = TokenTrie.ROOT;
            int id = TokenTrie.NONE;
            int end = at;
            for (int i = at; i < to; i++) {
                node = trie.next(node, chars[i]);
                if (node == TokenTrie.NONE) {
                    break;
                }
                int value = trie.value(node);
                if (value != TokenTrie.NONE) {
                    id = value;
                    end = i + 1;
                }
            }
            if (id == TokenTrie.NONE) {
                out.size = begin;
                out.add(unknown);
                return;
            }
            out.add(id);
            at = end;
            trie = continuations;
        }
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }
}
