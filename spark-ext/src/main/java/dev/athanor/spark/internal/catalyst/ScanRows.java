package dev.athanor.spark.internal.catalyst;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.execution.CoalesceExec;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.FileSourceScanExec;
import org.apache.spark.sql.execution.FilterExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.UserDefinedType;

/**
 * How many rows of long vectors a scan of Parquet or Delta reads at a time.
 *
 * <p>Spark reads 4,096 rows at a time. Of vectors of 784 floats these are 38 MB with their levels: they have left the
 * processor's caches before anything uses them. A scan that feeds a prediction reads fewer; {@code PredictBenchmark}
 * prints both. Other scans, and sessions that set {@code spark.sql.parquet.columnarReaderBatchSize} themselves, stay as
 * they are.
 */
final class ScanRows {
    /** Numbers of one column held at once; three arrays of four bytes each then fit a second cache of 1 to 2 MB. */
    private static final long NUMBERS = 96 * 1024;

    /** Fewer rows would cost more in calls than they save. A multiple of the heights of register tiles. */
    private static final int STEP = 24;

    private static final String KEY =
            SQLConf.PARQUET_VECTORIZED_READER_BATCH_SIZE().key();

    private ScanRows() {}

    /**
     * Has the scan below, if there is one with at most projections, filters and a coalesce above it, read as many rows at a time as
     * the caches hold. Call it right before the plan is executed.
     *
     * @param rowNumbers numbers in the vectors of one row
     */
    static void fit(SparkPlan plan, long rowNumbers) {
        Optional<FileSourceScanExec> found = scan(plan, rowNumbers);
        if (found.isEmpty()) {
            return;
        }
        FileSourceScanExec scan = found.get();
        SQLConf conf = conf(scan);
        String rows = Long.toString(rows(rowNumbers));
        // A reader takes the number from its session, when the scan's RDD is made, and from nowhere else.
        synchronized (conf) {
            if (conf.contains(KEY)) {
                return;
            }
            conf.setConfString(KEY, rows);
            try {
                scan.inputRDD();
            } finally {
                if (rows.equals(conf.getConfString(KEY, null))) {
                    conf.unsetConf(KEY);
                }
            }
        }
    }

    /** For EXPLAIN: how many rows at a time {@link #fit} has the scan below read, or an empty string. */
    static String describe(SparkPlan plan, long rowNumbers) {
        return scan(plan, rowNumbers)
                .filter(scan -> !conf(scan).contains(KEY))
                .map(scan -> ", rows at a time: " + rows(rowNumbers))
                .orElse("");
    }

    private static long rows(long rowNumbers) {
        return Math.max(1, NUMBERS / Math.max(1, rowNumbers) / STEP) * STEP;
    }

    private static SQLConf conf(FileSourceScanExec scan) {
        return scan.relation().sparkSession().sessionState().conf();
    }

    /** The scan to fit: columnar, of long vectors, and without subqueries, which are not run yet. */
    private static Optional<FileSourceScanExec> scan(SparkPlan plan, long rowNumbers) {
        SparkPlan below = plan;
        while (below instanceof ProjectExec
                || below instanceof FilterExec
                || below instanceof ColumnarToRowExec
                || below instanceof CoalesceExec
                || below instanceof InputAdapter
                || below instanceof WholeStageCodegenExec) {
            below = below.children().head();
        }
        return below instanceof FileSourceScanExec scan
                        && scan.relation().fileFormat() instanceof ParquetFileFormat
                        && scan.supportsColumnar()
                        && scan.subqueries().isEmpty()
                        && rows(rowNumbers) < conf(scan).parquetVectorizedReaderBatchSize()
                        && hasVectors(scan)
                ? Optional.of(scan)
                : Optional.empty();
    }

    private static boolean hasVectors(FileSourceScanExec scan) {
        List<Attribute> columns = Seqs.list(scan.output());
        return columns.stream().map(Attribute::dataType).anyMatch(ScanRows::isVector);
    }

    private static boolean isVector(DataType type) {
        return type instanceof ArrayType || type instanceof UserDefinedType<?>;
    }
}
