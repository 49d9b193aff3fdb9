package dev.athanor.engine.grammar;

/** Bytes in a row, each one of a range: a literal, or digits. */
final class Span implements Node.Terminal {
    private final byte[] low;
    private final byte[] high;
    private final int[] costs;

    /** @param costs tokens from each byte on */
    Span(byte[] low, byte[] high, int[] costs) {
        this.low = low;
        this.high = high;
        this.costs = costs;
    }

    @Override
    public int cost(int at) {
        return costs[at];
    }

    @Override
    public Item next(int at, int b, Item rest) {
        if (b < (low[at] & 0xff) || b > (high[at] & 0xff)) {
            return null;
        }
        return at + 1 == low.length ? rest : new Item(this, at + 1, rest);
    }
}
