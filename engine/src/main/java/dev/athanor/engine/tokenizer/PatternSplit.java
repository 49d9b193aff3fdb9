package dev.athanor.engine.tokenizer;

/** Splits at what a scanner finds. */
record PatternSplit(Scanner scanner, SplitBehavior behavior) implements PreTokenizer {
    /** Finds stretches of a text, in place of a regular expression. */
    sealed interface Scanner permits WordScanner, Literal {
        /** Adds to {@code out} the stretches found from {@code from} to {@code to}. */
        void scan(Text text, int from, int to, Spans out);
    }

    /** Occurrences of a string. */
    record Literal(String pattern) implements Scanner {
        @Override
        public void scan(Text text, int from, int to, Spans out) {
            int n = pattern.length();
            for (int i = from; i + n <= to; ) {
                int k = 0;
                while (k < n && text.chars[i + k] == pattern.charAt(k)) {
                    k++;
                }
                if (k == n) {
                    out.add(i, i + n);
                    i += n;
                } else {
                    i++;
                }
            }
        }
    }

    @Override
    public void split(Text text, Spans spans, Spans marks) {
        spans.begin();
        for (int s = 0; s < spans.size; s++) {
            marks.begin();
            scanner.scan(text, spans.from[s], spans.to[s], marks);
            marks.commit();
            behavior.emit(spans.from[s], spans.to[s], marks, spans);
        }
        spans.commit();
    }
}
