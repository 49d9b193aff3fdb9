package dev.athanor.engine.grammar;

import java.util.List;
import java.util.function.Consumer;

/** Some parts in a row, none for nothing. */
record Series(List<Node> parts) implements Node.Compound {
    @Override
    public int cost(int at) {
        int sum = 0;
        for (Node part : parts) {
            sum = Costs.sum(sum, part.cost(0));
        }
        return sum;
    }

    @Override
    public void expand(int at, Item rest, Consumer<Item> to) {
        Item item = rest;
        for (int i = parts.size() - 1; i >= 0; i--) {
            item = new Item(parts.get(i), 0, item);
        }
        to.accept(item);
    }
}
