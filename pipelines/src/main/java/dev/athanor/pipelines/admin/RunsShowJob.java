package dev.athanor.pipelines.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.JobJson;
import dev.athanor.spark.job.Param;
import dev.athanor.spark.job.Run;
import dev.athanor.spark.job.Runs;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/** {@code athanor runs show ID}. */
public final class RunsShowJob extends AdminJob<RunsShowJob.Params, RunsShowJob.Report> {
    /** Parameters. */
    public record Params(@Param(doc = "Identity of the run.", required = true, position = 0) String id) {}

    /** One run; {@code params} and {@code report} as JSON, {@code metrics} the measurements by name. */
    public record Report(
            String runId,
            String job,
            String status,
            String phase,
            Instant startedAt,
            Instant updatedAt,
            Instant endedAt,
            int attempts,
            String host,
            long pid,
            String codeVersion,
            JsonNode params,
            JsonNode report,
            Run.Failure error,
            List<Metric> metrics) {}

    /** Measurements of one name: how many, the last of them, and the least and greatest. */
    public record Metric(String name, int steps, long lastStep, double last, double min, double max) {}

    /** Found by {@link java.util.ServiceLoader}. */
    public RunsShowJob() {
        super(
                "runs-show",
                null,
                "Shows one run: its parameters, its report or error, and its measurements.",
                Params.class,
                Report.class,
                false);
    }

    @Override
    public Report run(Params params, JobContext context) throws IOException {
        Runs runs = Runs.of(context.spark());
        Run run = runs.named(params.id());
        return new Report(
                run.runId(),
                run.job(),
                runs.dead(run) ? "dead" : run.status().text(),
                run.phase(),
                run.startedAt(),
                run.updatedAt(),
                run.endedAt(),
                run.attempts(),
                run.host(),
                run.pid(),
                run.codeVersion(),
                JobJson.readTree(run.params()),
                run.report() == null ? null : JobJson.readTree(run.report()),
                run.error(),
                runs.metrics(run.runId()).entrySet().stream()
                        .map(RunsShowJob::metric)
                        .toList());
    }

    private static Metric metric(Map.Entry<String, NavigableMap<Long, Double>> named) {
        NavigableMap<Long, Double> values = named.getValue();
        return new Metric(
                named.getKey(),
                values.size(),
                values.lastKey(),
                values.lastEntry().getValue(),
                values.values().stream().mapToDouble(v -> v).min().orElse(Double.NaN),
                values.values().stream().mapToDouble(v -> v).max().orElse(Double.NaN));
    }
}
