package dev.athanor.engine.model;

import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import java.util.List;
import java.util.Map;

/**
 * {@code athanor.json}: what a package is, without opening its weights.
 *
 * <p>Its JSON schema is {@code athanor.schema.json} beside this class.
 *
 * @param formatVersion 1
 * @param task what it predicts
 * @param network kind of network: {@code linear}, {@code mlp}, {@code cnn}, {@code text}
 * @param networkReason why this network, when {@code auto} chose it
 * @param features input signature
 * @param label name of the label column
 * @param labelType SQL type of the label as DDL: predictions come back in it
 * @param classes class names in index order, as the label's string form; empty for regression
 * @param metrics validation metrics: {@code accuracy}, {@code ece}, …
 * @param temperature softmax temperature fitted on validation rows (classification), 1 when not fitted
 * @param intervalLow what to add to a prediction for the lower end of the 90 % interval (regression, label's unit)
 * @param intervalHigh what to add for the upper end
 * @param lineage where it came from
 * @param files sha256, in lower-case hex, of every other file of the package
 */
public record Manifest(
        int formatVersion,
        Task task,
        String network,
        String networkReason,
        List<ColumnSpec> features,
        String label,
        String labelType,
        List<String> classes,
        Map<String, Double> metrics,
        double temperature,
        double intervalLow,
        double intervalHigh,
        Lineage lineage,
        Map<String, String> files) {

    /**
     * Where a model came from.
     *
     * @param source table name or path
     * @param sourceVersion Delta version, or -1 when the source has none
     * @param query how the rows were selected, or null
     * @param seed of all randomness
     * @param codeVersion Athanor's version
     * @param runId the run that made it
     * @param createdAt ISO-8601 instant
     * @param rows rows it was trained on
     */
    public record Lineage(
            String source,
            long sourceVersion,
            String query,
            long seed,
            String codeVersion,
            String runId,
            String createdAt,
            long rows) {}
}
