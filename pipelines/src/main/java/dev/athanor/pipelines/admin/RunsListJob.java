package dev.athanor.pipelines.admin;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.Param;
import dev.athanor.spark.job.Run;
import dev.athanor.spark.job.RunStatus;
import dev.athanor.spark.job.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** {@code athanor runs list}. */
public final class RunsListJob extends AdminJob<RunsListJob.Params, RunsListJob.Report> {
    /** Parameters. */
    public record Params(
            @Param(doc = "Most runs listed.", defaultValue = "20") int limit,
            @Param(doc = "Only runs of this job.") String job,
            @Param(
                            doc = "Only runs in this state.",
                            choices = {"running", "finished", "failed", "cancelled"})
                    String status) {
        /** @throws AthanorException if the limit is not positive */
        public Params {
            if (limit < 1) {
                throw new AthanorException("Cannot list runs", "the limit is " + limit, "Give a limit of at least 1");
            }
        }
    }

    /** Runs, newest first. */
    public record Report(List<Listed> runs) {}

    /**
     * One run; {@code status} is {@code dead} where the row says running but no process shows signs of life, {@code
     * phase} of a failed run is what failed and why.
     */
    public record Listed(
            String runId, String job, String status, String startedAt, double seconds, int attempts, String phase) {}

    /** Found by {@link java.util.ServiceLoader}. */
    public RunsListJob() {
        super("runs-list", "runs", "Lists runs, newest first.", Params.class, Report.class, false);
    }

    @Override
    public Report run(Params params, JobContext context) {
        Runs runs = Runs.of(context.spark());
        RunStatus status = params.status() == null
                ? null
                : RunStatus.valueOf(params.status().toUpperCase(Locale.ROOT));
        return new Report(runs.list(params.limit(), params.job(), status).stream()
                .map(run -> listed(run, runs))
                .toList());
    }

    private static Listed listed(Run run, Runs runs) {
        boolean dead = runs.dead(run);
        Instant end = run.endedAt() != null ? run.endedAt() : dead ? run.updatedAt() : Instant.now();
        return new Listed(
                run.runId(),
                run.job(),
                dead ? "dead" : run.status().text(),
                Shown.time(run.startedAt()),
                Math.round(Duration.between(run.startedAt(), end).toMillis() / 100.0) / 10.0,
                run.attempts(),
                run.error() != null ? run.error().problem() + ": " + run.error().reason() : run.phase());
    }
}
