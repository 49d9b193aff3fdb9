package dev.athanor.engine.tokenizer;

import java.util.Arrays;

/**
 * A text that stages rewrite: what a stage adds between {@link #begin} and {@link #commit} becomes the new content.
 * Holds no surrogate without its partner.
 */
final class Text {
    char[] chars = new char[256];
    int length;
    /** Whether it begins where the user's text begins. */
    boolean first;

    private char[] next = new char[256];
    private int n;

    void set(char[] from, int begin, int end) {
        if (end - begin > chars.length) {
            chars = new char[Math.max(end - begin, chars.length * 2)];
        }
        System.arraycopy(from, begin, chars, 0, end - begin);
        length = end - begin;
    }

    /** Takes a user's text; a surrogate without its partner becomes {@code ?}. */
    void set(String text) {
        int end = text.length();
        if (end > chars.length) {
            chars = new char[Math.max(end, chars.length * 2)];
        }
        text.getChars(0, end, chars, 0);
        length = end;
        first = true;
        for (int i = 0; i < end; i++) {
            if (Character.isSurrogate(chars[i])) {
                if (Character.isHighSurrogate(chars[i]) && i + 1 < end && Character.isLowSurrogate(chars[i + 1])) {
                    i++;
                } else {
                    chars[i] = '?';
                }
            }
        }
    }

    int codePoint(int at) {
        char c = chars[at];
        return Character.isHighSurrogate(c) ? Character.toCodePoint(c, chars[at + 1]) : c;
    }

    int codePointBefore(int at) {
        char c = chars[at - 1];
        return Character.isLowSurrogate(c) ? Character.toCodePoint(chars[at - 2], c) : c;
    }

    /** Whether every character is below a limit. */
    boolean below(int limit) {
        for (int i = 0; i < length; i++) {
            if (chars[i] >= limit) {
                return false;
            }
        }
        return true;
    }

    String string(int from, int to) {
        return new String(chars, from, to - from);
    }

    void begin() {
        n = 0;
    }

    int added() {
        return n;
    }

    void add(char c) {
        if (n == next.length) {
            next = Arrays.copyOf(next, n * 2);
        }
        next[n++] = c;
    }

    void addCodePoint(int codePoint) {
        if (Character.isBmpCodePoint(codePoint)) {
            add((char) codePoint);
        } else {
            add(Character.highSurrogate(codePoint));
            add(Character.lowSurrogate(codePoint));
        }
    }

    void add(int from, int to) {
        room(to - from);
        System.arraycopy(chars, from, next, n, to - from);
        n += to - from;
    }

    void add(String text) {
        room(text.length());
        text.getChars(0, text.length(), next, n);
        n += text.length();
    }

    void commit() {
        char[] old = chars;
        chars = next;
        length = n;
        next = old;
    }

    private void room(int count) {
        if (n + count > next.length) {
            next = Arrays.copyOf(next, Math.max(n + count, next.length * 2));
        }
    }
}
