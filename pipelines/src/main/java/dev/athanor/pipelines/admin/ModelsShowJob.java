package dev.athanor.pipelines.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.model.PackageFiles;
import dev.athanor.engine.model.WeightBytes;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.JobJson;
import dev.athanor.spark.job.Param;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code athanor models show news@champion}. */
public final class ModelsShowJob extends AdminJob<ModelsShowJob.Params, ModelsShowJob.Report> {
    /** Parameters. */
    public record Params(
            @Param(doc = "Model: NAME, NAME@VERSION or NAME@ALIAS.", required = true, position = 0) String model) {
        /** @throws AthanorException when the model's name is none */
        public Params {
            ModelRef.parse(model);
        }
    }

    /**
     * One version, with what its package says.
     *
     * @param weights bytes of its weights by precision, or why they cannot be told
     */
    public record Report(
            String model,
            int version,
            List<String> aliases,
            String task,
            String network,
            Map<String, Double> metrics,
            String location,
            String digest,
            String runId,
            Instant createdAt,
            String weights,
            List<Entry> manifest) {}

    /** An entry of {@code athanor.json}. */
    public record Entry(String key, String value) {}

    /** Found by {@link java.util.ServiceLoader}. */
    public ModelsShowJob() {
        super(
                "models-show",
                "model",
                "Shows one version of a model: where it came from, what it takes and how good it is.",
                Params.class,
                Report.class,
                false);
    }

    @Override
    public Report run(Params params, JobContext context) throws IOException {
        ModelVersion v = context.models().resolve(ModelRef.parse(params.model()));
        JsonNode manifest;
        try (InputStream in = context.models().open(v).open("athanor.json")) {
            manifest = JobJson.readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        if (manifest.at("/lineage/sourceVersion").asLong() < 0
                && manifest.get("lineage") instanceof ObjectNode lineage) {
            lineage.remove("sourceVersion"); // a source without versions
        }
        List<Entry> entries = new ArrayList<>();
        flatten("", manifest, entries);
        return new Report(
                v.name(),
                v.version(),
                v.aliases(),
                v.task(),
                v.network(),
                v.metrics(),
                v.location(),
                v.digest(),
                v.runId(),
                v.createdAt(),
                weights(context.models().open(v)),
                entries);
    }

    /** What is wrong with the weights is told by whoever loads them; the rest is shown all the same. */
    private static String weights(PackageFiles files) {
        try {
            return WeightBytes.of(files).toString();
        } catch (AthanorException e) {
            return e.reason();
        }
    }

    private static void flatten(String prefix, JsonNode node, List<Entry> out) {
        if (node.isObject()) {
            node.properties()
                    .forEach(
                            f -> flatten(prefix.isEmpty() ? f.getKey() : prefix + "." + f.getKey(), f.getValue(), out));
        } else if (!node.isNull()) {
            out.add(new Entry(prefix, node.isValueNode() ? node.asText() : node.toString()));
        }
    }
}
