package dev.athanor.engine.tokenizer;

import java.util.List;

/** Finds added tokens in a text: leftmost first, the longest of those. */
final class AddedTokens {
    /** What is told of a text, piece by piece. */
    interface Pieces {
        void text(int from, int to);

        void token(int id);
    }

    private final TokenTrie trie = new TokenTrie();
    private final List<AddedToken> tokens;
    private final CodePointSet words;

    /** @param forms how each token reads in the texts searched */
    AddedTokens(List<AddedToken> tokens, List<String> forms, CodePointSet words) {
        this.tokens = List.copyOf(tokens);
        this.words = words;
        for (int i = 0; i < forms.size(); i++) {
            if (!forms.get(i).isEmpty()) {
                trie.put(forms.get(i), 0, i);
            }
        }
    }

    boolean isEmpty() {
        return trie.isEmpty();
    }

    /** Tells all pieces of a text in order. */
    void find(Text text, Pieces pieces) {
        int done = 0;
        for (int i = 0; i < text.length; ) {
            int end = longest(text, i);
            if (end == i) {
                i++;
                continue;
            }
            AddedToken token = tokens.get(valueAt(text, i, end));
            if (!token.singleWord() || alone(text, i, end)) {
                int start = token.leftStrip() ? Math.max(spacesBefore(text, i), done) : i;
                int stop = token.rightStrip() ? spacesAfter(text, end) : end;
                if (done < start) {
                    pieces.text(done, start);
                }
                pieces.token(token.id());
                done = stop;
            }
            i = end;
        }
        if (done < text.length) {
            pieces.text(done, text.length);
        }
    }

    private int longest(Text text, int from) {
        int node = TokenTrie.ROOT;
        int end = from;
        for (int i = from; i < text.length; i++) {
            node = trie.next(node, text.chars[i]);
            if (node == TokenTrie.NONE) {
                break;
            } else if (trie.value(node) != TokenTrie.NONE) {
                end = i + 1;
            }
        }
        return end;
    }

    private int valueAt(Text text, int from, int to) {
        int node = TokenTrie.ROOT;
        for (int i = from; i < to; i++) {
            node = trie.next(node, text.chars[i]);
        }
        return trie.value(node);
    }

    private boolean alone(Text text, int from, int to) {
        return (from == 0 || !words.contains(text.codePointBefore(from)))
                && (to == text.length || !words.contains(text.codePoint(to)));
    }

    private static int spacesBefore(Text text, int at) {
        int i = at;
        while (i > 0 && UnicodeSets.isSpace(text.chars[i - 1])) {
            i--;
        }
        return i;
    }

    private static int spacesAfter(Text text, int at) {
        int i = at;
        while (i < text.length && UnicodeSets.isSpace(text.chars[i])) {
            i++;
        }
        return i;
    }
}
