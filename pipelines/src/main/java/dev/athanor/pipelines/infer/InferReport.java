package dev.athanor.pipelines.infer;

import java.util.List;

/**
 * What came of an inference.
 *
 * @param model name
 * @param version from 1
 * @param ref {@code name@version}
 * @param source table or path of the rows
 * @param sourceVersion its Delta version, or null when it has none
 * @param output path or table written
 * @param outputFormat {@code parquet}, {@code csv}, {@code json} or {@code delta}
 * @param columns columns written, in order
 * @param rows rows written
 * @param errors rows with an error in place of a prediction
 * @param seconds wall time
 * @param rowsPerSecond rows over wall time
 */
public record InferReport(
        String model,
        int version,
        String ref,
        String source,
        Long sourceVersion,
        String output,
        String outputFormat,
        List<String> columns,
        long rows,
        long errors,
        double seconds,
        double rowsPerSecond) {}
