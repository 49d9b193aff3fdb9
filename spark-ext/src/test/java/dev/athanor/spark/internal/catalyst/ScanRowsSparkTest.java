package dev.athanor.spark.internal.catalyst;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.FileSourceScanExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScanRowsSparkTest extends PredictTestSession {
    private static final String KEY = "spark.sql.parquet.columnarReaderBatchSize";

    @BeforeAll
    static void tables() {
        Dataset<Row> rows = predictSpark()
                .sql("SELECT id, transform(sequence(1, 784), i -> CAST(id + i AS FLOAT)) AS v FROM range(500)")
                .coalesce(1);
        for (String format : List.of("parquet", "delta")) {
            rows.write().format(format).mode("overwrite").save("target/predict/long-vectors-" + format);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "delta"})
    void longVectorsAreReadInFewerRows(String format) {
        SparkPlan plan = plan(read(format, "v").where("size(v) > 3"));
        assertThat(ScanRows.describe(plan, 784)).isEqualTo(", rows at a time: 120");
        ScanRows.fit(plan, 784);
        assertThat(batches(plan)).containsExactly(120, 120, 120, 120, 20);
        assertThat(predictSpark().conf().get(KEY)).isEqualTo("4096");
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "delta"})
    void scansWithoutLongVectorsStayAsTheyAre(String format) {
        SparkPlan numbers = plan(read(format, "id"));
        ScanRows.fit(numbers, 784);
        assertThat(batches(numbers)).containsExactly(500);
        SparkPlan shortVectors = plan(read(format, "v"));
        ScanRows.fit(shortVectors, 3);
        assertThat(batches(shortVectors)).containsExactly(500);
        assertThat(ScanRows.describe(shortVectors, 3)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "delta"})
    void aSettingOfTheSessionIsKept(String format) {
        SparkSession session = predictSpark();
        session.conf().set(KEY, 300);
        try {
            SparkPlan plan = plan(read(format, "v"));
            assertThat(ScanRows.describe(plan, 784)).isEmpty();
            ScanRows.fit(plan, 784);
            assertThat(batches(plan)).containsExactly(300, 200);
            assertThat(session.conf().get(KEY)).isEqualTo("300");
        } finally {
            session.conf().unset(KEY);
        }
    }

    @ParameterizedTest
    @CsvSource({"parquet,true", "parquet,false", "delta,true", "delta,false"})
    void aPredictionIsFedInFewerRowsAndRowsComeOutTheSame(String format, boolean adaptive) {
        SparkSession session = predictSpark();
        session.conf().set("spark.sql.adaptive.enabled", adaptive);
        try {
            // a batch ends where what was read at a time does; the first ones are short and double
            List<Row> fitted = predicted(format);
            assertThat(PIXELS.batches).containsExactly(16, 32, 64, 8, 120, 120, 120, 20);
            session.conf().set(KEY, 300);
            List<Row> asSet = predicted(format);
            assertThat(PIXELS.batches).containsExactly(16, 32, 64, 128, 60, 200);
            assertThat(fitted).hasSize(500).doesNotHaveDuplicates().isEqualTo(asSet);
            assertThat(fitted).allMatch(row -> !row.isNullAt(1) && row.isNullAt(2));
        } finally {
            session.conf().unset(KEY);
            session.conf().unset("spark.sql.adaptive.enabled");
        }
    }

    private static List<Row> predicted(String format) {
        PIXELS.batches.clear();
        return predictSpark()
                .read()
                .format(format)
                .load("target/predict/long-vectors-" + format)
                .selectExpr("id", "predict('pixels', v).prediction AS p", "predict('pixels', v).error AS e")
                .collectAsList();
    }

    private static Dataset<Row> read(String format, String column) {
        return predictSpark()
                .read()
                .format(format)
                .load("target/predict/long-vectors-" + format)
                .select(column);
    }

    private static SparkPlan plan(Dataset<Row> rows) {
        return ((org.apache.spark.sql.classic.Dataset<Row>) rows)
                .queryExecution()
                .sparkPlan();
    }

    /** Rows of each batch that the scan itself gives. */
    private static List<Integer> batches(SparkPlan plan) {
        FileSourceScanExec scan = (FileSourceScanExec) plan.collectLeaves().head();
        return scan.executeColumnar().toJavaRDD().map(ColumnarBatch::numRows).collect();
    }
}
