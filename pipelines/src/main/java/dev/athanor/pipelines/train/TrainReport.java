package dev.athanor.pipelines.train;

import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.train.EpochMetrics;
import java.util.List;

/**
 * What came of a training; figures that do not apply to the task are null.
 *
 * @param model name
 * @param version given by the registry, from 1
 * @param ref {@code name@version}
 * @param task {@code CLASSIFICATION}, {@code REGRESSION} or {@code GENERATION}
 * @param network kind of network
 * @param networkReason why this kind
 * @param optimizer {@code adamw} or {@code sgd}
 * @param features feature columns, in order
 * @param label label column; null for a language model
 * @param classes number of classes; 0 for regression
 * @param parameters of the network
 * @param rows rows trained and validated on; texts of a language model, the lines of a file being one
 * @param rowsDropped rows left out because they have no label
 * @param epochsRun epochs finished
 * @param bestEpoch the epoch whose weights were kept
 * @param trainingSeconds from the first row read for training to the last step, calibration included
 * @param rowsPerSecond training rows, of a language model windows of its context, over time, mean over the epochs
 * @param accuracy on the validation rows, as all metrics
 * @param intervalCoverage share of labels within the 90 % interval
 * @param loss of a language model on the text kept aside, nats per token
 * @param perplexity its exponential
 * @param lossPerCharacter nats per character, which other tokenizers compare with
 * @param bitsPerByte the same in bits, per byte of UTF-8
 * @param spilledBytes encoded rows written to local disk because they did not fit in memory
 * @param kernels what it was computed with
 * @param kernelsReason why with these
 * @param lineage where the model came from
 * @param notes what a reader should know: why this task, rows left out, too few rows to measure on
 * @param history finished epochs
 */
public record TrainReport(
        String model,
        int version,
        String ref,
        String task,
        String network,
        String networkReason,
        String optimizer,
        List<String> features,
        String label,
        int classes,
        long parameters,
        long rows,
        long rowsDropped,
        int epochsRun,
        int bestEpoch,
        double trainingSeconds,
        double rowsPerSecond,
        Double accuracy,
        Double macroF1,
        Double ece,
        Double brier,
        Double logLoss,
        Double rmse,
        Double mae,
        Double r2,
        Double intervalCoverage,
        Double loss,
        Double perplexity,
        Double lossPerCharacter,
        Double bitsPerByte,
        long spilledBytes,
        String kernels,
        String kernelsReason,
        Lineage lineage,
        List<String> notes,
        List<EpochMetrics> history) {

    /**
     * Where the model came from.
     *
     * @param source table name or path
     * @param sourceVersion Delta version, or null when the source has none
     * @param query how the rows were selected
     * @param seed of all randomness
     * @param codeVersion Athanor's version
     * @param runId the run that made it
     * @param createdAt ISO-8601 instant
     * @param rows rows it was trained on
     */
    public record Lineage(
            String source,
            Long sourceVersion,
            String query,
            long seed,
            String codeVersion,
            String runId,
            String createdAt,
            long rows) {
        static Lineage of(Manifest.Lineage packaged) {
            return new Lineage(
                    packaged.source(),
                    packaged.sourceVersion() < 0 ? null : Long.valueOf(packaged.sourceVersion()),
                    packaged.query(),
                    packaged.seed(),
                    packaged.codeVersion(),
                    packaged.runId(),
                    packaged.createdAt(),
                    packaged.rows());
        }
    }
}
