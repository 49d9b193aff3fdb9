package dev.athanor.pipelines.quantize;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.PackageFiles;
import dev.athanor.engine.model.TransformerPackage;
import dev.athanor.engine.model.WeightBytes;
import dev.athanor.spark.conf.AthanorConf;
import dev.athanor.spark.job.CodeVersion;
import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.model.ModelCache;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelRegistry;
import dev.athanor.spark.registry.ModelVersion;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/** Makes a version of a model with weights of fewer bits, and compares it with the original. */
public final class QuantizeJob implements Job<QuantizeParams, QuantizeReport> {
    /** Found by {@link java.util.ServiceLoader}. */
    public QuantizeJob() {}

    @Override
    public String name() {
        return "quantize";
    }

    @Override
    public String summary() {
        return "Makes a version of a model with weights of 8 or 16 bits, and reports size, speed and quality against the"
                + " original.";
    }

    @Override
    public Class<QuantizeParams> paramsType() {
        return QuantizeParams.class;
    }

    @Override
    public Class<QuantizeReport> reportType() {
        return QuantizeReport.class;
    }

    @Override
    public QuantizeReport run(QuantizeParams params, JobContext context) throws Exception {
        long start = System.nanoTime();
        ModelVersion original = context.models().resolve(ModelRef.parse(params.model()));
        Precision precision = Arrays.stream(Precision.values())
                .filter(p -> p.code().equals(params.to()))
                .findFirst()
                .orElseThrow();
        PackageFiles files = context.models().open(original);
        context.progress().phase("reading");
        SampleTexts sample = params.calibrate() == null
                ? null
                : SampleTexts.of(context.spark(), params.calibrate(), params.column(), params.rows());
        ModelVersion version;
        try (ModelRegistry.Draft draft = context.models().draft(original.name())) {
            context.progress().phase("quantising");
            TransformerPackage.quantize(files, draft.files(), precision, lineage(original, context));
            context.progress().phase("registering");
            version = draft.register(context.runId());
        }
        context.progress().phase("comparing");
        QuantizeReport report = report(
                original,
                version,
                precision,
                sample == null ? SampleTexts.drawn(files, params.rows()) : sample,
                context,
                start);
        context.progress()
                .message(String.format(
                        Locale.ROOT,
                        "%s: %.2f of the size of %s, %.2f times its texts/s, mean cosine %.5f on %,d %s",
                        report.ref(),
                        report.sizeRatio(),
                        report.original(),
                        report.speedRatio(),
                        report.meanCosine(),
                        report.texts(),
                        sample == null ? "made-up texts" : "texts"));
        return report;
    }

    @Override
    public void requireResult(QuantizeReport report, JobContext context) {
        if (context.models().list().stream().noneMatch(v -> v.ref().equals(report.ref()))) {
            throw new AthanorException(
                    "Cannot give the result of run " + context.runId(),
                    "the model " + report.ref() + " that it made was deleted since",
                    "Quantise it again with another --run-id");
        }
    }

    private static Manifest.Lineage lineage(ModelVersion original, JobContext context) {
        return new Manifest.Lineage(
                original.ref(),
                -1,
                null,
                0,
                CodeVersion.TEXT,
                context.runId(),
                Instant.now().toString(),
                0);
    }

    private static QuantizeReport report(
            ModelVersion original,
            ModelVersion version,
            Precision precision,
            SampleTexts sample,
            JobContext context,
            long start)
            throws IOException {
        String kernels = AthanorConf.of(context.spark()).get(AthanorConf.KERNELS);
        Model before = ModelCache.process().get(original.location(), original.digest(), kernels);
        Model after = ModelCache.process().get(version.location(), version.digest(), kernels);
        EmbeddingComparison comparison = EmbeddingComparison.of(before, after, sample.texts());
        WeightBytes large = WeightBytes.of(context.models().open(original));
        WeightBytes small = WeightBytes.of(context.models().open(version));
        return new QuantizeReport(
                version.name(),
                version.version(),
                version.ref(),
                original.ref(),
                precision.code(),
                large.toString(),
                small.toString(),
                (double) small.total() / large.total(),
                after.kernels(),
                sample.source(),
                sample.texts().size(),
                comparison.originalTextsPerSecond(),
                comparison.textsPerSecond(),
                comparison.textsPerSecond() / comparison.originalTextsPerSecond(),
                comparison.meanCosine(),
                comparison.leastCosine(),
                comparison.similarityCorrelation(),
                (System.nanoTime() - start) / 1e9);
    }
}
