package dev.athanor.engine.tokenizer;

/** Splits at white space, which goes, and around each punctuation character. */
record BertPreTokenizer(CodePointSet punctuation) implements PreTokenizer {
    @Override
    public void split(Text text, Spans spans, Spans marks) {
        spans.begin();
        for (int s = 0; s < spans.size; s++) {
            int end = spans.to[s];
            int start = spans.from[s];
            for (int i = start; i < end; ) {
                int cp = text.codePoint(i);
                int next = i + Character.charCount(cp);
                boolean space = UnicodeSets.isSpace(cp);
                if (space || punctuation.contains(cp)) {
                    spans.add(start, i);
                    if (!space) {
                        spans.add(i, next);
                    }
                    start = next;
                }
                i = next;
            }
            spans.add(start, end);
        }
        spans.commit();
    }
}
