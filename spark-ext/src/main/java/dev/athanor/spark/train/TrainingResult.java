package dev.athanor.spark.train;

import dev.athanor.engine.metrics.Evaluation;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.train.EpochMetrics;
import java.util.List;
import java.util.Map;

/**
 * What a finished training task hands back; the package is in its directory.
 *
 * @param task what the model predicts
 * @param network kind of network
 * @param networkReason why this kind
 * @param classes class names in index order; empty for regression
 * @param parameters of the network
 * @param rows rows trained and validated on
 * @param rowsDropped rows left out because they have no label
 * @param seconds from the first row asked for to the end of calibration
 * @param firstStepSeconds from the start of the task to the first training step; NaN when unknown
 * @param metrics on the validation rows
 * @param evaluation on the validation rows
 * @param history finished epochs
 * @param bestEpoch the epoch whose weights were kept
 * @param notes what a reader should know: why this task, rows left out, too few rows to measure on
 * @param spilledBytes encoded rows written to local disk
 * @param kernels what it was computed with
 * @param kernelsReason why with these
 * @param lineage where the model came from
 */
public record TrainingResult(
        Task task,
        String network,
        String networkReason,
        List<String> classes,
        long parameters,
        long rows,
        long rowsDropped,
        double seconds,
        double firstStepSeconds,
        Map<String, Double> metrics,
        Evaluation evaluation,
        List<EpochMetrics> history,
        int bestEpoch,
        List<String> notes,
        long spilledBytes,
        String kernels,
        String kernelsReason,
        Manifest.Lineage lineage) {}
