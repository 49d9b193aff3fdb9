package dev.athanor.engine.tokenizer;

/** Splits at each character of a class. */
record ClassSplit(Matcher matcher, SplitBehavior behavior) implements PreTokenizer {
    /** The characters split at. */
    sealed interface Matcher {
        boolean matches(int codePoint);
    }

    /** White space. */
    record Space() implements Matcher {
        @Override
        public boolean matches(int codePoint) {
            return UnicodeSets.isSpace(codePoint);
        }
    }

    /** The characters of a set. */
    record Member(CodePointSet set) implements Matcher {
        @Override
        public boolean matches(int codePoint) {
            return set.contains(codePoint);
        }
    }

    @Override
    public void split(Text text, Spans spans, Spans marks) {
        spans.begin();
        for (int s = 0; s < spans.size; s++) {
            int end = spans.to[s];
            marks.begin();
            for (int i = spans.from[s]; i < end; ) {
                int cp = text.codePoint(i);
                int next = i + Character.charCount(cp);
                if (matcher.matches(cp)) {
                    marks.add(i, next);
                }
                i = next;
            }
            marks.commit();
            behavior.emit(spans.from[s], end, marks, spans);
        }
        spans.commit();
    }
}
