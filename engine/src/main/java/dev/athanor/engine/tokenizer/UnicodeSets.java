package dev.athanor.engine.tokenizer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Character classes and letter case as Hugging Face's library has them, from a table probed from it by
 * {@code engine/src/peer/unicode.py}: it mixes versions of Unicode, and each Java release brings another.
 */
final class UnicodeSets {
    private final Map<String, CodePointSet> sets = new HashMap<>();
    private final Map<Integer, Integer> lower = new HashMap<>();

    static UnicodeSets read() {
        UnicodeSets result = new UnicodeSets();
        try (InputStream in = UnicodeSets.class.getResourceAsStream("unicode.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    result.add(line.split(" ", -1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the table of characters", e);
        }
        return result;
    }

    private void add(String[] words) {
        CodePointSet set = new CodePointSet();
        for (int i = 1; i < words.length; i++) {
            String word = words[i];
            int colon = word.indexOf(':');
            int dash = word.indexOf('-');
            if (colon > 0) {
                lower.put(Integer.parseInt(word, 0, colon, 16), Integer.parseInt(word, colon + 1, word.length(), 16));
            } else if (dash > 0) {
                set.add(Integer.parseInt(word, 0, dash, 16), Integer.parseInt(word, dash + 1, word.length(), 16));
            } else {
                set.add(Integer.parseInt(word, 16), Integer.parseInt(word, 16));
            }
        }
        sets.put(words[0], set);
    }

    private CodePointSet set(String name) {
        CodePointSet set = sets.get(name);
        if (set == null) {
            throw new IllegalStateException("No characters are called " + name);
        }
        return set;
    }

    /** {@code \p{L}}. */
    CodePointSet letters() {
        return set("letter");
    }

    /** {@code \p{N}}. */
    CodePointSet numbers() {
        return set("number");
    }

    /** {@code \w}. */
    CodePointSet words() {
        return set("word");
    }

    /** What the stage Digits cuts out. */
    CodePointSet digits() {
        return set("numeric");
    }

    CodePointSet punctuation() {
        return set("punctuation");
    }

    /** What BERT's normalizer removes as control characters. */
    CodePointSet controls() {
        return set("control");
    }

    /** What BERT's normalizer removes as accents. */
    CodePointSet nonSpacingMarks() {
        return set("nonspacing");
    }

    /** What the stage StripAccents removes. */
    CodePointSet marks() {
        return set("mark");
    }

    /** What the library's normal forms leave as it is, although another version of Unicode may not. */
    CodePointSet opaque() {
        return set("opaque");
    }

    /** Small letter of a code point; İ alone has two characters, and the caller's care. */
    int lower(int codePoint) {
        if (codePoint < 0x80) {
            return codePoint >= 'A' && codePoint <= 'Z' ? codePoint + 32 : codePoint;
        }
        Integer exception = codePoint < 0x1c80 ? null : lower.get(codePoint);
        return exception != null ? exception : Character.toLowerCase(codePoint);
    }

    /** The property White_Space, which has been the same for long. */
    static boolean isSpace(int c) {
        return c == ' '
                || (c >= 9 && c <= 13)
                || (c >= 0x85
                        && (c == 0x85
                                || c == 0xa0
                                || c == 0x1680
                                || (c >= 0x2000 && c <= 0x200a)
                                || c == 0x2028
                                || c == 0x2029
                                || c == 0x202f
                                || c == 0x205f
                                || c == 0x3000));
    }
}
