package dev.athanor.engine.grammar;

import java.util.List;
import java.util.function.Consumer;

/** One of some parts. */
record Alternatives(List<Node> parts) implements Node.Compound {
    @Override
    public int cost(int at) {
        int least = Costs.NEVER;
        for (Node part : parts) {
            least = Math.min(least, part.cost(0));
        }
        return least;
    }

    @Override
    public void expand(int at, Item rest, Consumer<Item> to) {
        for (Node part : parts) {
            to.accept(new Item(part, 0, rest));
        }
    }
}
