package dev.athanor.engine.grammar;

import java.util.function.Consumer;

/**
 * The items of an array, or the entries of an object, after the first bracket, with the last one; {@code at} counts those
 * that came.
 *
 * @param most items, -1 for no limit
 */
record Repetition(Node item, Node comma, Node close, int least, int most) implements Node.Compound {
    @Override
    public int cost(int at) {
        int left = Math.max(0, least - at);
        int each = Costs.sum(item.cost(0), comma.cost(0));
        int all = Costs.sum(Costs.times(left, each), close.cost(0));
        return at == 0 && left > 0 && all < Costs.NEVER ? all - comma.cost(0) : all;
    }

    @Override
    public void expand(int at, Item rest, Consumer<Item> to) {
        if (at >= least) {
            to.accept(new Item(close, 0, rest));
        }
        if (most < 0 || at < most) {
            int next = most < 0 ? Math.min(at + 1, Math.max(1, least)) : at + 1;
            Item more = new Item(item, 0, new Item(this, next, rest));
            to.accept(at == 0 ? more : new Item(comma, 0, more));
        }
    }
}
