package dev.athanor.pipelines.evaluate;

import static org.apache.spark.sql.functions.not;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.metrics.Evaluation;
import dev.athanor.engine.metrics.Evaluator;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.table.ValueText;
import dev.athanor.engine.train.EpochMetrics;
import dev.athanor.pipelines.input.Input;
import dev.athanor.pipelines.report.EpochHistory;
import dev.athanor.pipelines.report.Exhibits;
import dev.athanor.pipelines.report.ReportContent;
import dev.athanor.pipelines.report.ReportFolder;
import dev.athanor.pipelines.report.ReportPage;
import dev.athanor.spark.conf.AthanorConf;
import dev.athanor.spark.internal.catalyst.ColumnSpecs;
import dev.athanor.spark.internal.catalyst.RowBatches;
import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.JobJson;
import dev.athanor.spark.job.Runs;
import dev.athanor.spark.model.ModelCache;
import dev.athanor.spark.platform.Failures;
import dev.athanor.spark.platform.PlatformTable;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Measures a registered model on labelled rows, or a language model on texts. */
public final class EvaluateJob implements Job<EvaluateParams, EvaluateReport> {
    private static final String PAGE = "report.html";
    private static final StructType EVALUATIONS = new StructType()
            .add("run_id", DataTypes.StringType)
            .add("model", DataTypes.StringType)
            .add("version", DataTypes.IntegerType)
            .add("digest", DataTypes.StringType)
            .add("source", DataTypes.StringType)
            .add("source_version", DataTypes.LongType)
            .add("label", DataTypes.StringType)
            .add("rows", DataTypes.LongType)
            .add("metrics", DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType))
            .add("evaluation", DataTypes.StringType)
            .add("evaluated_at", DataTypes.TimestampType);

    /** Found by {@link java.util.ServiceLoader}. */
    public EvaluateJob() {}

    @Override
    public String name() {
        return "evaluate";
    }

    @Override
    public String summary() {
        return "Measures a model on labelled rows: accuracy, calibration and mistakes, or errors and interval coverage; a"
                + " language model on texts: loss and perplexity.";
    }

    @Override
    public Class<EvaluateParams> paramsType() {
        return EvaluateParams.class;
    }

    @Override
    public Class<EvaluateReport> reportType() {
        return EvaluateReport.class;
    }

    @Override
    public EvaluateReport run(EvaluateParams params, JobContext context) throws Exception {
        return run(params, context, null);
    }

    /**
     * As {@link #run(EvaluateParams, JobContext)}, for a model that was trained just now.
     *
     * @param history the epochs of its training for the report page; null to look for them in the warehouse
     */
    public EvaluateReport run(EvaluateParams params, JobContext context, List<EpochMetrics> history) throws Exception {
        long start = System.nanoTime();
        ReportFolder.require(params.report());
        ModelVersion version = context.models().resolve(ModelRef.parse(params.model()));
        String kernels = AthanorConf.of(context.spark()).get(AthanorConf.KERNELS);
        Model model = ModelCache.process().get(version.location(), version.digest(), kernels);
        if (model.task() == Task.GENERATION) {
            return LanguageEvaluation.run(params, context, version, kernels, model, start);
        }
        if (params.text() != null) {
            throw new AthanorException(
                    "Cannot evaluate model " + version.ref() + " with --text",
                    "it is no language model, and reads the columns it was trained on",
                    "Leave out --text");
        }
        if (model.task() == Task.EMBEDDING) {
            throw new AthanorException(
                    "Cannot evaluate model " + version.ref(),
                    "it turns texts into vectors, and no label says what is right",
                    "Compare texts in SQL, for example ai_similarity(a, b, '" + version.name() + "')");
        }
        context.progress().phase("reading");
        Input input = Input.open(context.spark(), params.source(), trainedColumns(params, model.manifest()))
                .refusingWrongLines();
        context.progress().phase("evaluating");
        return input.reading(() -> evaluate(params, context, version, kernels, model, input, history, start));
    }

    private static EvaluateReport evaluate(
            EvaluateParams params,
            JobContext context,
            ModelVersion version,
            String kernels,
            Model model,
            Input input,
            List<EpochMetrics> history,
            long start) {
        Manifest manifest = model.manifest();
        String labelName = params.label() == null ? manifest.label() : params.label();
        List<String> names = new ArrayList<>(
                manifest.features().stream().map(ColumnSpec::name).toList());
        if (names.stream().anyMatch(labelName::equalsIgnoreCase)) {
            throw new AthanorException(
                    "Cannot evaluate on label '" + labelName + "'",
                    "it is a feature of model " + version.ref() + ", which reads it to predict '" + manifest.label()
                            + "'",
                    "Name the column with the true answers with --label");
        }
        names.add(labelName);
        Dataset<Row> data = input.select(names);
        long unreadable = 0;
        if (!input.isSound()) {
            Column problem =
                    input.problem().isNotNull().and(input.column(labelName).isNotNull());
            unreadable = input.rows().where(problem).count();
            data = input.select(names, not(problem));
        }
        ColumnSpec label = ColumnSpecs.of(data.schema(), data.columns()[names.size() - 1]);
        if (!canBe(label, manifest)) {
            throw new AthanorException(
                    "Cannot evaluate on label '" + label.name() + "'",
                    "its type is " + label.sqlType() + " and the model predicts " + manifest.labelType(),
                    "Name the column with the true answers with --label");
        }
        List<String> parts = RowBatches.mapPartitions(
                        data,
                        manifest.features(),
                        label,
                        EvaluationTask.CAPACITY,
                        model.vectorNumbers(),
                        new EvaluationTask(version.location(), version.digest(), kernels, manifest.features(), label))
                .collect();
        Evaluator evaluator = new Evaluator(model);
        evaluator.addErrors(unreadable);
        Exhibits exhibits = new Exhibits(model);
        for (String part : parts) {
            EvaluationTask.Part.read(part).mergeInto(model, evaluator, exhibits);
        }
        Evaluation evaluation = evaluator.evaluation();
        double seconds = (System.nanoTime() - start) / 1e9;
        EvaluateReport report = report(params, input, version, model, evaluation, seconds);
        if (params.report() != null) {
            ReportContent content = ReportContent.of(
                    manifest,
                    version.ref(),
                    version.digest(),
                    model.kernels(),
                    input.name(),
                    Instant.now(),
                    evaluation,
                    history != null ? history : history(manifest, context),
                    exhibits);
            write(params.report(), content, report);
        }
        record(report, version, label.name(), evaluation, context);
        context.metrics(0, evaluation.metrics());
        return report;
    }

    /** The features, and a label of texts: one that is written 007 must not be read as the number 7. */
    private static List<ColumnSpec> trainedColumns(EvaluateParams params, Manifest manifest) {
        List<ColumnSpec> columns = new ArrayList<>(manifest.features());
        if (manifest.labelType().equals("string")) {
            String name = params.label() == null ? manifest.label() : params.label();
            columns.add(new ColumnSpec(name, ColumnKind.STRING, "string"));
        }
        return columns;
    }

    /** A text may name any class and a number any number, but days are no seconds and neither are numbers. */
    private static boolean canBe(ColumnSpec label, Manifest manifest) {
        if (label.kind() == ColumnKind.STRING) {
            return manifest.task() == Task.CLASSIFICATION;
        }
        String trained = manifest.labelType();
        boolean times = ValueText.isTime(trained) || ValueText.isTime(label.sqlType());
        return label.kind() == ColumnKind.NUMBER && (!times || label.sqlType().equals(trained));
    }

    /** The epochs as the training's run recorded them; none when the model came from elsewhere. */
    private static List<EpochMetrics> history(Manifest manifest, JobContext context) {
        return manifest.lineage() == null || manifest.lineage().runId() == null
                ? List.of()
                : EpochHistory.of(
                        Runs.of(context.spark()).metrics(manifest.lineage().runId()));
    }

    private static void write(String folder, ReportContent content, EvaluateReport report) {
        Path directory = Path.of(folder);
        try {
            Files.createDirectories(directory);
            ReportPage.write(content, directory.resolve(PAGE));
            Files.writeString(directory.resolve("evaluation.json"), JobJson.writePretty(report));
        } catch (IOException e) {
            throw Failures.of("Cannot write the report to " + folder, e);
        }
    }

    static void record(
            EvaluateReport report, ModelVersion version, String label, Evaluation evaluation, JobContext context) {
        Map<String, Double> metrics = new LinkedHashMap<>(evaluation.metrics());
        new PlatformTable(context.spark(), "evaluations", EVALUATIONS, List.of())
                .append(List.of(RowFactory.create(
                        context.runId(),
                        version.name(),
                        version.version(),
                        version.digest(),
                        report.source(),
                        report.sourceVersion(),
                        label,
                        report.rows(),
                        metrics,
                        JobJson.write(evaluation),
                        Instant.now())));
    }

    static EvaluateReport report(
            EvaluateParams params,
            Input input,
            ModelVersion version,
            Model model,
            Evaluation evaluation,
            double seconds) {
        Map<String, Double> metrics = evaluation.metrics();
        return new EvaluateReport(
                version.name(),
                version.version(),
                version.ref(),
                evaluation.task().name(),
                input.name(),
                input.version(),
                evaluation.rows(),
                evaluation.unlabelled(),
                evaluation.errors(),
                metrics.get("accuracy"),
                metrics.get("macro_f1"),
                metrics.get("ece"),
                metrics.get("brier"),
                metrics.get("log_loss"),
                metrics.get("rmse"),
                metrics.get("mae"),
                metrics.get("r2"),
                metrics.get("interval_coverage"),
                metrics.get("interval_width"),
                metrics.get("loss"),
                metrics.get("perplexity"),
                metrics.get("loss_per_character"),
                metrics.get("bits_per_byte"),
                evaluation.classes(),
                evaluation.confusion(),
                evaluation.reliability(),
                seconds,
                evaluation.rows() / seconds,
                model.kernels(),
                params.report() == null ? null : Path.of(params.report(), PAGE).toString());
    }
}
