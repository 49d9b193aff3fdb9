package dev.athanor.engine.tokenizer;

import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.List;

/**
 * BERT's cleaning: control characters go, white space becomes spaces, Chinese characters stand alone, accents go, letters
 * become small. Alphabetic scripts take one pass by a table; a text with anything else takes each step in turn.
 */
final class BertNormalizer implements Normalizer {
    private static final int TABLE = 0x3000;
    private static final char SLOWLY = 0xffff;

    private final boolean clean;
    private final boolean chinese;
    private final CodePointSet controls;
    private final Normalizer rest;
    private final char[] table = new char[TABLE];

    BertNormalizer(boolean clean, boolean chinese, boolean stripAccents, boolean lowercase, UnicodeSets unicode) {
        this.clean = clean;
        this.chinese = chinese;
        this.controls = unicode.controls();
        List<Normalizer> stages = new ArrayList<>();
        if (stripAccents) {
            stages.add(new UnicodeNormalizer(Form.NFD, unicode.opaque()));
            stages.add(new RemovingNormalizer(unicode.nonSpacingMarks()));
        }
        if (lowercase) {
            stages.add(new LowercaseNormalizer(unicode));
        }
        this.rest = new Sequence(stages);
        fill(stripAccents);
    }

    /** What each character becomes by itself: 0 where nothing, SLOWLY where its neighbours matter. */
    private void fill(boolean stripAccents) {
        Text one = new Text();
        for (int c = 0; c < TABLE; c++) {
            one.begin();
            one.addCodePoint(c);
            one.commit();
            slowly(one);
            if (one.length > 1 || (one.length == 1 && (one.chars[0] == 0 || one.chars[0] == SLOWLY))) {
                table[c] = SLOWLY;
            } else if (one.length == 1) {
                table[c] = stripAccents && moves(one.chars[0]) ? SLOWLY : one.chars[0];
            }
        }
    }

    /** Whether a mark that stays may change places with its neighbours. */
    private static boolean moves(char c) {
        if (c < 0x300) {
            return false;
        }
        String after = "a\u0301" + c;
        String before = "a" + c + "\u0334";
        return !java.text.Normalizer.isNormalized(after, Form.NFD)
                || !java.text.Normalizer.isNormalized(before, Form.NFD);
    }

    @Override
    public void apply(Text text) {
        char[] chars = text.chars;
        text.begin();
        for (int i = 0; i < text.length; i++) {
            char c = chars[i];
            char to = c < TABLE ? table[c] : SLOWLY;
            if (to == SLOWLY) {
                slowly(text);
                return;
            } else if (to != 0) {
                text.add(to);
            }
        }
        text.commit();
    }

    private void slowly(Text text) {
        text.begin();
        for (int i = 0; i < text.length; ) {
            int cp = text.codePoint(i);
            i += Character.charCount(cp);
            if (clean && controls.contains(cp)) {
                continue;
            }
            int c = clean && UnicodeSets.isSpace(cp) ? ' ' : cp;
            if (chinese && isChinese(c)) {
                text.add(' ');
                text.addCodePoint(c);
                text.add(' ');
            } else {
                text.addCodePoint(c);
            }
        }
        text.commit();
        rest.apply(text);
    }

    private static boolean isChinese(int c) {
        return (c >= 0x4e00 && c <= 0x9fff)
                || (c >= 0x3400 && c <= 0x4dbf)
                || (c >= 0x20000 && c <= 0x2a6df)
                || (c >= 0x2a700 && c <= 0x2b73f)
                || (c >= 0x2b740 && c <= 0x2b81f)
                || (c >= 0x2b920 && c <= 0x2ceaf)
                || (c >= 0xf900 && c <= 0xfaff)
                || (c >= 0x2f800 && c <= 0x2fa1f);
    }
}
