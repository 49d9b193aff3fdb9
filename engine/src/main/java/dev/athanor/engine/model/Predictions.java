package dev.athanor.engine.model;

import dev.athanor.engine.tensor.Tensor;

/**
 * Results of one {@link Predictor#predict} call; valid until the next call of the same predictor.
 *
 * <p>For classification {@link #classIndex}, {@link #probability}; for regression {@link #value}, {@link #low},
 * {@link #high}; for embeddings {@link #embeddings}; for generators {@link #text}. A row with an {@link #error} has no
 * other value, and what a task has not is an {@link IllegalStateException}.
 */
public interface Predictions {
    int rows();

    /** Why this row has no prediction, or null. */
    String error(int row);

    /** Index into {@link Model#classes()} of the most probable class. */
    default int classIndex(int row) {
        throw new IllegalStateException("Cannot get a class: the model predicts none");
    }

    /** Calibrated probability of a class, in [0,1]; they sum to 1 over the classes. */
    default float probability(int row, int classIndex) {
        throw new IllegalStateException("Cannot get a class: the model predicts none");
    }

    /** Predicted number, in the label's unit. */
    default double value(int row) {
        throw new IllegalStateException("Cannot get a number: the model predicts none");
    }

    /**
     * Vectors of all rows, for embeddings; a row with an {@link #error} is zero.
     *
     * @return (rows,D)
     */
    default Tensor embeddings() {
        throw new IllegalStateException("Cannot get embeddings: the model predicts classes or numbers");
    }

    /** What follows the prompt of a row, for generators; null where there is an {@link #error}. */
    default String text(int row) {
        throw new IllegalStateException("Cannot get a text: the model generates none");
    }

    /** Whether the text of a row was longer than the model takes, and was cut. */
    default boolean isTruncated(int row) {
        return false;
    }

    /** Lower end of the 90 % interval measured on the validation rows, in the label's unit. */
    default double low(int row) {
        throw new IllegalStateException("Cannot get a number: the model predicts none");
    }

    /** Upper end of the 90 % interval measured on the validation rows, in the label's unit. */
    default double high(int row) {
        throw new IllegalStateException("Cannot get a number: the model predicts none");
    }
}
