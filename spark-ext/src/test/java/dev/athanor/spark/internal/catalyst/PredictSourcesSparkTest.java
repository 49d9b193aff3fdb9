package dev.athanor.spark.internal.catalyst;

import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows from files, caches, checkpoints and other sessions get the predictions that plain rows get. */
class PredictSourcesSparkTest extends PredictTestSession {
    private static final String QUERY = "SELECT id, predict('news', x, s) AS n, predict('digits', v) AS d,"
            + " predict('price', x) AS y FROM %s WHERE n.confidence > 0.6 OR d.error IS NOT NULL ORDER BY id";

    @TempDir
    static Path folder;

    private static List<Row> expected;

    @BeforeAll
    static void rows() {
        // Dictionaries, nulls in and of arrays, ragged arrays, NaN.
        predictSpark()
                .sql("SELECT id, CASE WHEN id % 5 = 0 THEN NULL WHEN id % 7 = 0 THEN double('NaN') ELSE id % 3 / 2D END"
                        + " AS x, CASE WHEN id % 11 > 0 THEN concat('text ', id % 4) END AS s,"
                        + " CASE WHEN id % 13 = 0 THEN NULL WHEN id % 9 = 0 THEN array(float(id))"
                        + " WHEN id % 17 = 0 THEN array(1F, NULL, 2F) ELSE array(float(id), 1F, 2F) END AS v"
                        + " FROM range(0, 3000, 1, 2)")
                .createOrReplaceTempView("source_rows");
        predictSpark().conf().set("spark.athanor.inference.operator", false);
        try {
            expected = predictSpark().sql(QUERY.formatted("source_rows")).collectAsList();
        } finally {
            predictSpark().conf().unset("spark.athanor.inference.operator");
        }
        assertThat(expected).hasSizeBetween(100, 2999);
    }

    /** Calls in the plan: those that no condition asks for come after it, in an operator of their own. */
    private static int calls(Dataset<Row> rows) {
        return Operators.in(rows).stream()
                .mapToInt(operator -> operator.calls().size())
                .sum();
    }

    private static Dataset<Row> rowsOf(String format) {
        String path = folder.resolve(format).toString();
        predictSpark()
                .table("source_rows")
                .write()
                .format(format)
                .mode("overwrite")
                .save(path);
        Dataset<Row> rows = predictSpark().read().format(format).load(path);
        rows.createOrReplaceTempView("source_" + format);
        return predictSpark().sql(QUERY.formatted("source_" + format));
    }

    @Test
    void parquetByColumnsAndByRows() {
        SparkSession spark = predictSpark();
        Dataset<Row> byColumns = rowsOf("parquet");
        assertThat(byColumns.collectAsList()).isEqualTo(expected);
        assertThat(Operators.in(byColumns))
                .as("%s", Operators.plan(byColumns))
                .anyMatch(BatchInferenceExec::columnarInput);
        assertThat(calls(byColumns)).isEqualTo(3);
        for (String key : List.of(
                "spark.sql.parquet.enableVectorizedReader", "spark.sql.parquet.enableNestedColumnVectorizedReader")) {
            spark.conf().set(key, false);
            try {
                Dataset<Row> byRows = spark.sql(QUERY.formatted("source_parquet"));
                assertThat(byRows.collectAsList()).as(key).isEqualTo(expected);
                assertThat(Operators.in(byRows)).as(key).isNotEmpty().noneMatch(BatchInferenceExec::columnarInput);
            } finally {
                spark.conf().unset(key);
            }
        }
        spark.conf().set("spark.sql.columnVector.offheap.enabled", true);
        try {
            assertThat(spark.sql(QUERY.formatted("source_parquet")).collectAsList())
                    .as("off heap")
                    .isEqualTo(expected);
        } finally {
            spark.conf().unset("spark.sql.columnVector.offheap.enabled");
        }
    }

    @Test
    void orcJsonAndDelta() {
        for (String format : List.of("orc", "json", "delta")) {
            if (!format.equals("json")) {
                assertThat(rowsOf(format).collectAsList()).as(format).isEqualTo(expected);
            } else {
                // JSON has no NaN of its own: it comes back as one.
                String path = folder.resolve(format).toString();
                predictSpark().table("source_rows").write().json(path);
                predictSpark()
                        .read()
                        .schema("id BIGINT, x DOUBLE, s STRING, v ARRAY<FLOAT>")
                        .json(path)
                        .createOrReplaceTempView("source_json");
                assertThat(predictSpark().sql(QUERY.formatted("source_json")).collectAsList())
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void deltaWithDeletedRows() {
        SparkSession spark = predictSpark();
        spark.sql("CREATE OR REPLACE TABLE source_deleted USING delta"
                + " TBLPROPERTIES ('delta.enableDeletionVectors' = true) AS SELECT * FROM source_rows");
        spark.sql("DELETE FROM source_deleted WHERE id % 3 = 1");
        assertThat(spark.sql(QUERY.formatted("source_deleted")).collectAsList())
                .isEqualTo(
                        expected.stream().filter(row -> row.getLong(0) % 3 != 1).toList());
    }

    @Test
    void cachesKeepPredictions() {
        SparkSession spark = predictSpark();
        spark.sql("CACHE TABLE source_cached AS SELECT id, predict('news', x, s) AS n, predict('digits', v) AS d,"
                + " predict('price', x) AS y FROM source_rows");
        long before = NEWS.rows.get();
        assertThat(spark.sql("SELECT * FROM source_cached WHERE n.confidence > 0.6 OR d.error IS NOT NULL ORDER BY id")
                        .collectAsList())
                .isEqualTo(expected);
        assertThat(NEWS.rows.get()).as("rows predicted again").isEqualTo(before);
        spark.sql("UNCACHE TABLE source_cached");
        spark.sql("CACHE TABLE source_rows_cached AS SELECT * FROM source_rows");
        assertThat(spark.sql(QUERY.formatted("source_rows_cached")).collectAsList())
                .isEqualTo(expected);
        spark.sql("UNCACHE TABLE source_rows_cached");
    }

    @Test
    void checkpointsKeepPredictions() {
        SparkSession spark = predictSpark();
        Dataset<Row> kept = spark.sql(QUERY.formatted("source_rows")).localCheckpoint();
        long before = NEWS.rows.get();
        assertThat(kept.orderBy("id").collectAsList()).isEqualTo(expected);
        assertThat(NEWS.rows.get()).isEqualTo(before);
        spark.sparkContext().setCheckpointDir(folder.resolve("checkpoints").toString());
        spark.table("source_rows").checkpoint().createOrReplaceTempView("source_checkpoint");
        assertThat(spark.sql(QUERY.formatted("source_checkpoint")).collectAsList())
                .isEqualTo(expected);
    }

    @Test
    void ansiModeDoesNotMatter() {
        SparkSession spark = predictSpark();
        spark.conf().set("spark.sql.ansi.enabled", false);
        try {
            assertThat(spark.sql(QUERY.formatted("source_rows")).collectAsList())
                    .isEqualTo(expected);
        } finally {
            spark.conf().unset("spark.sql.ansi.enabled");
        }
    }

    @Test
    void columnsOfTheDatasetApi() {
        Dataset<Row> rows = predictSpark()
                .table("source_rows")
                .withColumn("n", call_function("predict", lit("news@champion"), col("x"), col("s")))
                .withColumn("d", call_function("predict", lit("digits"), col("v")))
                .withColumn("y", call_function("predict", lit("price"), col("x")))
                .where("n.confidence > 0.6 OR d.error IS NOT NULL")
                .select("id", "n", "d", "y")
                .orderBy("id");
        assertThat(rows.collectAsList()).isEqualTo(expected);
        assertThat(calls(rows)).isEqualTo(3);
        assertThat(rows.toJavaRDD().collect()).isEqualTo(expected);
        assertThat(rows.toLocalIterator()).toIterable().containsExactlyElementsOf(expected);
    }

    @Test
    void functionsOfTheUserMayPredict() {
        SparkSession spark = predictSpark();
        spark.sql("CREATE OR REPLACE TEMPORARY FUNCTION price_of(a DOUBLE) RETURNS DOUBLE"
                + " RETURN predict('price', a).prediction");
        try {
            Dataset<Row> rows = spark.sql("SELECT id, price_of(x) FROM source_rows ORDER BY id");
            assertThat(rows.collectAsList())
                    .isEqualTo(spark.sql("SELECT id, predict('price', x).prediction FROM source_rows ORDER BY id")
                            .collectAsList());
            assertThat(calls(rows)).isEqualTo(1);
        } finally {
            spark.sql("DROP TEMPORARY FUNCTION price_of");
        }
    }

    @Test
    void statementsBuiltFromTextPredict() {
        assertThat(predictSpark()
                        .sql("EXECUTE IMMEDIATE \"" + QUERY.formatted("source_rows") + "\"")
                        .collectAsList())
                .isEqualTo(expected);
        assertThat(predictSpark()
                        .sql("SELECT count(predict(:model, x, s).prediction) FROM source_rows", Map.of("model", "news"))
                        .first()
                        .getLong(0))
                .isEqualTo(3000);
    }
}
