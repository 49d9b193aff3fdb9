package dev.athanor.engine.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Byte-pair encoding: of bytes, or of characters with their bytes for those that the vocabulary lacks. */
final class BytePairModel implements TokenModel {
    private static final int ASCII = 128;

    /** Two tokens that merge. */
    record Merge(String left, String right) {}

    /**
     * How words are read.
     *
     * @param bytes whether symbols are bytes in GPT-2's alphabet
     * @param byteFallback whether a character that the vocabulary lacks becomes tokens {@code <0xNN>}
     * @param unknownToken what else becomes, null for nothing
     * @param fuseUnknown whether unknown characters in a row become one token
     * @param wholeWords whether a word that is a token is not merged from its parts
     */
    record Options(boolean bytes, boolean byteFallback, String unknownToken, boolean fuseUnknown, boolean wholeWords) {}

    private final Vocabulary vocabulary;
    private final Options options;
    private final MergeTable merges;
    private final int[] bytes;
    private final boolean allBytes;
    private final int[] ascii = new int[ASCII];
    private final Map<Integer, Integer> characters = new HashMap<>();
    private final int unknown;
    private final ByteAlphabet alphabet = new ByteAlphabet();
    private final BoundarySplit boundary;

    BytePairModel(Vocabulary vocabulary, Merges pairs, Options options) {
        this.vocabulary = vocabulary;
        this.options = options;
        this.unknown = options.unknownToken() == null ? -1 : vocabulary.id(options.unknownToken());
        this.merges = pairs.table();
        bytes = options.bytes() ? byteLetters() : fallback();
        boolean all = bytes.length == 256;
        for (int b : bytes) {
            all &= b >= 0;
        }
        allBytes = all;
        for (int c = 0; c < ASCII; c++) {
            ascii[c] = vocabulary.id(String.valueOf((char) c));
        }
        for (int id = 0; id < vocabulary.size(); id++) {
            String token = vocabulary.token(id);
            if (token != null && !token.isEmpty() && token.codePointCount(0, token.length()) == 1) {
                characters.put(token.codePointAt(0), id);
            }
        }
        boolean cuts = !options.bytes() && !options.wholeWords() && characters.containsKey((int) Merges.SPACE_MARK);
        this.boundary = cuts ? pairs.boundary() : null;
    }

    private int[] byteLetters() {
        int[] ids = new int[256];
        for (int b = 0; b < 256; b++) {
            ids[b] = vocabulary.id(String.valueOf(alphabet.letter(b)));
        }
        return ids;
    }

    private int[] fallback() {
        return options.byteFallback() ? ByteTokens.ids(vocabulary) : new int[0];
    }

    @Override
    public void encode(char[] chars, int from, int to, Workspace work, IdList out) {
        if (options.wholeWords()) {
            int id = vocabulary.id(options.bytes() ? letters(chars, from, to) : new String(chars, from, to - from));
            if (id >= 0) {
                out.add(id);
                return;
            }
        }
        Symbols symbols = work.symbols;
        symbols.size = 0;
        if (options.bytes() && allBytes) {
            addBytes(chars, from, to, symbols);
        } else if (options.bytes()) {
            String letters = letters(chars, from, to);
            addCharacters(letters.toCharArray(), 0, letters.length(), symbols);
        } else {
            addCharacters(chars, from, to, symbols);
        }
        symbols.merge(merges);
        out.add(symbols.ids, 0, symbols.size);
    }

    private void addBytes(char[] chars, int from, int to, Symbols symbols) {
        for (int i = from; i < to; i++) {
            char c = chars[i];
            if (c < 0x80) {
                symbols.add(bytes[c]);
            } else if (c < 0x800) {
                symbols.add(bytes[0xc0 | (c >> 6)]);
                symbols.add(bytes[0x80 | (c & 0x3f)]);
            } else if (Character.isHighSurrogate(c)) {
                int cp = Character.toCodePoint(c, chars[++i]);
                symbols.add(bytes[0xf0 | (cp >> 18)]);
                symbols.add(bytes[0x80 | ((cp >> 12) & 0x3f)]);
                symbols.add(bytes[0x80 | ((cp >> 6) & 0x3f)]);
                symbols.add(bytes[0x80 | (cp & 0x3f)]);
            } else {
                symbols.add(bytes[0xe0 | (c >> 12)]);
                symbols.add(bytes[0x80 | ((c >> 6) & 0x3f)]);
                symbols.add(bytes[0x80 | (c & 0x3f)]);
            }
        }
    }

    private String letters(char[] chars, int from, int to) {
        StringBuilder letters = new StringBuilder();
        for (byte b : new String(chars, from, to - from).getBytes(StandardCharsets.UTF_8)) {
            letters.append(alphabet.letter(b));
        }
        return letters.toString();
    }

    private void addCharacters(char[] chars, int from, int to, Symbols symbols) {
        boolean pending = false; // an unknown token that the next known character writes
        for (int i = from; i < to; ) {
            int cp = Character.isHighSurrogate(chars[i]) ? Character.toCodePoint(chars[i], chars[i + 1]) : chars[i];
            int next = i + Character.charCount(cp);
            int id = cp < ASCII ? ascii[cp] : characters.getOrDefault(cp, -1);
            if (id >= 0) {
                if (pending) {
                    symbols.add(unknown);
                    pending = false;
                }
                symbols.add(id);
            } else if (!options.byteFallback() || !fallsBack(cp, chars, i, next, symbols)) {
                if (unknown >= 0) {
                    if (pending && !options.fuseUnknown()) {
                        symbols.add(unknown);
                    }
                    pending = true;
                }
            }
            i = next;
        }
        if (pending) {
            symbols.add(unknown);
        }
    }

    private boolean fallsBack(int cp, char[] chars, int from, int to, Symbols symbols) {
        if (options.bytes()) {
            return false;
        }
        if (allBytes) {
            addBytes(chars, from, to, symbols);
            return true;
        }
        byte[] utf8 = Character.toString(cp).getBytes(StandardCharsets.UTF_8);
        for (byte b : utf8) {
            if (bytes[b & 0xff] < 0) {
                return false;
            }
        }
        addBytes(chars, from, to, symbols);
        return true;
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public BoundarySplit boundary() {
        return boundary;
    }
}
