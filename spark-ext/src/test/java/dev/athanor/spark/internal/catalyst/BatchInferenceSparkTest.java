package dev.athanor.spark.internal.catalyst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

class BatchInferenceSparkTest extends PredictTestSession {
    @BeforeAll
    static void table() {
        predictSpark()
                .sql("SELECT id, CAST(id AS DOUBLE) AS x, concat('s', id) AS s,"
                        + " array(CAST(id AS FLOAT), 1.5F, 2.5F) AS v FROM range(0, 1000, 1, 1)")
                .write()
                .mode("overwrite")
                .parquet("target/predict/thousand");
        predictSpark().read().parquet("target/predict/thousand").createOrReplaceTempView("thousand");
    }

    @Test
    void explainShowsModelKernelsAndInput() {
        Dataset<Row> rows = predictSpark().sql("SELECT id, predict('news', x, s).prediction FROM thousand");
        assertThat(Operators.plan(rows).toString())
                .contains("BatchInference [predict(news@3, x#")
                .contains("(prediction)")
                .contains("kernels: fake (by hand) because ")
                .contains("batch rows: 512")
                .contains("input: columns");
        assertThat(rows.columns()).containsExactly("id", "predict('news', x, s).prediction");
    }

    @Test
    void parquetIsReadFromItsColumnVectors() {
        Dataset<Row> rows = predictSpark().sql("SELECT id, predict('digits', v).prediction AS d FROM thousand");
        assertThat(Operators.in(rows)).hasSize(1).allMatch(BatchInferenceExec::columnarInput);
        assertThat(Operators.plan(rows).toString()).doesNotContain("ColumnarToRow");
        assertThat(rows.collectAsList()).hasSize(1000);
    }

    @Test
    void theSameCallOverTheSameRowIsComputedOnce() {
        long before = NEWS.rows.get();
        List<Row> rows = predictSpark()
                .sql("SELECT id, predict('news', x, s).prediction, predict('news@3', x, s).confidence,"
                        + " predict('news@champion', x, s), predict('news', t.x, T.s) AS p, p.prediction AS class,"
                        + " concat(p.prediction, '') FROM thousand t"
                        + " WHERE predict('news', x, t.s).confidence > 0.5 AND p.confidence > 0.5 AND id < 600")
                .collectAsList();
        assertThat(rows).hasSize(600);
        assertThat(NEWS.rows.get() - before).isEqualTo(600);
    }

    @Test
    void limitComputesFewRows() {
        long before = NEWS.rows.get();
        assertThat(predictSpark()
                        .sql("SELECT predict('news', x, s) FROM thousand LIMIT 5")
                        .collectAsList())
                .hasSize(5);
        assertThat(NEWS.rows.get() - before).isEqualTo(5);
        before = NEWS.rows.get();
        assertThat(predictSpark()
                        .sql("SELECT id FROM thousand WHERE predict('news', x, s).confidence > 0.5 LIMIT 5")
                        .collectAsList())
                .hasSize(5);
        assertThat(NEWS.rows.get() - before).isLessThanOrEqualTo(16);
    }

    @Test
    void metricsCountRowsBatchesAndEngineTime() {
        Dataset<Row> rows = predictSpark().sql("SELECT predict('digits', v).error, predict('price', x) FROM thousand");
        rows.collectAsList();
        Map<String, SQLMetric> metrics =
                CollectionConverters.asJava(Operators.in(rows).get(0).metrics());
        assertThat(metrics.values().stream().map(metric -> metric.name().get()))
                .contains("number of output rows", "number of batches", "engine time", "arena bytes");
        assertThat(metrics.get(BatchInferenceExec.ROWS).value()).isEqualTo(1000);
        // 16 + 32 + … + 512 rows hold 1000, for each of two calls.
        assertThat(metrics.get(BatchInferenceExec.BATCHES).value()).isEqualTo(12);
        assertThat(metrics.get(BatchInferenceExec.ENGINE_TIME).value()).isGreaterThan(0);
        assertThat(metrics.get(BatchInferenceExec.ARENA).value()).isEqualTo(2 * 4096);
    }

    @Test
    void predictionsHaveTheTypeOfTheLabel() {
        Row row = predictSpark()
                .sql("SELECT predict('digits', v).prediction, predict('truth', s).prediction,"
                        + " predict('days', x).prediction, predict('price', x).prediction FROM thousand LIMIT 1")
                .first();
        assertThat(row.get(0)).isInstanceOf(Integer.class);
        assertThat(row.get(1)).isInstanceOf(Boolean.class);
        assertThat(row.get(2)).isIn(Date.valueOf("2024-01-31"), Date.valueOf("2024-02-29"));
        assertThat(row.get(3)).isInstanceOf(Double.class);
        assertThat(predictSpark()
                        .sql("SELECT predict('digits', v) AS p FROM thousand")
                        .schema()
                        .toDDL())
                .isEqualTo("p STRUCT<prediction: INT, confidence: DOUBLE, probabilities: MAP<STRING, DOUBLE>, error:"
                        + " STRING> NOT NULL");
    }

    @Test
    void badRowsCarryTheirErrorAndNothingElse() {
        List<Row> rows = predictSpark()
                .sql("SELECT predict('digits', v) AS p FROM VALUES (array(1.0F)), (array(1.0F, 2.0F, 3.0F)),"
                        + " (CAST(NULL AS ARRAY<FLOAT>)) AS t(v)")
                .collectAsList();
        Row bad = rows.get(0).getStruct(0);
        assertThat(bad.getString(3)).isEqualTo("ragged");
        assertThat(bad.isNullAt(0) && bad.isNullAt(1) && bad.isNullAt(2)).isTrue();
        assertThat(rows.get(1).getStruct(0).isNullAt(3)).isTrue();
        assertThat(rows.get(2).getStruct(0).isNullAt(3)).isTrue();
    }

    @Test
    void wrongCallsSayWhatIsWrong() {
        assertThatThrownBy(() -> predictSpark().sql("SELECT predict('news', x) FROM thousand"))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot call predict with news@3: it takes 2 columns and 1 is given."
                        + " Give its columns in this order: x double, s string.");
        assertThatThrownBy(() -> predictSpark().sql("SELECT predict('news', s, s) FROM thousand"))
                .hasMessage("Cannot call predict with news@3: feature 'x' was trained as double and is given as string."
                        + " Cast it to double, or train the model again on the new type.");
        assertThatThrownBy(() -> predictSpark().sql("SELECT predict('nwes', x, s) FROM thousand"))
                .hasMessage("Cannot find model nwes: no model has that name. Did you mean 'news'?.");
        assertThatThrownBy(() -> predictSpark().sql("SELECT predict(s, x, s) FROM thousand"))
                .hasMessageContaining("the model must be a constant string");
        assertThatThrownBy(() -> predictSpark().sql("SELECT predict('../news', x, s) FROM thousand"))
                .hasMessageContaining("Cannot use '../news' as a model name");
        assertThatThrownBy(() -> predictSpark().sql("SELECT predict('digits', named_struct('a', 1))"))
                .hasMessageContaining("feature 'v' was trained as array<float> and is given as struct<a:int>");
    }

    @Test
    void streamsPredictTheSame(@TempDir Path folder) throws Exception {
        SparkSession spark = predictSpark();
        Path in = folder.resolve("in");
        spark.sql("SELECT id, x, s FROM thousand").write().parquet(in.toString());
        Dataset<Row> stream = spark.readStream()
                .schema(StructType.fromDDL("id BIGINT, x DOUBLE, s STRING"))
                .parquet(in.toString());
        stream.createOrReplaceTempView("arriving");
        StreamingQuery query = spark.sql("SELECT id, predict('news', x, s).prediction AS p FROM arriving"
                        + " WHERE predict('news', x, s).confidence > 0.7")
                .writeStream()
                .format("parquet")
                .option("checkpointLocation", folder.resolve("checkpoint").toString())
                .start(folder.resolve("out").toString());
        query.processAllAvailable();
        query.stop();
        assertThat(query.lastProgress().numInputRows()).isGreaterThanOrEqualTo(0);
        Dataset<Row> streamed =
                spark.read().parquet(folder.resolve("out").toString()).orderBy("id");
        assertThat(streamed.collectAsList())
                .isEqualTo(spark.sql("SELECT id, predict('news', x, s).prediction AS p FROM thousand"
                                + " WHERE predict('news', x, s).confidence > 0.7 ORDER BY id")
                        .collectAsList())
                .isNotEmpty();
    }

    @Test
    void insertsAndMergesTakePredictions() {
        SparkSession spark = predictSpark();
        String folder = warehouse().resolve("predict_merge").toString();
        String table = "delta.`" + folder + "`";
        spark.sql("CREATE TABLE " + table + " (id BIGINT, p STRING) USING delta");
        spark.sql("INSERT INTO " + table + " SELECT id, predict('news', x, s).prediction FROM thousand WHERE id < 10");
        spark.sql("MERGE INTO " + table + " t USING (SELECT id, predict('digits', v).prediction AS d FROM thousand"
                + " WHERE predict('news', x, s).confidence > 0.5 AND id BETWEEN 5 AND 14) s ON t.id = s.id"
                + " WHEN MATCHED THEN UPDATE SET p = s.d WHEN NOT MATCHED THEN INSERT (id, p) VALUES (s.id, s.d)");
        assertThat(spark.sql("SELECT id, p FROM " + table + " ORDER BY id").collectAsList())
                .isEqualTo(spark.sql("SELECT id, CASE WHEN id < 5 THEN predict('news', x, s).prediction"
                                + " ELSE CAST(predict('digits', v).prediction AS STRING) END FROM thousand"
                                + " WHERE id < 15 ORDER BY id")
                        .collectAsList())
                .hasSize(15);
    }

    @Test
    void viewsAndTablesMadeFromAQueryPredict() {
        SparkSession spark = predictSpark();
        spark.sql("CREATE OR REPLACE TEMP VIEW scored AS SELECT id, predict('news', x, s) AS p FROM thousand");
        Dataset<Row> rows = spark.sql("SELECT id FROM scored WHERE p.confidence > 0.9");
        assertThat(Operators.plan(rows).toString()).contains("(confidence)");
        assertThat(rows.count()).isBetween(1L, 999L);
        Dataset<Row> cached = spark.sql("SELECT id, p.prediction FROM scored").cache();
        assertThat(cached.count()).isEqualTo(1000);
        cached.unpersist();
    }

    @Test
    void anyRowsGiveTheSameByRowAndByBatch() {
        for (long seed = 1; seed <= 6; seed++) {
            Random random = new Random(seed);
            List<Row> rows = new ArrayList<>();
            int count = new int[] {0, 1, 3, 31, 207, 700}[(int) seed - 1];
            for (int i = 0; i < count; i++) {
                rows.add(RowFactory.create(i, number(random), text(random), vector(random)));
            }
            SparkSession spark = predictSpark();
            spark.createDataFrame(rows, StructType.fromDDL("id INT, x DOUBLE, s STRING, v ARRAY<FLOAT>"))
                    .repartition(1 + random.nextInt(3))
                    .createOrReplaceTempView("generated");
            String query = "SELECT id, predict('news', x, s), predict('digits', v), predict('price', x) FROM generated"
                    + " ORDER BY id";
            List<Row> byBatch = spark.sql(query).collectAsList();
            spark.conf().set("spark.athanor.inference.operator", "false");
            try {
                assertThat(spark.sql(query).collectAsList())
                        .as("seed %s", seed)
                        .isEqualTo(byBatch)
                        .hasSize(count);
            } finally {
                spark.conf().unset("spark.athanor.inference.operator");
            }
        }
    }

    private static Double number(Random random) {
        double[] odd = {0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE};
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> odd[random.nextInt(odd.length)];
            default -> random.nextGaussian();
        };
    }

    private static String text(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> null;
            case 1 -> "";
            case 2 -> "\uD83D\uDE00".repeat(random.nextInt(5));
            case 3 -> "x".repeat(random.nextInt(20_000));
            default -> Long.toString(random.nextLong(), 36);
        };
    }

    private static Float[] vector(Random random) {
        if (random.nextInt(6) == 0) {
            return null;
        }
        Float[] vector = new Float[random.nextInt(5) == 0 ? random.nextInt(9) : 3];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = random.nextInt(20) == 0 ? null : (Float) (float) random.nextGaussian();
        }
        return vector;
    }

    @Test
    void longTextsMakeBatchesSmaller() {
        SparkSession spark = predictSpark();
        Dataset<Row> rows =
                spark.sql("SELECT predict('truth', repeat('abcdefgh', 400000)).error FROM range(0, 40, 1, 1)");
        assertThat(rows.collectAsList()).hasSize(40).allMatch(row -> row.isNullAt(0));
        // 3.2 MB a row: a batch is full at 32 MiB, which is eleven rows.
        assertThat(CollectionConverters.asJava(Operators.in(rows).get(0).metrics())
                        .get(BatchInferenceExec.BATCHES)
                        .value())
                .isEqualTo(4);
    }

    @Test
    void rowReasonsAreShown() throws Exception {
        assertThat(Operators.plan(predictSpark()
                                .sql("SELECT transform(array(x), y -> predict('price', y)) FROM thousand"))
                        .toString())
                .containsPattern("\\[by row: an argument is a variable of a lambda, kernels: \\S.* because \\S.*]");
        assertThat(Files.exists(Path.of("target/predict/thousand"))).isTrue();
    }
}
