package dev.athanor.engine.language;

import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.Tokens;
import java.nio.charset.StandardCharsets;

/**
 * Cuts texts into windows of T+1 tokens, each beginning with the last token of the one before: every token but the very
 * first is predicted once, from at most T before it. Texts follow each other, an end token between. One thread.
 */
public final class TokenWindows {
    private final Tokenizer tokenizer;
    private final int end;
    private final Sink sink;
    private final Tokens tokens = new Tokens();
    private final int[] window;
    private int size;
    private long predicted;
    private long characters;
    private long bytes;

    /** Receives windows. */
    public interface Sink {
        /** @param ids of which the first {@code size}, 2 to T+1, count; valid during the call */
        void window(int[] ids, int size);
    }

    /**
     * @param end id of the token after each text, or -1 for none
     * @param context T
     */
    public TokenWindows(Tokenizer tokenizer, int end, int context, Sink sink) {
        this.tokenizer = tokenizer;
        this.end = end;
        this.sink = sink;
        this.window = new int[context + 1];
    }

    /** Adds a piece of a text; {@code last} ends the text. */
    public void add(String piece, boolean last) {
        tokens.clear();
        tokenizer.encode(piece, tokens);
        characters += piece.codePointCount(0, piece.length());
        bytes += piece.getBytes(StandardCharsets.UTF_8).length;
        for (int i = 0; i < tokens.size(); i++) {
            add(tokens.ids()[i]);
        }
        if (last && end >= 0) {
            add(end);
        }
    }

    private void add(int id) {
        window[size++] = id;
        if (size == window.length) {
            emit();
        }
    }

    private void emit() {
        sink.window(window, size);
        predicted += size - 1;
        window[0] = window[size - 1];
        size = 1;
    }

    /** Hands over what is left when all texts were added. */
    public void finish() {
        if (size > 1) {
            emit();
        }
        size = 0;
    }

    /** Tokens that windows predict. */
    public long predicted() {
        return predicted;
    }

    /** Characters (code points) of the texts. */
    public long characters() {
        return characters;
    }

    /** Bytes of the texts as UTF-8. */
    public long bytes() {
        return bytes;
    }
}
