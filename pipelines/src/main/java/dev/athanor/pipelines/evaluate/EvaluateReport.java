package dev.athanor.pipelines.evaluate;

import dev.athanor.engine.metrics.Evaluation;
import java.util.List;

/**
 * Quality of a model on labelled rows; figures that do not apply to the task are null.
 *
 * @param model name
 * @param version from 1
 * @param ref {@code name@version}
 * @param task {@code CLASSIFICATION}, {@code REGRESSION} or {@code GENERATION}
 * @param source table or path of the rows
 * @param sourceVersion its Delta version, or null when it has none
 * @param rows rows measured
 * @param unlabelled rows left out because their label is null
 * @param errors rows left out because they could not be predicted
 * @param ece expected calibration error, 15 bins
 * @param intervalCoverage share of labels within the 90 % interval
 * @param intervalWidth mean width of the interval, in the label's unit
 * @param loss of a language model, nats per token
 * @param perplexity its exponential
 * @param lossPerCharacter nats per character, which other tokenizers compare with
 * @param bitsPerByte the same in bits, per byte of UTF-8
 * @param perClass quality per class
 * @param confusion rows by actual (outer) and predicted (inner) class
 * @param reliability confidence against accuracy
 * @param seconds wall time
 * @param rowsPerSecond rows over wall time
 * @param kernels what it was computed with
 * @param reportPage path of the HTML page, or null
 */
public record EvaluateReport(
        String model,
        int version,
        String ref,
        String task,
        String source,
        Long sourceVersion,
        long rows,
        long unlabelled,
        long errors,
        Double accuracy,
        Double macroF1,
        Double ece,
        Double brier,
        Double logLoss,
        Double rmse,
        Double mae,
        Double r2,
        Double intervalCoverage,
        Double intervalWidth,
        Double loss,
        Double perplexity,
        Double lossPerCharacter,
        Double bitsPerByte,
        List<Evaluation.ClassQuality> perClass,
        List<List<Long>> confusion,
        List<Evaluation.ReliabilityBin> reliability,
        double seconds,
        double rowsPerSecond,
        String kernels,
        String reportPage) {}
