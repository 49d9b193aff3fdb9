package dev.athanor.spark.registry;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One registered version of a model.
 *
 * @param name model name
 * @param version from 1, without gaps unless versions were deleted
 * @param location Hadoop path of the package directory
 * @param digest sha256 of the package's {@code athanor.json}, in hex: identifies the content
 * @param task {@code CLASSIFICATION} or {@code REGRESSION}
 * @param network kind of network
 * @param metrics validation metrics at registration
 * @param aliases aliases that point here now, sorted
 * @param runId the run that registered it
 * @param createdAt when
 */
public record ModelVersion(
        String name,
        int version,
        String location,
        String digest,
        String task,
        String network,
        Map<String, Double> metrics,
        List<String> aliases,
        String runId,
        Instant createdAt) {
    /** {@code name@version}. */
    public String ref() {
        return name + "@" + version;
    }
}
