package dev.athanor.engine.kernels;

/** A loss of one prediction against one target. */
public enum ElementLoss {
    /** {@code (p - t)²}. */
    SQUARED,
    /** {@code d²/2} where {@code |d| ≤ 1}, else {@code |d| - 1/2}, with {@code d = p - t} (Huber, 1964). */
    HUBER,
    /** Binary cross-entropy of a logit against a target in [0,1]. */
    BINARY_CROSS_ENTROPY
}
