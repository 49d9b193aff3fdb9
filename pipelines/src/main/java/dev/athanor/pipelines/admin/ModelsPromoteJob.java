package dev.athanor.pipelines.admin;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.Param;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelVersion;
import java.util.List;

/** {@code athanor models promote news@3 --alias champion}. */
public final class ModelsPromoteJob extends AdminJob<ModelsPromoteJob.Params, ModelsPromoteJob.Report> {
    /** Parameters. */
    public record Params(
            @Param(
                            doc = "Model: NAME for its newest version, NAME@VERSION or NAME@ALIAS.",
                            required = true,
                            position = 0)
                    String model,
            @Param(doc = "Version, where the name does not say it.", option = "model-version") Integer version,
            @Param(doc = "Alias to point there.", defaultValue = "champion") String alias) {
        /** @throws AthanorException when the model's name is none */
        public Params {
            ModelRef.parse(model);
        }
    }

    /** Where the alias points now. */
    public record Report(String model, int version, String alias, List<String> aliases) {}

    /** Found by {@link java.util.ServiceLoader}. */
    public ModelsPromoteJob() {
        super(
                "models-promote",
                "promote",
                "Points an alias at a version of a model, moving it from where it was.",
                Params.class,
                Report.class,
                true);
    }

    @Override
    public Report run(Params params, JobContext context) {
        ModelRef ref = ModelRef.parse(params.model());
        if (params.version() != null) {
            if (ref.version() > 0 || ref.alias() != null) {
                throw new AthanorException(
                        "Cannot promote model " + ref,
                        "a version is given twice, in the name and as " + params.version(),
                        "Give it once");
            }
            ref = ModelRef.parse(ref.name() + "@" + params.version());
        }
        ModelVersion v = context.models().promote(ref, params.alias());
        return new Report(v.name(), v.version(), params.alias(), v.aliases());
    }
}
