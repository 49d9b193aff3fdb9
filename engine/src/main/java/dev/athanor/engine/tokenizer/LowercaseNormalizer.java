package dev.athanor.engine.tokenizer;

/** Small letters, each by itself: a final sigma is like any other. */
record LowercaseNormalizer(UnicodeSets unicode) implements Normalizer {
    private static final int CAPITAL_I_WITH_DOT = 0x130;

    @Override
    public void apply(Text text) {
        text.begin();
        for (int i = 0; i < text.length; ) {
            int cp = text.codePoint(i);
            i += Character.charCount(cp);
            if (cp == CAPITAL_I_WITH_DOT) {
                text.add('i');
                text.add('\u0307');
            } else {
                text.addCodePoint(unicode.lower(cp));
            }
        }
        text.commit();
    }
}
