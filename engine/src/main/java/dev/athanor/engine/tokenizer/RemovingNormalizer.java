package dev.athanor.engine.tokenizer;

/** Removes marks: the characters of a set that has none below U+0300. */
record RemovingNormalizer(CodePointSet removed) implements Normalizer {
    @Override
    public void apply(Text text) {
        if (text.below(0x300)) {
            return;
        }
        text.begin();
        for (int i = 0; i < text.length; ) {
            int cp = text.codePoint(i);
            i += Character.charCount(cp);
            if (!removed.contains(cp)) {
                text.addCodePoint(cp);
            }
        }
        text.commit();
    }
}
