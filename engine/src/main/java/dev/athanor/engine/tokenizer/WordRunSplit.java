package dev.athanor.engine.tokenizer;

/** Keeps runs of word characters, and of what is neither word nor space: {@code \w+|[^\w\s]+}. */
record WordRunSplit(CodePointSet words) implements PreTokenizer {
    private static final int SPACE = 0;
    private static final int WORD = 1;
    private static final int OTHER = 2;

    @Override
    public void split(Text text, Spans spans, Spans marks) {
        spans.begin();
        for (int s = 0; s < spans.size; s++) {
            int start = spans.from[s];
            int kind = SPACE;
            for (int i = start; i < spans.to[s]; ) {
                int cp = text.codePoint(i);
                int now = UnicodeSets.isSpace(cp) ? SPACE : words.contains(cp) ? WORD : OTHER;
                if (now != kind) {
                    if (kind != SPACE) {
                        spans.add(start, i);
                    }
                    start = i;
                    kind = now;
                }
                i += Character.charCount(cp);
            }
            if (kind != SPACE) {
                spans.add(start, spans.to[s]);
            }
        }
        spans.commit();
    }
}
