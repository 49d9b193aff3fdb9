package dev.athanor.engine.tokenizer;

/** The stage that turns a word into ids. */
sealed interface TokenModel permits WordPieceModel, BytePairModel, UnigramModel {
    /** Appends the ids of the word from {@code from} to {@code to}, which is not empty. */
    void encode(char[] chars, int from, int to, Workspace work, IdList out);

    /** The model's own tokens. */
    Vocabulary vocabulary();

    /** Cuts words where that does not change their ids, or null. */
    default BoundarySplit boundary() {
        return null;
    }
}
