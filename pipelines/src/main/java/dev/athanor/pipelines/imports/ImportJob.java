package dev.athanor.pipelines.imports;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.ModelPackage;
import dev.athanor.engine.model.PackageFiles;
import dev.athanor.engine.model.WeightBytes;
import dev.athanor.engine.transformer.EmbeddingSettings;
import dev.athanor.spark.job.CodeVersion;
import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.registry.ModelRegistry;
import dev.athanor.spark.registry.ModelVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Registers a model that was made elsewhere, from its standard files. */
public final class ImportJob implements Job<ImportParams, ImportReport> {
    /** Found by {@link java.util.ServiceLoader}. */
    public ImportJob() {}

    @Override
    public String name() {
        return "import";
    }

    @Override
    public String summary() {
        return "Registers a model of a Hugging Face or sentence-transformers folder, or of a GGUF or ONNX file, as a new version of a model.";
    }

    @Override
    public Class<ImportParams> paramsType() {
        return ImportParams.class;
    }

    @Override
    public Class<ImportReport> reportType() {
        return ImportReport.class;
    }

    @Override
    public ImportReport run(ImportParams params, JobContext context) throws Exception {
        long start = System.nanoTime();
        context.progress().phase("reading");
        Path path = ImportFolder.require(params.from());
        ImportSource source = ImportFolder.open(params.from());
        try (ModelRegistry.Draft draft = context.models().draft(params.model())) {
            source.write(draft.files(), lineage(path.toRealPath().toString(), context));
            context.progress().phase("registering");
            ModelVersion version = draft.register(context.runId());
            ImportReport report = report(version, source, path, context.models().open(version), start);
            context.progress()
                    .message(String.format(
                            Locale.ROOT,
                            "imported %s, a %s of %,d parameters: %s",
                            report.ref(),
                            report.family(),
                            report.parameters(),
                            source.describe()));
            return report;
        }
    }

    @Override
    public void requireResult(ImportReport report, JobContext context) {
        if (context.models().list().stream().noneMatch(v -> v.ref().equals(report.ref()))) {
            throw new AthanorException(
                    "Cannot give the result of run " + context.runId(),
                    "the model " + report.ref() + " that it made was deleted since",
                    "Import it again with another --run-id");
        }
    }

    private static Manifest.Lineage lineage(String source, JobContext context) {
        return new Manifest.Lineage(
                source,
                -1,
                null,
                0,
                CodeVersion.TEXT,
                context.runId(),
                Instant.now().toString(),
                0);
    }

    private static ImportReport report(
            ModelVersion version, ImportSource source, Path path, PackageFiles files, long start) throws IOException {
        EmbeddingSettings settings = source.embedding();
        List<ImportReport.PackagedFile> packaged = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<String, String> file : ModelPackage.verify(files).files().entrySet()) {
            long size = files.size(file.getKey());
            packaged.add(new ImportReport.PackagedFile(file.getKey(), size, file.getValue()));
            bytes += size;
        }
        return new ImportReport(
                version.name(),
                version.version(),
                version.ref(),
                source.task().name(),
                path.toRealPath().toString(),
                source.family(),
                source.width(),
                source.maxTokens(),
                settings == null ? "" : settings.pooling().name().toLowerCase(Locale.ROOT),
                settings != null && settings.normalize(),
                settings != null && settings.lowerCase(),
                source.parameters(),
                WeightBytes.of(files).toString(),
                bytes,
                packaged,
                (System.nanoTime() - start) / 1e9);
    }
}
