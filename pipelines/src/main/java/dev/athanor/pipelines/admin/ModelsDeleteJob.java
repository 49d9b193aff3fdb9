package dev.athanor.pipelines.admin;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.Param;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelVersion;
import java.util.List;
import java.util.Optional;

/** {@code athanor models delete news@3}. */
public final class ModelsDeleteJob implements Job<ModelsDeleteJob.Params, ModelsDeleteJob.Report> {
    /** Parameters. */
    public record Params(
            @Param(doc = "Model: NAME@VERSION or NAME@ALIAS, or NAME with --all.", required = true, position = 0)
                    String model,
            @Param(doc = "Whether a bare name deletes all its versions.", defaultValue = "false") boolean all) {}

    /** What is gone: {@code news@3}. */
    public record Report(List<String> deleted) {}

    @Override
    public String name() {
        return "models-delete";
    }

    @Override
    public String summary() {
        return "Deletes a version of a model and its files.";
    }

    @Override
    public Optional<String> procedure() {
        return Optional.of("delete_model");
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
        ModelRef ref = ModelRef.parse(params.model());
        if (ref.version() == 0 && ref.alias() == null && !params.all()) {
            throw new AthanorException(
                    "Cannot delete model " + ref,
                    "the name alone means all its versions",
                    "Name one, for example " + ref.name() + "@1, or add --all (in SQL: all => true)");
        }
        return new Report(
                context.models().delete(ref).stream().map(ModelVersion::ref).toList());
    }
}
