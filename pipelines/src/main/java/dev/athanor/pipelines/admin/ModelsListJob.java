package dev.athanor.pipelines.admin;

import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.Param;
import java.util.List;
import java.util.Optional;

/** {@code athanor models list} and {@code CALL athanor.models()}. */
public final class ModelsListJob implements Job<ModelsListJob.Params, ModelsListJob.Report> {
    /** Parameters. */
    public record Params(@Param(doc = "Only the versions of this model.") String name) {}

    /** Versions, by name, newest first. */
    public record Report(List<Listed> models) {}

    /** One version, without what only {@code models show} tells. */
    public record Listed(
            String model,
            int version,
            String aliases,
            String task,
            String network,
            String metrics,
            String createdAt,
            String runId) {}

    @Override
    public String name() {
        return "models-list";
    }

    @Override
    public String summary() {
        return "Lists the registered models, newest version first.";
    }

    @Override
    public Optional<String> procedure() {
        return Optional.of("models");
    }

    @Override
    public boolean recorded() {
        return false;
    }

    @Override
    public Class<Params> paramsType() {
        return Params.class;
    }

    @Override
    public Class<Report> reportType() {
        return Report.class;
    }

    @Override
    public Report run(Params params, JobContext context) {
        return new Report(context.models().list().stream()
                .filter(v -> params.name() == null || v.name().equals(params.name()))
                .map(v -> new Listed(
                        v.name(),
                        v.version(),
                        String.join(", ", v.aliases()),
                        v.task(),
                        v.network(),
                        Shown.metrics(v.metrics()),
                        Shown.time(v.createdAt()),
                        v.runId()))
                .toList());
    }
}
