package dev.athanor.engine.tokenizer;

/**
 * GPT-2's first stage: a space before each piece that has none, then its words. Characters stay what they are: the model
 * that follows reads their bytes.
 *
 * @param scanner null where words were cut before
 */
record ByteLevelPreTokenizer(boolean addPrefixSpace, WordScanner scanner) implements PreTokenizer {
    @Override
    public void split(Text text, Spans spans, Spans marks) {
        if (addPrefixSpace) {
            prefix(text, spans);
        }
        if (scanner != null) {
            spans.begin();
            for (int s = 0; s < spans.size; s++) {
                scanner.scan(text, spans.from[s], spans.to[s], spans);
            }
            spans.commit();
        }
    }

    private static void prefix(Text text, Spans spans) {
        boolean all = true;
        for (int s = 0; s < spans.size; s++) {
            all &= text.chars[spans.from[s]] == ' ';
        }
        if (all) {
            return;
        }
        text.begin();
        spans.begin();
        for (int s = 0; s < spans.size; s++) {
            int start = text.added();
            if (text.chars[spans.from[s]] != ' ') {
                text.add(' ');
            }
            text.add(spans.from[s], spans.to[s]);
            spans.add(start, text.added());
        }
        text.commit();
        spans.commit();
    }
}
