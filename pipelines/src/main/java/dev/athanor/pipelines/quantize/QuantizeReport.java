package dev.athanor.pipelines.quantize;

/**
 * What came of quantising a model.
 *
 * @param model name
 * @param version given by the registry
 * @param ref {@code name@version}
 * @param original the version that was quantised
 * @param precision of the new weights: {@code int8} or {@code bf16}
 * @param originalWeights bytes of the original weights by precision
 * @param weights bytes of the new weights by precision
 * @param sizeRatio bytes of the new weights by those of the original ones
 * @param kernels with what the new version computes here
 * @param comparedOn what the texts are
 * @param texts how many were compared
 * @param originalTextsPerSecond of the original, one thread
 * @param textsPerSecond of the new version, one thread, taken in turns with the original
 * @param speedRatio texts per second of the new version by those of the original
 * @param meanCosine mean over the texts of the cosine of the angle between both vectors of a text; 1 for equal ones
 * @param leastCosine of the text whose vectors differ most
 * @param similarityCorrelation Spearman's rank correlation, over pairs of texts, of both versions' cosine similarities
 * @param seconds from the start to the registered version
 */
public record QuantizeReport(
        String model,
        int version,
        String ref,
        String original,
        String precision,
        String originalWeights,
        String weights,
        double sizeRatio,
        String kernels,
        String comparedOn,
        int texts,
        double originalTextsPerSecond,
        double textsPerSecond,
        double speedRatio,
        double meanCosine,
        double leastCosine,
        double similarityCorrelation,
        double seconds) {}
