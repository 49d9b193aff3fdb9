package dev.athanor.pipelines.cli;

import java.util.Map;

/**
 * The options that every command takes, before or after its name.
 *
 * @param warehouse folder, or null for what Spark is configured with
 * @param master Spark master, or null likewise
 * @param conf Spark settings
 * @param json whether standard output carries one JSON object
 * @param quiet whether progress is not shown
 * @param runId identity of the run, or null for a new one
 * @param stackTrace whether an error is printed with where it came from
 */
record Globals(
        String warehouse,
        String master,
        Map<String, String> conf,
        boolean json,
        boolean quiet,
        String runId,
        boolean stackTrace) {}
