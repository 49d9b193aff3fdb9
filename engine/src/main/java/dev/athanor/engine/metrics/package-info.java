/**
 * Quality measures and calibration of predictions.
 *
 * <p>Entry types: {@link dev.athanor.engine.metrics.Evaluator}, which collects over batches, tasks and executors, and the
 * {@link dev.athanor.engine.metrics.Evaluation} it ends in. Depends on {@code model} (its interfaces) and {@code table}.
 */
package dev.athanor.engine.metrics;
