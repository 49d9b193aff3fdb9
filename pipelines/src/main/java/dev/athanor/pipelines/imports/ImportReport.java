package dev.athanor.pipelines.imports;

import java.util.List;

/**
 * What came of an import.
 *
 * @param model name
 * @param version given by the registry, from 1
 * @param ref {@code name@version}
 * @param task {@code EMBEDDING}, {@code GENERATION}, {@code CLASSIFICATION} or {@code REGRESSION}
 * @param source the folder or file
 * @param family {@code model_type} or {@code general.architecture} of its configuration
 * @param dimensions numbers of each vector, or of each token between blocks
 * @param maxTokens longest text, tokens, special ones included; longer texts are cut; of prompt and text together
 * @param pooling how the vectors of the tokens become one; empty of a model that writes texts
 * @param normalised whether vectors have length 1
 * @param lowerCase whether texts are lower-cased first
 * @param parameters numbers that were learned
 * @param weights bytes of the weights by precision
 * @param bytes of all files of the package
 * @param files of the package, but for its manifest
 * @param seconds from the start to the registered version
 */
public record ImportReport(
        String model,
        int version,
        String ref,
        String task,
        String source,
        String family,
        int dimensions,
        int maxTokens,
        String pooling,
        boolean normalised,
        boolean lowerCase,
        long parameters,
        String weights,
        long bytes,
        List<PackagedFile> files,
        double seconds) {

    /** A file of the package. */
    public record PackagedFile(String name, long bytes, String sha256) {}
}
