package dev.athanor.engine.grammar;

import java.util.function.Consumer;

/** A part with a name, which others and itself may refer to. */
final class Rule implements Node.Compound {
    private Node body;
    private int cost = Costs.NEVER;

    void is(Node newBody) {
        body = newBody;
    }

    Node body() {
        return body;
    }

    /** Computes the cost anew from what is known; returns whether it fell. */
    boolean settle() {
        int now = body.cost(0);
        boolean fell = now < cost;
        cost = Math.min(cost, now);
        return fell;
    }

    @Override
    public int cost(int at) {
        return cost;
    }

    @Override
    public void expand(int at, Item rest, Consumer<Item> to) {
        to.accept(new Item(body, 0, rest));
    }
}
