package dev.athanor.engine.grammar;

import java.util.Set;

/** Where a text of a grammar stands: all that may still follow. What was computed from here is kept here. */
final class State {
    final Set<Item> items;

    /** Which of the automaton's tables it is in. */
    final int epoch;

    /** Most tokens that the shortest end of the text takes, 0 where it may end here. */
    final int cost;

    /** By byte; null where it was not asked for. Threads may compute one twice, and get equal ones. */
    final State[] next = new State[256];

    private volatile TokenMask mask;

    State(Set<Item> items, int epoch) {
        this.items = items;
        this.epoch = epoch;
        int least = Costs.NEVER;
        for (Item item : items) {
            least = Math.min(least, item.cost);
        }
        this.cost = least;
    }

    /** Whether the text is whole. */
    boolean whole() {
        return items.contains(Item.END);
    }

    /** Whether it is whole, and nothing may follow. */
    boolean closed() {
        return whole() && items.size() == 1;
    }

    TokenMask mask() {
        return mask;
    }

    void mask(TokenMask newMask) {
        mask = newMask;
    }
}
