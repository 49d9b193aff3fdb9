package dev.athanor.spark.catalog;

import dev.athanor.spark.internal.catalyst.catalog.PlatformCatalog;
import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobRunner;
import dev.athanor.spark.job.Jobs;
import dev.athanor.spark.job.Progress;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * The catalog {@code athanor}: {@code CALL athanor.train(table => 'news', …)} for every job on the class path, and
 * {@code SELECT * FROM athanor.runs} for the platform's tables.
 *
 * <p>Arguments go by name or position; those left out have the job's defaults; {@code run_id} resumes a run or gives its
 * result. The rows are the job's report: a column for each component, or a row for each record of a list.
 */
public final class AthanorCatalog extends PlatformCatalog {
    /** Called by Spark. */
    public AthanorCatalog() {
        super(AthanorCatalog::run);
    }

    @Override
    protected List<Job<?, ?>> jobs() {
        return Jobs.all();
    }

    private static Record run(Job<?, ?> job, Map<String, Object> arguments, String runId) {
        return JobRunner.run(job, arguments, runId, SparkSession.active(), Progress.NONE)
                .report();
    }
}
