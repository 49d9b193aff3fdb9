package dev.athanor.engine.table;

/** What a model predicts. */
public enum Task {
    /** One of a fixed set of classes, with a probability each. */
    CLASSIFICATION,
    /** A number, with an interval. */
    REGRESSION,
    /** A vector that stands for the meaning of a text. */
    EMBEDDING,
    /** A text that follows another. */
    GENERATION
}
