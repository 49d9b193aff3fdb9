package dev.athanor.pipelines.cli;

import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.JobRunner;
import dev.athanor.spark.job.Param;
import dev.athanor.spark.job.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** A process with a run that counts until it is stopped; its warehouse is the first argument. */
final class CancelledRun implements Job<CancelledRun.Params, CancelledRun.Report> {
    record Params(@Param(doc = "Nothing.") String nothing) {}

    record Report(long counted) {}

    private CancelledRun() {}

    public static void main(String[] args) {
        Globals globals = new Globals(args[0], "local[1]", Map.of(), false, true, null, false);
        SparkSession spark = Sessions.start("endless", globals);
        JobRunner.run(new CancelledRun(), Map.of(), "endless-1", spark, Progress.NONE);
    }

    @Override
    public String name() {
        return "endless";
    }

    @Override
    public String summary() {
        return "Counts without end.";
    }

    @Override
    public Class<Params> paramsType() {
        return Params.class;
    }

    @Override
    public Class<Report> reportType() {
        return Report.class;
    }

    @Override
    public Report run(Params params, JobContext context) throws Exception {
        context.metrics(1, Map.of("started", 1.0));
        Files.createFile(Path.of(context.warehouse().substring("file:".length()), "started"));
        return new Report(context.spark()
                .range(0, 1_000_000_000_000L, 1, 1)
                .selectExpr("sum(hash(id))")
                .first()
                .getLong(0));
    }
}
