package dev.athanor.spark.internal.catalyst;

import java.util.LinkedHashMap;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.FileSourceScanExec;
import org.apache.spark.sql.execution.FilterExec;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.UserDefinedType;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;
import scala.jdk.javaapi.CollectionConverters;

/**
 * How many rows of long vectors a Parquet scan reads at a time.
 *
 * <p>Spark reads 4,096 rows at a time. Of vectors of 784 floats these are 38 MB with their levels: they have left the
 * processor's caches before anything uses them. A scan that feeds a prediction reads fewer, which takes a third less time
 * in {@code PredictBenchmark}; other scans, and sessions that set {@code spark.sql.parquet.columnarReaderBatchSize}
 * themselves, stay as they are.
 */
final class ScanRows {
    /** Numbers of one column held at once; three arrays of four bytes each then fit a second cache of 1 to 2 MB. */
    private static final long NUMBERS = 96 * 1024;

    /** Fewer rows would cost more in calls than they save. A multiple of the heights of register tiles. */
    private static final int STEP = 24;

    private static final String KEY =
            SQLConf.PARQUET_VECTORIZED_READER_BATCH_SIZE().key();

    /** Says the number in the plan, and keeps the scan from being equal to the one it replaces: Spark would keep that. */
    private static final String OPTION = "athanor.rows.at.a.time";

    private ScanRows() {}

    /** For EXPLAIN: how many rows at a time the scan below reads, if that was set here, else an empty string. */
    static String describe(SparkPlan plan) {
        if (plan.collectLeaves().head() instanceof FileSourceScanExec scan
                && scan.relation().options().contains(OPTION)) {
            return ", rows at a time: " + scan.relation().options().apply(OPTION);
        }
        return "";
    }

    /**
     * The plan with its scan, if it is a scan of Parquet with at most projections and filters above it, reading rows that
     * fit the caches.
     *
     * @param rowNumbers numbers in the vectors of one row
     */
    static SparkPlan fit(SparkPlan plan, long rowNumbers) {
        if (plan instanceof FileSourceScanExec scan) {
            return fit(scan, rowNumbers);
        } else if (plan instanceof ProjectExec || plan instanceof FilterExec || plan instanceof ColumnarToRowExec) {
            return plan.mapChildren(child -> fit(child, rowNumbers));
        }
        return plan;
    }

    private static SparkPlan fit(FileSourceScanExec scan, long rowNumbers) {
        HadoopFsRelation relation = scan.relation();
        SQLConf conf = relation.sparkSession().sessionState().conf();
        long rows = Math.max(1, NUMBERS / Math.max(1, rowNumbers) / STEP) * STEP;
        if (!(relation.fileFormat() instanceof ParquetFileFormat)
                || conf.contains(KEY)
                || rows >= conf.parquetVectorizedReaderBatchSize()
                || !hasVectors(scan)) {
            return scan;
        }
        // the reader takes the number from its relation's session and from nowhere else
        SparkSession session = ((SparkSession) relation.sparkSession()).cloneSession();
        session.sessionState().conf().setConfString(KEY, Long.toString(rows));
        HadoopFsRelation fitted = relation.copy(
                relation.location(),
                relation.partitionSchema(),
                relation.dataSchema(),
                relation.bucketSpec(),
                relation.fileFormat(),
                withRows(relation.options(), rows),
                session);
        FileSourceScanExec same = scan.copy(
                fitted,
                scan.stream(),
                scan.output(),
                scan.requiredSchema(),
                scan.partitionFilters(),
                scan.optionalBucketSet(),
                scan.optionalNumCoalescedBuckets(),
                scan.dataFilters(),
                scan.tableIdentifier(),
                scan.disableBucketedScan());
        same.copyTagsFrom(scan);
        return same;
    }

    private static Map<String, String> withRows(Map<String, String> options, long rows) {
        java.util.Map<String, String> all = new LinkedHashMap<>(CollectionConverters.asJava(options));
        all.put(OPTION, Long.toString(rows));
        return Map$.MODULE$.from(CollectionConverters.asScala(all));
    }

    private static boolean hasVectors(FileSourceScanExec scan) {
        List<Attribute> columns = Seqs.list(scan.output());
        return columns.stream().map(Attribute::dataType).anyMatch(ScanRows::isVector);
    }

    private static boolean isVector(DataType type) {
        return type instanceof ArrayType || type instanceof UserDefinedType<?>;
    }
}
