package dev.athanor.engine.grammar;

import java.util.concurrent.atomic.AtomicLong;

/** A schema's grammar over the tokens of one model, with the masks computed so far; for many threads. */
public final class JsonGrammar {
    /** Memory for masks, after which they are dropped and computed anew. */
    private static final long MOST_BYTES = 64L << 20;

    /**
     * How many more tokens than in the beginning the end of a text may need at any time. Each level of nesting needs one, and
     * readers of JSON take no more than 1,000 levels.
     */
    private static final int MOST_OPEN = 512;

    private final TokenBytes tokens;
    private final Automaton automaton;
    private final AtomicLong bytes = new AtomicLong();

    JsonGrammar(JsonSchema schema, TokenBytes tokens) {
        this.tokens = tokens;
        this.automaton = new Automaton(GrammarCompiler.compile(schema, tokens));
    }

    /** Most tokens that the shortest value takes; a text with room for fewer may not come to an end. */
    public int shortest() {
        return automaton.start().cost;
    }

    /** A text that begins. */
    public Acceptor begin() {
        return new Acceptor(this, automaton.start());
    }

    int limit(int remaining) {
        return Math.min(remaining - 1, shortest() + MOST_OPEN);
    }

    /** The state after a token. */
    State after(State state, int id) {
        State next = automaton.known(state);
        for (byte b : tokens.of(id)) {
            next = automaton.next(next, b & 0xff);
        }
        return next;
    }

    TokenMask mask(State state) {
        if (state.mask() == null) {
            State alike = automaton.alike(state, tokens.longest);
            if (alike.mask() == null) {
                alike.mask(walk(alike));
                bytes.addAndGet(alike.mask().bytes());
            }
            TokenMask mask = alike.mask();
            state.mask(mask);
            if (automaton.full() || bytes.get() > MOST_BYTES) {
                automaton.clear();
                bytes.set(0);
            }
            return mask;
        }
        return state.mask();
    }

    private TokenMask walk(State from) {
        State[] path = new State[tokens.longest + 1];
        int[] ids = new int[tokens.vocabulary()];
        int[] costs = new int[tokens.vocabulary()];
        int count = 0;
        path[0] = from;
        for (int i = 0; i < tokens.nodes; ) {
            int depth = tokens.depth[i];
            State state = automaton.next(path[depth - 1], tokens.node[i] & 0xff);
            if (state == Automaton.DEAD) {
                i = tokens.after[i];
                continue;
            }
            path[depth] = state;
            for (int id = tokens.token[i]; id >= 0; id = tokens.same[id]) {
                ids[count] = id;
                costs[count++] = state.cost;
            }
            i++;
        }
        if (from.whole()) {
            for (int id : tokens.ends()) {
                ids[count] = id;
                costs[count++] = 0;
            }
        }
        return new TokenMask(ids, costs, count, tokens.vocabulary());
    }
}
