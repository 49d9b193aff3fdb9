package dev.athanor.engine.tokenizer;

import java.util.Locale;

/**
 * The patterns by which GPT-2, Llama 3 and Qwen 2 cut text into words, scanned without a regular expression: each covers
 * every character.
 */
final class WordScanner implements PatternSplit.Scanner {
    /** A pattern, as {@code tokenizer.json} writes it. */
    enum Kind {
        GPT2("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"),
        LLAMA3(
                "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
        QWEN2(
                "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

        private final String regex;

        Kind(String regex) {
            this.regex = regex;
        }

        String regex() {
            return regex;
        }

        String title() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final byte OTHER = 0;
    private static final byte SPACE = 1;
    private static final byte LETTER = 2;
    private static final byte NUMBER = 3;

    private final Kind kind;
    private final CodePointSet letters;
    private final CodePointSet numbers;
    private final byte[] ascii = new byte[128];

    WordScanner(Kind kind, UnicodeSets unicode) {
        this.kind = kind;
        this.letters = unicode.letters();
        this.numbers = unicode.numbers();
        for (int c = 0; c < ascii.length; c++) {
            ascii[c] = classOf(c);
        }
    }

    @Override
    public void scan(Text text, int from, int to, Spans out) {
        for (int i = from; i < to; ) {
            int end = kind == Kind.GPT2 ? gpt2(text, i, to) : cased(text, i, to);
            out.add(i, end);
            i = end;
        }
    }

    private int gpt2(Text text, int at, int to) {
        char c = text.chars[at];
        int start = at;
        if (c == '\'') {
            int end = contraction(text, at, to, false);
            if (end > 0) {
                return end;
            }
        } else if (c == ' ' && at + 1 < to && type(text, at + 1) != SPACE) {
            start = at + 1;
        }
        byte type = type(text, start);
        return type == SPACE ? spaces(text, at, to) : run(text, start, to, type);
    }

    private int cased(Text text, int at, int to) {
        int cp = text.codePoint(at);
        byte type = type(text, at);
        if (cp == '\'') {
            int end = contraction(text, at, to, true);
            if (end > 0) {
                return end;
            }
        }
        int next = at + Character.charCount(cp);
        if (type == LETTER) {
            return run(text, at, to, LETTER);
        } else if (type == NUMBER) {
            int end = next;
            for (int n = 1; kind == Kind.LLAMA3 && n < 3 && end < to && type(text, end) == NUMBER; n++) {
                end += Character.charCount(text.codePoint(end));
            }
            return end;
        } else if (cp != '\r' && cp != '\n' && next < to && type(text, next) == LETTER) {
            return run(text, next, to, LETTER);
        }
        int start = cp == ' ' && next < to && type(text, next) == OTHER ? next : at;
        if (type(text, start) == OTHER) {
            int end = run(text, start, to, OTHER);
            while (end < to && isNewline(text.chars[end])) {
                end++;
            }
            return end;
        }
        int end = run(text, at, to, SPACE);
        for (int i = end; i > at; i--) {
            if (isNewline(text.chars[i - 1])) {
                return i;
            }
        }
        return spaces(text, at, to);
    }

    /** End of a run of white space, which leaves its last character to the word that follows. */
    private int spaces(Text text, int at, int to) {
        int end = run(text, at, to, SPACE);
        return end == to || end == at + 1 ? end : end - 1;
    }

    private int run(Text text, int from, int to, byte type) {
        int i = from;
        while (i < to && type(text, i) == type) {
            i += Character.isHighSurrogate(text.chars[i]) ? 2 : 1;
        }
        return i;
    }

    /** End of 's, 't, 're, 've, 'm, 'll or 'd, or -1. */
    private static int contraction(Text text, int at, int to, boolean anyCase) {
        char a = at + 1 < to ? fold(text.chars[at + 1], anyCase) : 0;
        char b = at + 2 < to ? fold(text.chars[at + 2], anyCase) : 0;
        return switch (a) {
            case 's', 't', 'm', 'd' -> at + 2;
            case 'r', 'v' -> b == 'e' ? at + 3 : -1;
            case 'l' -> b == 'l' ? at + 3 : -1;
            default -> -1;
        };
    }

    private static char fold(char c, boolean anyCase) {
        if (!anyCase) {
            return c;
        } else if (c == '\u017f') { // the long s
            return 's';
        }
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }

    private static boolean isNewline(char c) {
        return c == '\r' || c == '\n';
    }

    private byte type(Text text, int at) {
        char c = text.chars[at];
        return c < 128 ? ascii[c] : classOf(text.codePoint(at));
    }

    private byte classOf(int cp) {
        if (letters.contains(cp)) {
            return LETTER;
        } else if (numbers.contains(cp)) {
            return NUMBER;
        }
        return UnicodeSets.isSpace(cp) ? SPACE : OTHER;
    }
}
