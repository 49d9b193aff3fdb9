package dev.athanor.pipelines.admin;

import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.Param;
import java.util.List;

/** {@code athanor models list} and {@code CALL athanor.models()}. */
public final class ModelsListJob extends AdminJob<ModelsListJob.Params, ModelsListJob.Report> {
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

    /** Found by {@link java.util.ServiceLoader}. */
    public ModelsListJob() {
        super(
                "models-list",
                "models",
                "Lists the registered models, newest version first.",
                Params.class,
                Report.class,
                false);
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
