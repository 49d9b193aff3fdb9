package dev.athanor.spark.job;

import java.util.Optional;

/**
 * Work that can be run from the command line, SQL, a DAG or a REST call: {@code TrainJob(TrainParams) → TrainReport}.
 *
 * <p>Parameters and report are records; each component of the parameter record carries a {@link Param}. An
 * implementation is stateless, has a public no-argument constructor and is listed as a service.
 *
 * @param <P> parameters
 * @param <R> report
 */
public interface Job<P extends Record, R extends Record> {
    /** Command and procedure name, in kebab-case: {@code train}, {@code models-list} is written {@code models list}. */
    String name();

    /** What it does, in one sentence. */
    String summary();

    Class<P> paramsType();

    Class<R> reportType();

    /**
     * Does the work.
     *
     * @throws dev.athanor.engine.AthanorException for everything a user can mend
     */
    R run(P params, JobContext context) throws Exception;

    /**
     * Checks that what a finished run made is still there, before its report is given a second time.
     *
     * @throws dev.athanor.engine.AthanorException when it is gone
     */
    default void requireResult(R report, JobContext context) {}

    /** Whether runs are recorded in the {@code runs} table; false for questions such as {@code models list}. */
    default boolean recorded() {
        return true;
    }

    /** Whether it needs a Spark session; one that does not must not touch {@link JobContext#spark()}. */
    default boolean needsSpark() {
        return true;
    }

    /** Name of the SQL procedure, {@code CALL athanor.<name>(…)}; empty for what makes sense on the command line only. */
    default Optional<String> procedure() {
        return Optional.of(name().replace('-', '_'));
    }
}
