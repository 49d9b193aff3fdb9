package dev.athanor.engine.generation;

import dev.athanor.engine.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;

/**
 * The text of tokens that come one by one: a character whose bytes are spread over tokens appears when it is whole.
 *
 * <p>A token's text may depend on the one before it (a space at the beginning is no space), so the last ones are decoded
 * with each new one.
 */
final class TokenText {
    private static final int CONTEXT = 4;
    private static final String INCOMPLETE = "\ufffd";

    private final Tokenizer tokenizer;
    private final StringBuilder text = new StringBuilder();
    private int[] ids;
    private int count;

    /** Ids from here to {@link #read} have their text in {@link #text}, and give the next ones their context. */
    private int context;

    private int read;

    /** @param prompt ids before the text */
    TokenText(Tokenizer tokenizer, int[] prompt, int length) {
        this.tokenizer = tokenizer;
        this.ids = Arrays.copyOfRange(prompt, Math.max(0, length - CONTEXT), length + 28);
        this.count = Math.min(CONTEXT, length);
        this.read = count;
    }

    /** Adds a token, and the characters that it completes. */
    void add(int id) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, count * 2);
        }
        ids[count++] = id;
        append(false);
    }

    /** Adds what is not complete and never will be. */
    void end() {
        append(true);
    }

    private void append(boolean all) {
        String before = tokenizer.decode(ids, context, read, true);
        String after = tokenizer.decode(ids, context, count, true);
        if (after.length() > before.length() && (all || !after.endsWith(INCOMPLETE))) {
            text.append(after, before.length(), after.length());
            context = read;
            read = count;
        }
    }

    /**
     * Cuts the text where the first of some strings begins.
     *
     * @param length of the text when they were last looked for
     * @return whether there is one
     */
    boolean cut(List<String> stops, int length) {
        int first = -1;
        for (String stop : stops) {
            int at = text.indexOf(stop, Math.max(0, length - stop.length() + 1));
            first = at >= 0 && (first < 0 || at < first) ? at : first;
        }
        if (first >= 0) {
            text.setLength(first);
        }
        return first >= 0;
    }

    int length() {
        return text.length();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
