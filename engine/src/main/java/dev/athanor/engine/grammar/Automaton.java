package dev.athanor.engine.grammar;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The states of a grammar, made when a text comes to them, and dropped all at once when there are too many. For many
 * threads.
 */
final class Automaton {
    /** From where nothing leads to a whole text. */
    static final State DEAD = new State(Set.of(), 0);

    /** One takes about 1.5 KB. */
    private static final int MOST_STATES = 1 << 14;

    private record Table(int epoch, Map<Set<Item>, State> states) {}

    private final Node first;
    private volatile Table table = new Table(0, new ConcurrentHashMap<>());

    Automaton(Node first) {
        this.first = first;
    }

    State start() {
        Set<Item> items = new HashSet<>();
        close(new Item(first, 0, Item.END), items);
        return state(items);
    }

    /** The state after a byte, {@link #DEAD} where it cannot be. */
    State next(State state, int b) {
        State next = state.next[b];
        if (next == null) {
            next = compute(state, b);
            state.next[b] = next;
        }
        return next;
    }

    private State compute(State state, int b) {
        Set<Item> items = null;
        for (Item item : state.items) {
            if (item.node instanceof Node.Terminal terminal) {
                Item next = terminal.next(item.at, b, item.rest);
                if (next != null) {
                    items = items == null ? new HashSet<>() : items;
                    close(next, items);
                }
            }
        }
        return items == null ? DEAD : state(items);
    }

    /** Adds what takes the next byte, and the end where the text may be whole. */
    private static void close(Item item, Set<Item> to) {
        if (item.node instanceof Node.Compound compound) {
            compound.expand(item.at, item.rest, next -> close(next, to));
        } else if (to.add(item) && item.node instanceof Node.Terminal terminal && terminal.mayEnd(item.at)) {
            close(item.rest, to);
        }
    }

    private State state(Set<Item> items) {
        Table here = table;
        return here.states.computeIfAbsent(items, key -> new State(key, here.epoch));
    }

    /** The state as it is known now; an old one leads to old ones alone, which nobody else uses. */
    State known(State state) {
        return state.epoch == table.epoch ? state : state(state.items);
    }

    /** The state of which tokens of so many bytes are the same as of another one. */
    State alike(State state, int bytes) {
        Set<Item> items = null;
        for (Item item : state.items) {
            if (item.node instanceof Node.Terminal terminal) {
                int at = terminal.alike(item.at, bytes);
                if (at != item.at) {
                    items = items == null ? new HashSet<>(state.items) : items;
                    items.remove(item);
                    items.add(new Item(terminal, at, item.rest));
                }
            }
        }
        return items == null ? state : state(items);
    }

    boolean full() {
        return table.states.size() > MOST_STATES;
    }

    void clear() {
        table = new Table(table.epoch + 1, new ConcurrentHashMap<>());
    }
}
