package dev.athanor.pipelines.bench;

/**
 * How fast a model is over a table: figures of the fastest round.
 *
 * @param model name
 * @param version of the model
 * @param ref {@code name@version}
 * @param task what the model does
 * @param kernels with what it computes
 * @param input what was read
 * @param rows predicted in a round
 * @param errors rows of them without prediction
 * @param threads tasks that Spark runs at once
 * @param rounds timed
 * @param seconds of the fastest round, Spark's own work included
 * @param rowsPerSecond rows by seconds
 * @param tokens of texts in a round, read and written; null for models that read none by tokens
 * @param tokensPerSecond tokens by seconds; null as tokens
 * @param cpuSeconds processor time of the round's tasks
 * @param engineSeconds of all tasks together, spent encoding and in kernels
 * @param peakShare operations per second of the products of the transformer's blocks, by those that {@code threads}
 *     threads could do at most, measured here in FLOAT32: weights of fewer bits can pass 1; null for other networks, for
 *     kernels that cannot tell, and where the executors are other processes
 * @param weights bytes of weights by precision
 * @param weightBytes held in memory, once per executor
 * @param arenaBytes held by the tasks together
 * @param peakMemoryMb most memory that this process ever held, MB, Spark and the input included; null where the executors
 *     are other processes or the system does not tell
 */
public record BenchReport(
        String model,
        int version,
        String ref,
        String task,
        String kernels,
        String input,
        long rows,
        long errors,
        int threads,
        int rounds,
        double seconds,
        double rowsPerSecond,
        Long tokens,
        Double tokensPerSecond,
        double cpuSeconds,
        double engineSeconds,
        Double peakShare,
        String weights,
        long weightBytes,
        long arenaBytes,
        Double peakMemoryMb) {}
