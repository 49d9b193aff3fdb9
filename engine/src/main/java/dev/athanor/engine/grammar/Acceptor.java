package dev.athanor.engine.grammar;

/**
 * One text of a grammar on its way: which tokens may come next, so that it is whole before its tokens run out. Belongs to
 * one thread.
 *
 * <pre>{@code
 * Acceptor text = grammar.begin();
 * while (!text.closed() && left > 0) {
 *     text.mask(logits, 0, vocabulary, left--);
 *     text.accept(best(logits));
 * }
 * }</pre>
 */
public final class Acceptor {
    private final JsonGrammar grammar;
    private State state;
    private boolean hurried;

    Acceptor(JsonGrammar grammar, State state) {
        this.grammar = grammar;
        this.state = state;
    }

    /**
     * Sets the logits of all tokens to negative infinity that may not come next; those that end a text stay only where it is
     * whole.
     *
     * @param logits one for each token from {@code at} on
     * @param left tokens that the text may still have, this one included
     */
    public void mask(float[] logits, int at, int vocabulary, int left) {
        hurried |= grammar.mask(state).apply(logits, at, vocabulary, grammar.limit(left));
    }

    /** The token after which the text may end soonest: one that may always come. */
    public int soonest() {
        return grammar.mask(state).cheapest();
    }

    /** Adds a token to the text; one that ends texts leaves it as it is. */
    public void accept(int id) {
        state = grammar.after(state, id);
    }

    /** Whether nothing may follow. */
    public boolean closed() {
        return state.closed();
    }

    /** Whether another token would have been more probable, and was not allowed because too few were left. */
    public boolean hurried() {
        return hurried;
    }
}
