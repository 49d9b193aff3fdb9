package dev.athanor.engine.nn;

/**
 * How much there is to a network, counted before anything is allocated.
 *
 * @param dense trained values of its layers
 * @param tables values of its embedding tables and running statistics
 * @param perRow values that a row takes on its way through, at least
 */
public record NetworkSize(long dense, long tables, long perRow) {
    /** The size of what the specification declares. */
    public static NetworkSize of(NetworkSpec spec) {
        return Declarations.size(spec);
    }
}
