package dev.athanor.engine.tokenizer;

import java.util.Locale;

/** Tokens that stand for one byte of UTF-8 each: {@code <0x00>} to {@code <0xFF>}. */
final class ByteTokens {
    private static final int LENGTH = 6;

    private ByteTokens() {}

    /** Their ids by byte; -1 where the vocabulary lacks one. */
    static int[] ids(Vocabulary vocabulary) {
        int[] ids = new int[256];
        for (int b = 0; b < 256; b++) {
            ids[b] = vocabulary.id(String.format(Locale.ROOT, "<0x%02X>", b));
        }
        return ids;
    }

    /** The byte that a token stands for, -1 where it is an ordinary one. */
    static int byteOf(String token) {
        if (token.length() != LENGTH || !token.startsWith("<0x") || token.charAt(LENGTH - 1) != '>') {
            return -1;
        }
        int high = Character.digit(token.charAt(3), 16);
        int low = Character.digit(token.charAt(4), 16);
        return high < 0 || low < 0 ? -1 : (high << 4) | low;
    }
}
