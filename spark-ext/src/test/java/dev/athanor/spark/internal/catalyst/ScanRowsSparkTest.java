package dev.athanor.spark.internal.catalyst;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.FileSourceScanExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ScanRowsSparkTest extends PredictTestSession {
    private static final String KEY = "spark.sql.parquet.columnarReaderBatchSize";

    @BeforeAll
    static void table() {
        predictSpark()
                .sql("SELECT id, transform(sequence(1, 784), i -> CAST(id + i AS FLOAT)) AS v FROM range(500)")
                .coalesce(1)
                .write()
                .mode("overwrite")
                .parquet("target/predict/long-vectors");
    }

    @Test
    void longVectorsAreReadInFewerRows() {
        Dataset<Row> rows = read("id", "v");
        FileSourceScanExec scan = scan(ScanRows.fit(plan(rows.where("id < 400")), 784));
        assertThat(rowsAtATime(scan)).isEqualTo(120);
        assertThat(predictSpark().conf().get(KEY)).isEqualTo("4096");
        // the scan itself gives the rows in batches of that many
        assertThat(scan.executeColumnar()
                        .toJavaRDD()
                        .map(batch -> ((org.apache.spark.sql.vectorized.ColumnarBatch) (Object) batch).numRows())
                        .collect())
                .containsExactly(120, 120, 120, 120, 20);
    }

    @Test
    void scansWithoutLongVectorsStayAsTheyAre() {
        SparkPlan plan = plan(read("id"));
        assertThat(ScanRows.fit(plan, 784)).isEqualTo(plan);
        assertThat(rowsAtATime(scan(ScanRows.fit(plan(read("id", "v")), 3)))).isEqualTo(4096);
    }

    @Test
    void aSettingOfTheSessionIsKept() {
        SparkSession session = predictSpark();
        session.conf().set(KEY, 2048);
        try {
            assertThat(rowsAtATime(scan(ScanRows.fit(plan(read("id", "v")), 784))))
                    .isEqualTo(2048);
        } finally {
            session.conf().unset(KEY);
        }
    }

    private static Dataset<Row> read(String first, String... others) {
        return predictSpark().read().parquet("target/predict/long-vectors").select(first, others);
    }

    private static SparkPlan plan(Dataset<Row> rows) {
        return ((org.apache.spark.sql.classic.Dataset<Row>) rows)
                .queryExecution()
                .sparkPlan();
    }

    private static FileSourceScanExec scan(SparkPlan plan) {
        return (FileSourceScanExec) plan.collectLeaves().head();
    }

    private static int rowsAtATime(FileSourceScanExec scan) {
        return scan.relation().sparkSession().sessionState().conf().parquetVectorizedReaderBatchSize();
    }
}
