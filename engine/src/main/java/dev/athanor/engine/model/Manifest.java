package dev.athanor.engine.model;

import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * {@code athanor.json}: what a package is, without opening its weights.
 *
 * <p>Its JSON schema is {@code athanor.schema.json} beside this class.
 *
 * @param formatVersion 1
 * @param task what it predicts
 * @param network kind of network: {@code linear}, {@code mlp}, {@code cnn}, {@code text}, {@code transformer}
 * @param networkReason why this network, when {@code auto} chose it
 * @param features input signature
 * @param label name of the label column
 * @param labelType SQL type of the label as DDL: predictions come back in it
 * @param classes class names in index order, as the label's string form; empty for regression
 * @param metrics validation metrics: {@code accuracy}, {@code ece}, …
 * @param temperature softmax temperature fitted on validation rows (classification), 1 when not fitted
 * @param smoothing share of each probability spread over all classes, fitted on validation rows (classification), else 0
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
        double smoothing,
        double intervalLow,
        double intervalHigh,
        Lineage lineage,
        Map<String, String> files) {
    /** The version of the format that this code writes and reads. */
    public static final int FORMAT_VERSION = 1;

    public Manifest {
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(labelType, "labelType");
        Objects.requireNonNull(lineage, "lineage");
        features = List.copyOf(features);
        classes = List.copyOf(classes);
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException("Cannot make manifest: the smoothing is " + smoothing);
        }
        if (!(temperature > 0) || !Double.isFinite(temperature)) {
            throw new IllegalArgumentException("Cannot make manifest: the temperature is " + temperature);
        }
    }

    /** A manifest without smoothing. */
    public Manifest(
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
        this(
                formatVersion,
                task,
                network,
                networkReason,
                features,
                label,
                labelType,
                classes,
                metrics,
                temperature,
                0,
                intervalLow,
                intervalHigh,
                lineage,
                files);
    }

    /** The same manifest over these files. */
    Manifest withFiles(Map<String, String> digests) {
        return with(lineage, digests);
    }

    /** The same manifest of a package that was made of another one. */
    Manifest withLineage(Lineage origin) {
        return with(origin, files);
    }

    private Manifest with(Lineage origin, Map<String, String> digests) {
        return new Manifest(
                formatVersion,
                task,
                network,
                networkReason,
                features,
                label,
                labelType,
                classes,
                metrics,
                temperature,
                smoothing,
                intervalLow,
                intervalHigh,
                origin,
                digests);
    }

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
