package dev.athanor.pipelines.evaluate;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.language.TextScore;
import dev.athanor.engine.language.TextScorer;
import dev.athanor.engine.metrics.Evaluation;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.FeatureColumn;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.RowSource;
import dev.athanor.engine.table.Task;
import dev.athanor.pipelines.input.Input;
import dev.athanor.pipelines.input.TextColumn;
import dev.athanor.spark.internal.catalyst.ColumnSpecs;
import dev.athanor.spark.internal.catalyst.RowBatchFunction;
import dev.athanor.spark.internal.catalyst.RowBatches;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.JobJson;
import dev.athanor.spark.model.ModelCache;
import dev.athanor.spark.registry.ModelVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The part of {@link EvaluateJob} that measures a language model on texts. */
final class LanguageEvaluation {
    private LanguageEvaluation() {}

    static EvaluateReport run(
            EvaluateParams params, JobContext context, ModelVersion version, String kernels, Model model, long start)
            throws Exception {
        refuse(params.label() != null, "label", version, "texts are their own answers", "");
        refuse(
                params.report() != null,
                "report",
                version,
                "there is no page for language models",
                "; its figures are in the result and the table athanor.evaluations");
        context.progress().phase("reading");
        Input input = Input.open(context.spark(), TextColumn.source(context.spark(), params.source()))
                .refusingWrongLines();
        String text = TextColumn.of(
                input,
                params.text() == null ? List.of() : List.of(params.text()),
                "Cannot evaluate model " + version.ref(),
                "--text");
        context.progress().phase("evaluating");
        return input.reading(() -> evaluate(params, context, version, kernels, model, input, text, start));
    }

    private static void refuse(boolean given, String option, ModelVersion version, String reason, String more) {
        if (given) {
            throw new AthanorException(
                    "Cannot evaluate model " + version.ref() + " with --" + option,
                    "it is a language model: " + reason,
                    "Leave out --" + option + more);
        }
    }

    private static EvaluateReport evaluate(
            EvaluateParams params,
            JobContext context,
            ModelVersion version,
            String kernels,
            Model model,
            Input input,
            String text,
            long start) {
        Dataset<Row> data = input.select(List.of(text));
        ColumnSpec column = ColumnSpecs.of(data.schema(), data.columns()[0]);
        Scorer task = new Scorer(version.location(), version.digest(), kernels, column, input.isLines());
        List<String> parts = RowBatches.mapPartitions(
                        input.isLines() ? data.coalesce(1) : data, List.of(column), null, Scorer.CAPACITY, task)
                .collect();
        long rows = 0;
        long nulls = 0;
        TextScore score = TextScore.NONE;
        for (String json : parts) {
            Part part = Part.read(json);
            rows += part.rows();
            nulls += part.nulls();
            score = score.plus(part.score());
        }
        if (score.tokens() == 0) {
            throw new AthanorException(
                    "Cannot evaluate model " + version.ref(),
                    input.name() + " has no text of two tokens",
                    "Give it texts, with --text NAME where they are in a column of a table");
        }
        Evaluation evaluation =
                new Evaluation(Task.GENERATION, rows, nulls, 0, score.metrics(), List.of(), List.of(), List.of());
        double seconds = (System.nanoTime() - start) / 1e9;
        EvaluateReport report = EvaluateJob.report(params, input, version, model, evaluation, seconds);
        EvaluateJob.record(report, version, column.name(), evaluation, context);
        context.metrics(0, evaluation.metrics());
        return report;
    }

    /** What one partition gave. */
    record Part(long rows, long nulls, TextScore score) {
        static Part read(String json) {
            try {
                return JobJson.read(json, Part.class);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Scores the texts of one partition. */
    private static final class Scorer implements RowBatchFunction<String> {
        private static final int CAPACITY = 256;
        private static final int PIECE = 1 << 16;
        private static final long serialVersionUID = 1L;

        private final String location;
        private final String digest;
        private final String kernels;
        private final ColumnSpec column;
        private final boolean lines;

        Scorer(String location, String digest, String kernels, ColumnSpec column, boolean lines) {
            this.location = location;
            this.digest = digest;
            this.kernels = kernels;
            this.column = column;
            this.lines = lines;
        }

        @Override
        public Iterator<String> apply(RowSource rows, TaskContext context) throws Exception {
            Model model = ModelCache.process().get(location, digest, kernels);
            RowBatch batch = new RowBatch(List.of(column), CAPACITY);
            StringBuilder piece = new StringBuilder();
            long count = 0;
            long nulls = 0;
            try (TextScorer scorer = model.scorer()) {
                while (rows.next(batch)) {
                    FeatureColumn.Bytes texts = batch.bytes(0);
                    for (int r = 0; r < batch.rows(); r++) {
                        context.killTaskIfInterrupted();
                        if (texts.isNull(r)) {
                            nulls++;
                            continue;
                        }
                        count++;
                        String text = new String(
                                texts.data(), texts.start(r), texts.end(r) - texts.start(r), StandardCharsets.UTF_8);
                        if (!lines) {
                            scorer.add(text, true);
                        } else if (piece.append(text).append('\n').length() >= PIECE) {
                            scorer.add(piece.toString(), false);
                            piece.setLength(0);
                        }
                    }
                }
                if (!piece.isEmpty()) {
                    scorer.add(piece.toString(), true);
                }
                return List.of(JobJson.write(new Part(count, nulls, scorer.finish())))
                        .iterator();
            }
        }
    }
}
