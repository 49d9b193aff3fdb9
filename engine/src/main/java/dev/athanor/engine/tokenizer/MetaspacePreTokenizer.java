package dev.athanor.engine.tokenizer;

/** SentencePiece's first stage: a mark for each space and before the text, and words that begin at marks. */
record MetaspacePreTokenizer(char replacement, Prepend prepend, boolean split) implements PreTokenizer {
    /** Which pieces get a mark in front. */
    enum Prepend {
        ALWAYS,
        FIRST,
        NEVER
    }

    @Override
    public void split(Text text, Spans spans, Spans marks) {
        text.begin();
        spans.begin();
        for (int s = 0; s < spans.size; s++) {
            int from = spans.from[s];
            int to = spans.to[s];
            int start = text.added();
            char c = text.chars[from];
            if (c != ' ' && c != replacement && prepends(text, from)) {
                text.add(replacement);
            }
            for (int i = from; i < to; i++) {
                char x = text.chars[i] == ' ' ? replacement : text.chars[i];
                if (split && x == replacement) {
                    spans.add(start, text.added());
                    start = text.added();
                }
                text.add(x);
            }
            spans.add(start, text.added());
        }
        text.commit();
        spans.commit();
    }

    private boolean prepends(Text text, int from) {
        return switch (prepend) {
            case ALWAYS -> true;
            case FIRST -> text.first && from == 0;
            case NEVER -> false;
        };
    }
}
