package dev.athanor.engine.tokenizer;

/**
 * Turns text into the token ids of one model, and back; safe for use by many threads, each with its own {@link Tokens}.
 *
 * <pre>{@code
 * Tokenizer tokenizer = TokenizerJson.read(Path.of("minilm/tokenizer.json"));
 * Tokens tokens = new Tokens();
 * boolean cut = tokenizer.encode("a cat sat", null, 128, tokens);     // [CLS] a cat sat [SEP]
 * }</pre>
 *
 * <p>A surrogate without its partner is read as {@code ?}, as Java's UTF-8 encoder writes it. Truncation and padding that
 * a file asks for are not applied: the caller says how long a sequence may be, and pads where it batches.
 */
public interface Tokenizer {
    /** Appends the ids of a text, without the special tokens of the model's template. */
    void encode(String text, Tokens out);

    /**
     * Replaces what {@code out} holds by the ids of a text or a pair in the model's template, cut from the right as
     * {@code longest_first} does: from the longer of the two until the whole fits.
     *
     * @param pair second text, or null
     * @param maxLength largest number of ids, special tokens included
     * @return whether something was cut off
     * @throws dev.athanor.engine.AthanorException if the template's special tokens alone exceed {@code maxLength}
     */
    boolean encode(String text, String pair, int maxLength, Tokens out);

    /**
     * The text of ids from {@code from} to {@code to}, exclusive; an id that the vocabulary lacks adds nothing.
     *
     * @param skipSpecial whether special tokens are left out
     */
    String decode(int[] ids, int from, int to, boolean skipSpecial);

    /**
     * What a token adds to a text that has begun, as bytes of UTF-8, which may be a part of a character; null for a special
     * token and an id that the vocabulary lacks.
     */
    byte[] bytes(int id);

    Vocabulary vocabulary();
}
