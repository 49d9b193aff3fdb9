package dev.athanor.pipelines.train;

import dev.athanor.engine.language.LanguageSpec;
import dev.athanor.engine.optim.OptimizerKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.pipelines.input.Input;
import dev.athanor.pipelines.input.TextColumn;
import dev.athanor.spark.internal.catalyst.ColumnSpecs;
import dev.athanor.spark.internal.catalyst.ReplayableSession;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.Redaction;
import dev.athanor.spark.registry.ModelRegistry;
import dev.athanor.spark.registry.ModelVersion;
import dev.athanor.spark.train.InputFiles;
import dev.athanor.spark.train.Training;
import dev.athanor.spark.train.TrainingRequest;
import dev.athanor.spark.train.TrainingResult;
import dev.athanor.spark.train.TrainingRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The part of {@link TrainJob} that trains a language model on the texts of one column. */
final class LanguageTrainJob {
    private static final int LAYERS = 4;
    private static final int WIDTH = 128;
    private static final int HEAD_WIDTH = 32;
    private static final int CONTEXT = 128;

    private LanguageTrainJob() {}

    static TrainReport run(TrainParams params, JobContext context) throws Exception {
        int width = params.width() == null ? WIDTH : params.width();
        int heads = params.heads() == null ? Math.max(1, width / HEAD_WIDTH) : params.heads();
        LanguageSpec.requireHeads(width, heads);
        // The package's directory first: a wrong name or a warehouse that cannot be written to costs no training then.
        try (ModelRegistry.Draft draft = context.models().draft(params.model())) {
            context.progress().phase("reading");
            SparkSession spark = ReplayableSession.of(context.spark());
            Input input = TrainJob.sameRows(Input.open(spark, TextColumn.source(spark, params.source())), context)
                    .refusingWrongLines();
            String text = TextColumn.of(input, params.features(), "Cannot train model " + params.model(), "--features");
            TrainingRequest.Language language = new TrainingRequest.Language(
                    params.layers() == null ? LAYERS : params.layers(),
                    width,
                    heads,
                    params.context() == null ? CONTEXT : params.context(),
                    "characters".equals(params.tokens()),
                    params.vocabulary() == null ? 0 : params.vocabulary(),
                    input.isLines());
            return input.reading(() -> train(params, context, draft, input, text, language));
        }
    }

    private static TrainReport train(
            TrainParams params,
            JobContext context,
            ModelRegistry.Draft draft,
            Input input,
            String text,
            TrainingRequest.Language language)
            throws Exception {
        input.requireWhole();
        Dataset<Row> data = input.select(List.of(text));
        ColumnSpec column = ColumnSpecs.of(data.schema(), data.columns()[0]);
        // As they are before any row of them is read.
        InputFiles files = input.version() != null ? null : InputFiles.of(input.files());
        new TrainingRows(TrainJob.version(input), data.count(), files).claim(context, input.name());
        context.progress().phase("training");
        TrainingResult result = Training.run(
                data,
                null,
                new TrainingRequest(
                        context.runId(),
                        List.of(column),
                        null,
                        TrainParams.GPT,
                        params.epochs() == null ? 0 : params.epochs(),
                        params.batchSize() == null ? 0 : params.batchSize(),
                        params.learningRate() == null ? 0 : params.learningRate(),
                        OptimizerKind.called(params.optimizer()),
                        params.validation(),
                        params.seed(),
                        false,
                        input.name(),
                        TrainJob.version(input),
                        Redaction.inText(input.query(List.of(text))),
                        draft.location(),
                        context.checkpointDirectory(),
                        null,
                        language),
                context);
        context.progress().phase("registering");
        ModelVersion version = draft.register(context.runId());
        context.metrics(result.history().size(), result.metrics());
        List<String> notes = new ArrayList<>(result.notes());
        notes.addAll(input.notesOnTypes(List.of(text)));
        TrainReport report = TrainJob.report(params, result, version, List.of(column), null, notes);
        context.progress()
                .message(String.format(
                        Locale.ROOT,
                        "trained %s, %s, in %.1f s: perplexity %.2f, %.3f nats per character, %,.0f tokens/s",
                        report.ref(),
                        result.networkReason(),
                        report.trainingSeconds(),
                        report.perplexity(),
                        report.lossPerCharacter(),
                        report.rowsPerSecond() * language.context()));
        return report;
    }
}
