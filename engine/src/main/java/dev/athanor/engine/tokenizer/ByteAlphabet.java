package dev.athanor.engine.tokenizer;

import java.util.Arrays;

/** GPT-2's letter for each byte: printable bytes stand for themselves, the others for U+0100 and on. */
final class ByteAlphabet {
    private final char[] letters = new char[256];
    private final short[] bytes = new short[0x144];

    ByteAlphabet() {
        Arrays.fill(bytes, (short) -1);
        int next = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
            letters[b] = (char) (printable ? b : next++);
            bytes[letters[b]] = (short) b;
        }
    }

    char letter(int b) {
        return letters[b & 0xff];
    }

    /** Byte of a letter, -1 where it is none. */
    int byteOf(char letter) {
        return letter < bytes.length ? bytes[letter] : -1;
    }
}
