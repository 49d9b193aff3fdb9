package dev.athanor.pipelines.admin;

import dev.athanor.spark.job.Job;
import java.util.Optional;

/**
 * A job of administration: a question, or a change, which is recorded as a run.
 *
 * @param <P> parameters
 * @param <R> report
 */
abstract class AdminJob<P extends Record, R extends Record> implements Job<P, R> {
    private final String name;
    private final String procedure;
    private final String summary;
    private final Class<P> params;
    private final Class<R> report;
    private final boolean recorded;

    /**
     * @param procedure name of the SQL procedure, or null for the command line only
     * @param recorded whether it is recorded as a run: it changes something
     */
    AdminJob(String name, String procedure, String summary, Class<P> params, Class<R> report, boolean recorded) {
        this.name = name;
        this.procedure = procedure;
        this.summary = summary;
        this.params = params;
        this.report = report;
        this.recorded = recorded;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String summary() {
        return summary;
    }

    @Override
    public final Optional<String> procedure() {
        return Optional.ofNullable(procedure);
    }

    @Override
    public final boolean recorded() {
        return recorded;
    }

    @Override
    public final Class<P> paramsType() {
        return params;
    }

    @Override
    public final Class<R> reportType() {
        return report;
    }
}
