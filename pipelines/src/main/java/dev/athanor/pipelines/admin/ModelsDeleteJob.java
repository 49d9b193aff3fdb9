package dev.athanor.pipelines.admin;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.Param;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelVersion;
import java.util.List;

/** {@code athanor models delete news@3}. */
public final class ModelsDeleteJob extends AdminJob<ModelsDeleteJob.Params, ModelsDeleteJob.Report> {
    /** Parameters. */
    public record Params(
            @Param(doc = "Model: NAME@VERSION or NAME@ALIAS, or NAME with --all.", required = true, position = 0)
                    String model,
            @Param(doc = "Whether a bare name deletes all its versions.", defaultValue = "false") boolean all,
            @Param(
                            doc =
                                    "Whether a version goes that an alias such as champion points to, and the alias with it.",
                            defaultValue = "false")
                    boolean force) {
        /** @throws AthanorException when the model's name is none */
        public Params {
            ModelRef.parse(model);
        }
    }

    /**
     * What is gone.
     *
     * @param deleted versions: {@code news@3}
     * @param aliases names that pointed to them: {@code news@champion}
     */
    public record Report(List<String> deleted, List<String> aliases) {}

    /** Found by {@link java.util.ServiceLoader}. */
    public ModelsDeleteJob() {
        super(
                "models-delete",
                "delete_model",
                "Deletes a version of a model and its files.",
                Params.class,
                Report.class,
                true);
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
        boolean every = ref.version() == 0 && ref.alias() == null;
        List<ModelVersion> doomed = every
                ? context.models().list().stream()
                        .filter(v -> v.name().equals(ref.name()))
                        .toList()
                : List.of(context.models().resolve(ref));
        List<String> aliases = doomed.stream()
                .flatMap(v -> v.aliases().stream().map(alias -> v.name() + "@" + alias))
                .toList();
        if (!aliases.isEmpty() && !params.force()) {
            throw new AthanorException(
                    "Cannot delete model " + ref,
                    String.join(", ", aliases) + (aliases.size() == 1 ? " points" : " point") + " to it, and who uses "
                            + (aliases.size() == 1 ? "this alias" : "these aliases") + " would find no model",
                    "Promote another version first, or add --force (in SQL: force => true)");
        }
        return new Report(
                context.models().delete(ref).stream().map(ModelVersion::ref).toList(), aliases);
    }
}
