package dev.athanor.engine.grammar;

/** Counts of tokens, of which one says that there is no end. */
final class Costs {
    /** More than any text has. */
    static final int NEVER = 1 << 28;

    private Costs() {}

    static int sum(int a, int b) {
        return Math.min(NEVER, a + b);
    }

    static int times(int count, int cost) {
        return (int) Math.min(NEVER, (long) count * cost);
    }
}
