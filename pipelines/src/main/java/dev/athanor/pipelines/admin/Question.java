package dev.athanor.pipelines.admin;

import dev.athanor.spark.job.Job;
import java.util.Optional;

/**
 * A job that only asks or tells, and is not recorded as a run.
 *
 * @param <P> parameters
 * @param <R> report
 */
abstract class Question<P extends Record, R extends Record> implements Job<P, R> {
    private final String name;
    private final String procedure;
    private final String summary;
    private final Class<P> params;
    private final Class<R> report;

    /** @param procedure name of the SQL procedure, or null for the command line only */
    Question(String name, String procedure, String summary, Class<P> params, Class<R> report) {
        this.name = name;
        this.procedure = procedure;
        this.summary = summary;
        this.params = params;
        this.report = report;
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
        return false;
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
