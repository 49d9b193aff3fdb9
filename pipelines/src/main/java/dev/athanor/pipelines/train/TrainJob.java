package dev.athanor.pipelines.train;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.finetune.PretrainedEncoder;
import dev.athanor.engine.model.TransformerPackage;
import dev.athanor.engine.optim.OptimizerKind;
import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnProfile;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.EncoderPlan;
import dev.athanor.engine.table.NetworkChoice;
import dev.athanor.engine.table.TableProfile;
import dev.athanor.engine.table.TableProfiler;
import dev.athanor.engine.train.EpochMetrics;
import dev.athanor.pipelines.input.Input;
import dev.athanor.spark.internal.catalyst.ColumnSpecs;
import dev.athanor.spark.internal.catalyst.ReplayableSession;
import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.Redaction;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelRegistry;
import dev.athanor.spark.registry.ModelVersion;
import dev.athanor.spark.train.InputFiles;
import dev.athanor.spark.train.ProfilePass;
import dev.athanor.spark.train.Training;
import dev.athanor.spark.train.TrainingRequest;
import dev.athanor.spark.train.TrainingResult;
import dev.athanor.spark.train.TrainingRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StructField;

/** Trains a native network on a table and registers it. */
public final class TrainJob implements Job<TrainParams, TrainReport> {
    /** Found by {@link java.util.ServiceLoader}. */
    public TrainJob() {}

    @Override
    public String name() {
        return "train";
    }

    @Override
    public String summary() {
        return "Trains a network on a table or file and registers it as a new version of a model.";
    }

    @Override
    public Class<TrainParams> paramsType() {
        return TrainParams.class;
    }

    @Override
    public Class<TrainReport> reportType() {
        return TrainReport.class;
    }

    @Override
    public TrainReport run(TrainParams params, JobContext context) throws Exception {
        if (params.isLanguage()) {
            return LanguageTrainJob.run(params, context);
        }
        // The package's directory first: a wrong name or a warehouse that cannot be written to costs no training then.
        try (ModelRegistry.Draft draft = context.models().draft(params.model())) {
            context.progress().phase("reading");
            Input input = sameRows(Input.open(ReplayableSession.of(context.spark()), params.source()), context)
                    .refusingWrongLines();
            List<String> notes = new ArrayList<>();
            List<String> features = features(params, input, notes);
            try {
                return input.reading(() -> train(params, context, draft, input, features, notes));
            } catch (AthanorException e) {
                // Every problem of an encoder names its column.
                boolean images = input.isFolderOfImages() && e.reason().contains("column content ");
                throw images ? DamagedImages.explain(e, input.name(), input.rows()) : e;
            }
        }
    }

    @Override
    public void requireResult(TrainReport report, JobContext context) {
        if (context.models().list().stream().noneMatch(v -> v.ref().equals(report.ref()))) {
            throw new AthanorException(
                    "Cannot give the result of run " + context.runId(),
                    "the model " + report.ref() + " that it made was deleted since",
                    "Train again with another --run-id");
        }
    }

    /** The input at the version that an earlier attempt of this run trained on, if it has another one by now. */
    static Input sameRows(Input input, JobContext context) throws IOException {
        TrainingRows before = TrainingRows.of(context).orElse(null);
        long now = version(input);
        if (before == null || before.version() < 0 || before.version() == now) {
            return input;
        }
        if (before.version() > now) {
            throw new AthanorException(
                    "Cannot resume run " + context.runId(),
                    "it started on version " + before.version() + " of " + input.name() + ", whose newest version is "
                            + now + " now: the table was made anew",
                    "Use another --run-id to train on the table of today");
        }
        Input then = input.at(before.version());
        context.progress()
                .message("run " + context.runId() + " goes on with version " + before.version() + " of " + input.name()
                        + ", on which it started; the newest is " + now);
        return then;
    }

    /** Delta version, or -1 when the input has none. */
    static long version(Input input) {
        return input.version() == null ? -1 : input.version();
    }

    private static TrainReport train(
            TrainParams params,
            JobContext context,
            ModelRegistry.Draft draft,
            Input input,
            List<String> features,
            List<String> notes)
            throws Exception {
        input.requireWhole();
        TrainingRequest.Base base = base(params, context);
        List<String> names = new ArrayList<>(features);
        names.add(params.label());
        Dataset<Row> data = input.select(names);
        List<String> selected = List.of(data.columns());
        List<ColumnSpec> all = ColumnSpecs.of(data.schema(), selected.subList(0, features.size()));
        ColumnSpec label = ColumnSpecs.of(data.schema(), selected.get(features.size()));
        if (label.kind() != ColumnKind.NUMBER && label.kind() != ColumnKind.STRING) {
            throw new AthanorException(
                    "Cannot train on label '" + label.name() + "'",
                    "its type is " + label.sqlType(),
                    "A label is a string, a boolean, a number, a date or a timestamp");
        }
        // As they are before any row of them is read.
        InputFiles files = input.version() != null ? null : InputFiles.of(input.files());
        context.progress().phase("profiling");
        TableProfiler profiled = ProfilePass.run(data, all, label);
        List<ColumnSpec> specs = params.features().isEmpty() ? withValues(params, profiled.profile(), notes) : all;
        TableProfiler profiler = profiled.keeping(specs);
        if (specs.size() < all.size()) {
            names.clear();
            specs.forEach(spec -> names.add(spec.name()));
            names.add(params.label());
        }
        List<String> notesOnTypes = input.notesOnTypes(names);
        notes.addAll(notesOnTypes);
        TableProfile profile = profiler.profile();
        try {
            check(profile, params, base, context);
        } catch (AthanorException e) {
            notesOnTypes.forEach(context.progress()::message); // they may be why
            throw e;
        }
        new TrainingRows(version(input), profile.rows(), files).claim(context, input.name());

        context.progress().phase("training");
        TrainingResult result = Training.run(
                data,
                profiler,
                new TrainingRequest(
                        context.runId(),
                        specs,
                        label,
                        params.kind(),
                        orDefault(params.epochs()),
                        orDefault(params.batchSize()),
                        params.learningRate() == null ? 0 : params.learningRate(),
                        OptimizerKind.called(params.optimizer()),
                        params.validation(),
                        params.seed(),
                        params.classWeights().equals("balanced"),
                        input.name(),
                        version(input),
                        Redaction.inText(input.query(names)),
                        draft.location(),
                        context.checkpointDirectory(),
                        base,
                        null),
                context);
        context.progress().phase("registering");
        ModelVersion version = draft.register(context.runId());
        context.metrics(result.history().size(), result.metrics());
        notes.addAll(0, result.notes());
        TrainReport report = report(params, result, version, specs, label.name(), notes);
        context.progress()
                .message(String.format(
                        Locale.ROOT,
                        "trained %s, a %s network, on %,d rows in %.1f s",
                        report.ref(),
                        report.network(),
                        report.rows(),
                        report.trainingSeconds()));
        return report;
    }

    /** The encoder that a transformer begins from, or null. */
    private static TrainingRequest.Base base(TrainParams params, JobContext context) {
        boolean transformer = params.kind().equals(NetworkChoice.TRANSFORMER);
        if (transformer != (params.from() != null)) {
            throw new AthanorException(
                    "Cannot train network " + params.kind(),
                    transformer ? "there is no model to begin from" : "it begins from nothing, and --from was given",
                    transformer
                            ? "Name an imported model with --from; athanor import makes one of a folder"
                            : "Leave out --from, or choose --network transformer");
        }
        if (!transformer) {
            return null;
        }
        ModelVersion version = context.models().resolve(ModelRef.parse(params.from()));
        return new TrainingRequest.Base(version.ref(), version.location(), orDefault(params.lora()));
    }

    /** Plans what the task will plan, only to refuse at once what cannot be learnt. */
    private static void check(TableProfile profile, TrainParams params, TrainingRequest.Base base, JobContext context) {
        String network = NetworkChoice.of(profile, params.kind()).network();
        if (base == null) {
            EncoderPlan.of(profile, network);
            return;
        }
        ModelVersion version = context.models().resolve(ModelRef.parse(base.ref()));
        PretrainedEncoder encoder =
                TransformerPackage.pretrained(context.models().open(version), base.ref());
        EncoderPlan.ofTexts(
                profile,
                encoder.tokenizer(),
                encoder.settings().maxTokens(),
                encoder.settings().lowerCase(),
                encoder.spec().vocabulary());
    }

    /** The features that have a value in some row: nobody asked for the others by name. */
    private static List<ColumnSpec> withValues(TrainParams params, TableProfile profile, List<String> notes) {
        List<ColumnSpec> kept = new ArrayList<>();
        for (int i = 0; i < profile.features().size(); i++) {
            ColumnProfile column = profile.columns().get(i);
            if (column.rows() > 0 && column.nulls() == column.rows()) {
                notes.add(leftOut(profile.features().get(i).name()));
            } else {
                kept.add(profile.features().get(i));
            }
        }
        if (kept.isEmpty()) {
            throw new AthanorException(
                    "Cannot train model " + params.model(),
                    "every column but the label is null in all rows",
                    "Give it columns to learn from");
        }
        return kept;
    }

    private static String leftOut(String column) {
        return "column " + column + " is null in all rows and was left out";
    }

    private static List<String> features(TrainParams params, Input input, List<String> notes) {
        List<String> features = params.features();
        if (features.isEmpty()) {
            features = new ArrayList<>();
            List<String> offered = input.offered();
            for (StructField column : input.rows().schema().fields()) {
                if (column.name().equalsIgnoreCase(params.label()) || !offered.contains(column.name())) {
                    continue;
                }
                if (column.dataType() instanceof NullType) {
                    notes.add(leftOut(column.name()));
                } else if (!ColumnSpecs.isReadable(column.dataType())) {
                    notes.add("column " + column.name() + " is of type "
                            + column.dataType().catalogString() + ", which no model can read, and was left out");
                } else {
                    features.add(column.name());
                }
            }
        }
        if (features.stream().anyMatch(f -> f.equalsIgnoreCase(params.label()))) {
            throw new AthanorException(
                    "Cannot train model " + params.model(),
                    "the label '" + params.label() + "' is also among the features, so that the answer would be its own"
                            + " question",
                    "Leave it out of --features");
        }
        if (features.isEmpty()) {
            throw new AthanorException(
                    "Cannot train model " + params.model(),
                    input.name() + " has no column but the label that a model can read",
                    "Give it columns to learn from");
        }
        return features;
    }

    private static int orDefault(Integer value) {
        return value == null ? 0 : value;
    }

    static TrainReport report(
            TrainParams params,
            TrainingResult result,
            ModelVersion version,
            List<ColumnSpec> features,
            String label,
            List<String> notes) {
        Map<String, Double> metrics = result.metrics();
        List<EpochMetrics> history = result.history();
        double rate = history.stream()
                .mapToDouble(EpochMetrics::rowsPerSecond)
                .average()
                .orElse(Double.NaN);
        return new TrainReport(
                version.name(),
                version.version(),
                version.ref(),
                result.task().name(),
                result.network(),
                result.networkReason(),
                params.optimizer(),
                features.stream().map(ColumnSpec::name).toList(),
                label,
                result.classes().size(),
                result.parameters(),
                result.rows(),
                result.rowsDropped(),
                history.size(),
                result.bestEpoch(),
                result.seconds(),
                rate,
                metrics.get("accuracy"),
                metrics.get("macro_f1"),
                metrics.get("ece"),
                metrics.get("brier"),
                metrics.get("log_loss"),
                metrics.get("rmse"),
                metrics.get("mae"),
                metrics.get("r2"),
                metrics.get("interval_coverage"),
                metrics.get("loss"),
                metrics.get("perplexity"),
                metrics.get("loss_per_character"),
                metrics.get("bits_per_byte"),
                result.spilledBytes(),
                result.kernels(),
                result.kernelsReason(),
                TrainReport.Lineage.of(result.lineage()),
                notes,
                history);
    }
}
