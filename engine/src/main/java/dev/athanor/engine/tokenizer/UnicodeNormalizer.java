package dev.athanor.engine.tokenizer;

import java.text.Normalizer.Form;

/**
 * A Unicode normal form. What the library leaves alone, because its Unicode is older than Java's, stays alone, and nothing
 * is composed or reordered across it.
 */
record UnicodeNormalizer(Form form, CodePointSet opaque) implements Normalizer {
    private int plainBelow() {
        return switch (form) {
            case NFC -> 0x300;
            case NFD -> 0xc0;
            case NFKC, NFKD -> 0xa0;
        };
    }

    @Override
    public void apply(Text text) {
        if (text.below(plainBelow())) {
            return;
        }
        text.begin();
        int start = 0;
        for (int i = 0; i < text.length; ) {
            int cp = text.codePoint(i);
            int next = i + Character.charCount(cp);
            if (cp >= 0x300 && opaque.contains(cp)) {
                normalize(text, start, i);
                text.addCodePoint(cp);
                start = next;
            }
            i = next;
        }
        normalize(text, start, text.length);
        text.commit();
    }

    private void normalize(Text text, int from, int to) {
        if (from < to) {
            text.add(java.text.Normalizer.normalize(text.string(from, to), form));
        }
    }
}
