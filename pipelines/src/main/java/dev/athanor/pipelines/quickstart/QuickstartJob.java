package dev.athanor.pipelines.quickstart;

import dev.athanor.engine.AthanorException;
import dev.athanor.pipelines.evaluate.EvaluateJob;
import dev.athanor.pipelines.evaluate.EvaluateReport;
import dev.athanor.pipelines.report.ReportFolder;
import dev.athanor.pipelines.train.TrainJob;
import dev.athanor.pipelines.train.TrainReport;
import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.JobSignature;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;

/**
 * From nothing to predictions: writes the digits that ship with the project into Delta tables, trains, evaluates,
 * registers and predicts with the jobs that users' data go through.
 */
public final class QuickstartJob implements Job<QuickstartParams, QuickstartReport> {
    private static final String MODEL = "digits";
    private static final int SHOWN = 8;
    private static final int LEAST_SURE = 4;

    /** Found by {@link java.util.ServiceLoader}. */
    public QuickstartJob() {}

    @Override
    public String name() {
        return "quickstart";
    }

    @Override
    public String summary() {
        return "Trains, evaluates and queries a model of handwritten digits that ship with the project.";
    }

    @Override
    public Class<QuickstartParams> paramsType() {
        return QuickstartParams.class;
    }

    @Override
    public Class<QuickstartReport> reportType() {
        return QuickstartReport.class;
    }

    @Override
    public Optional<String> procedure() {
        // It writes a page to a folder beside the command line; a SQL client has no such folder.
        return Optional.empty();
    }

    @Override
    public QuickstartReport run(QuickstartParams params, JobContext context) throws Exception {
        long start = System.nanoTime();
        ReportFolder.require(params.report());
        context.progress().phase("data");
        DigitsTables.write(context.spark());

        Map<String, Object> train = new HashMap<>();
        train.put("table", DigitsTables.TRAIN);
        train.put("features", List.of("image"));
        train.put("label", "label");
        train.put("model", MODEL);
        train.put("seed", params.seed());
        if (params.epochs() != null) {
            train.put("epochs", params.epochs());
        }
        TrainJob training = new TrainJob();
        TrainReport trained = training.run(JobSignature.of(training).bind(train), context);

        Map<String, Object> evaluate = new HashMap<>();
        evaluate.put("model", trained.ref());
        evaluate.put("table", DigitsTables.TEST);
        evaluate.put("label", "label");
        evaluate.put("report", params.report());
        EvaluateJob evaluation = new EvaluateJob();
        EvaluateReport quality = evaluation.run(JobSignature.of(evaluation).bind(evaluate), context, trained.history());

        context.progress().phase("predicting");
        List<QuickstartReport.Prediction> predictions = predict(context, trained.ref());
        return new QuickstartReport(
                trained.ref(),
                trained.network(),
                trained.networkReason(),
                trained.kernels(),
                trained.rows(),
                quality.rows(),
                quality.accuracy(),
                quality.macroF1(),
                quality.ece(),
                quality.brier(),
                quality.logLoss(),
                predictions,
                quality.reportPage(),
                tryNext(context),
                (System.nanoTime() - start) / 1e9);
    }

    @Override
    public void requireResult(QuickstartReport report, JobContext context) {
        if (context.models().list().stream().noneMatch(v -> v.ref().equals(report.model()))) {
            throw new AthanorException(
                    "Cannot give the result of run " + context.runId(),
                    "the model " + report.model() + " that it made was deleted since",
                    "Run it again with another --run-id");
        }
    }

    /** A handful of the rows kept aside: those the model is least sure of, then some of the others. */
    private static List<QuickstartReport.Prediction> predict(JobContext context, String ref) {
        List<Row> rows = context.spark()
                .sql("SELECT id, label, p.prediction, p.confidence FROM (SELECT id, label, predict('" + ref
                        + "', image) AS p FROM " + DigitsTables.TEST + ") ORDER BY p.confidence, id")
                .collectAsList();
        List<QuickstartReport.Prediction> shown = new ArrayList<>();
        int step = Math.max(1, rows.size() / (SHOWN - LEAST_SURE + 1));
        for (int i = 0; i < rows.size() && shown.size() < SHOWN; i += i < LEAST_SURE - 1 ? 1 : step) {
            Row row = rows.get(i);
            shown.add(new QuickstartReport.Prediction(
                    row.getInt(0), row.getInt(1), ((Number) row.get(2)).intValue(), row.getDouble(3)));
        }
        return shown;
    }

    /** Commands that work as they stand, in the folder that this one ran in. */
    private static List<String> tryNext(JobContext context) {
        String here = new Path(java.nio.file.Path.of("athanor-warehouse").toUri()).toString();
        String warehouse = new Path(context.warehouse()).toString();
        String command = System.getProperty("athanor.command", "./athanor");
        String athanor = warehouse.equals(here) || (warehouse + "/").equals(here)
                ? command + " "
                : command + " --warehouse '" + warehouse.replace("'", "'\\''") + "' ";
        return List.of(
                athanor + "sql -e \"SELECT id, label, predict('" + MODEL + "', image) AS p FROM " + DigitsTables.TEST
                        + " ORDER BY p.confidence LIMIT 5\"",
                athanor + "train --table " + DigitsTables.TRAIN + " --features image --label label --model " + MODEL
                        + " --network mlp",
                athanor + "models list");
    }
}
