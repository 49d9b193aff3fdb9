package dev.athanor.engine.grammar;

/**
 * What is still to come of a text: a node of the grammar from a place within it on, and what follows it. A stack, which
 * texts that go on differently share from some depth on.
 */
final class Item {
    /** Nothing: the text is whole. */
    static final Item END = new Item();

    final Node node;
    final int at;
    final Item rest;

    /** Most tokens that the shortest end of the text takes. */
    final int cost;

    private final int hash;

    private Item() {
        node = null;
        at = 0;
        rest = null;
        cost = 0;
        hash = 1;
    }

    Item(Node node, int at, Item rest) {
        this.node = node;
        this.at = at;
        this.rest = rest;
        this.cost = Costs.sum(node.cost(at), rest.cost);
        this.hash = (rest.hash * 31 + System.identityHashCode(node)) * 31 + at;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Item that)) {
            return false;
        }
        Item a = this;
        Item b = that;
        while (a != b) {
            if (a.hash != b.hash || a.node != b.node || a.at != b.at || a.node == null) {
                return false;
            }
            a = a.rest;
            b = b.rest;
        }
        return true;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
