package dev.athanor.engine.tokenizer;

/**
 * Cuts before each first mark of a run, where a model has no token that reaches across: the ids stay the same, and words
 * short enough to be remembered come of a long text.
 *
 * @param joins characters that some token has before a mark
 */
record BoundarySplit(char mark, CodePointSet joins) implements PreTokenizer {
    @Override
    public void split(Text text, Spans spans, Spans marks) {
        spans.begin();
        for (int s = 0; s < spans.size; s++) {
            int start = spans.from[s];
            for (int i = start + 1; i < spans.to[s]; i++) {
                if (text.chars[i] == mark && text.chars[i - 1] != mark && !joins.contains(text.chars[i - 1])) {
                    spans.add(start, i);
                    start = i;
                }
            }
            spans.add(start, spans.to[s]);
        }
        spans.commit();
    }
}
