package dev.athanor.engine.model;

import dev.athanor.engine.generation.GenerationOptions;
import dev.athanor.engine.language.TextScorer;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.table.Task;
import java.util.List;

/**
 * A model loaded from its package: weights packed once, shared by every thread. Immutable.
 *
 * <pre>{@code
 * Model model = ModelPackage.load(files, KernelRegistry.select("auto").kernels());
 * try (Predictor predictor = model.predictor(1024)) {
 *     Predictions p = predictor.predict(batch);
 * }
 * }</pre>
 */
public interface Model {
    /** The content of {@code athanor.json}. */
    Manifest manifest();

    Task task();

    /** Feature columns that {@link Predictor#predict} expects, in order. */
    List<ColumnSpec> signature();

    /** Length of the vectors of an embedding model; 0 for others. */
    default int embeddingWidth() {
        return 0;
    }

    /** Class names, as strings, in index order; empty for regression. */
    List<String> classes();

    /** A predictor for one thread and batches of up to {@code capacity} rows. */
    Predictor predictor(int capacity);

    /**
     * As {@link #predictor}, of a model that generates texts.
     *
     * @throws IllegalStateException if it does not
     */
    default Predictor generator(int capacity, GenerationOptions options) {
        throw new IllegalStateException("Cannot generate text: the model's task is " + task());
    }

    /**
     * Measures how well it predicts texts, for one thread.
     *
     * @throws IllegalStateException if it does not generate texts
     */
    default TextScorer scorer() {
        throw new IllegalStateException("Cannot score text: the model's task is " + task());
    }

    /** Numbers in the vectors of one row: the lengths of its vector columns together. */
    long vectorNumbers();

    /** Rows that a predictor had better hold at once: {@code most}, or fewer where each takes much room. */
    default int batchRows(int most) {
        return batchRows(most, new InputLayout(Math.toIntExact(vectorNumbers()), null, List.of()));
    }

    /** As {@link #batchRows(int)}, for rows of a layout. */
    static int batchRows(int most, InputLayout layout) {
        return layout.rowsWithin(most, 32 << 20, 0);
    }

    /**
     * Floating-point operations of the matrix products of a transformer's blocks for one token, its scores and its head not
     * counted; 0 for other networks.
     */
    default long operationsPerToken() {
        return 0;
    }

    /** Bytes of weights held in memory. */
    long weightBytes();

    /** The kernels it computes with, described in one line for {@code EXPLAIN}. */
    String kernels();
}
