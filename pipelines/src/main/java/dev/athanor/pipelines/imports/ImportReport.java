package dev.athanor.pipelines.imports;

import java.util.List;

/**
 * What came of an import.
 *
 * @param model name
 * @param version given by the registry, from 1
 * @param ref {@code name@version}
 * @param task {@code EMBEDDING}
 * @param source the folder
 * @param family {@code model_type} of its configuration
 * @param dimensions numbers of each vector
 * @param maxTokens longest text, tokens, special ones included; longer texts are cut
 * @param pooling how the vectors of the tokens become one
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
