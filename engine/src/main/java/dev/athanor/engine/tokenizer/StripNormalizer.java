package dev.athanor.engine.tokenizer;

/** Removes white space at the ends. */
record StripNormalizer(boolean left, boolean right) implements Normalizer {
    @Override
    public void apply(Text text) {
        int from = 0;
        int to = text.length;
        while (left && from < to && UnicodeSets.isSpace(text.chars[from])) {
            from++;
        }
        while (right && to > from && UnicodeSets.isSpace(text.chars[to - 1])) {
            to--;
        }
        if (from > 0 || to < text.length) {
            text.begin();
            text.add(from, to);
            text.commit();
        }
    }
}
