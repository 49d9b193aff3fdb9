package dev.athanor.spark.internal.catalyst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.conf.AthanorConf;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/** {@code ai_embed} and {@code ai_similarity}; that they find the right rows is shown by {@code sql/embed}. */
class AiEmbedSparkTest extends PredictTestSession {
    @BeforeAll
    static void table() {
        // 'text 7' has no vector, 'text 10' and what follows are longer than the eight characters that are read.
        predictSpark()
                .sql("SELECT id, CAST(id AS DOUBLE) AS x, IF(id % 50 = 9, NULL, concat('text ', repeat(id % 10, 1 + id"
                        + " div 100))) AS s FROM range(0, 1000, 1, 1)")
                .write()
                .mode("overwrite")
                .parquet("target/predict/texts");
        predictSpark().read().parquet("target/predict/texts").createOrReplaceTempView("embed_rows");
    }

    private static Map<String, SQLMetric> metrics(Dataset<Row> rows) {
        rows.collectAsList();
        return CollectionConverters.asJava(Operators.in(rows).get(0).metrics());
    }

    @Test
    void vectorsAreArraysOfFloats() {
        Dataset<Row> rows =
                predictSpark().sql("SELECT ai_embed('mini', s), ai_embed('mini', s, 'error') FROM embed_rows");
        assertThat(rows.schema().fields()[0].dataType())
                .isEqualTo(DataTypes.createArrayType(DataTypes.FloatType, false));
        assertThat(rows.columns()).containsExactly("ai_embed('mini', s)", "ai_embed('mini', s, error)");
        assertThat(rows.first().getList(0)).hasSize(5).allMatch(value -> value instanceof Float);
    }

    @Test
    void explainShowsModelKernelsAndInput() {
        Dataset<Row> rows = predictSpark().sql("SELECT id, ai_embed('mini', s, 'error')[0] AS e FROM embed_rows");
        assertThat(Operators.plan(rows).toString())
                .contains("BatchInference [ai_embed(mini@3, s#")
                .contains(", error) AS prediction0")
                .contains("kernels: fake (by hand) because ")
                .contains("input: columns");
    }

    @Test
    void theSameTextOfARowIsEmbeddedOnce() {
        long before = MINI.rows.get();
        List<Row> rows = predictSpark()
                .sql("SELECT ai_embed('mini', s) AS e, ai_embed('mini@champion', t.s)[1], ai_similarity(s, S, 'mini@3')"
                        + " FROM embed_rows t WHERE e IS NOT NULL AND ai_embed('mini', s)[0] >= 0 AND id < 100")
                .collectAsList();
        assertThat(rows).hasSize(88);
        assertThat(MINI.rows.get() - before).isEqualTo(100);
    }

    @Test
    void metricsCountWhatHasNoVectorAndWhatWasCut() {
        Map<String, SQLMetric> metrics = metrics(predictSpark().sql("SELECT ai_embed('mini', s) AS e FROM embed_rows"));
        assertThat(metrics.get(BatchInferenceExec.ROWS).value()).isEqualTo(1000);
        assertThat(metrics.get(BatchInferenceExec.ERRORS).value()).isEqualTo(100);
        // From the fourth hundred on nine characters and more, but for nulls and rows without vector.
        assertThat(metrics.get(BatchInferenceExec.TRUNCATED).value()).isEqualTo(700 - 14 - 70);
        metrics = metrics(predictSpark().sql("SELECT ai_embed('mini', s, 'error') AS e FROM embed_rows"));
        assertThat(metrics.get(BatchInferenceExec.TRUNCATED).value()).isZero();
        assertThat(metrics.get(BatchInferenceExec.ERRORS).value()).isEqualTo(100 + 700 - 14 - 70);
        assertThat(metrics.values().stream().map(metric -> metric.name().get())).contains("number of truncated texts");
    }

    @Test
    void aTextThatIsTooLongHasNoVectorWhereThatIsAnError() {
        Row row = predictSpark()
                .sql("SELECT count(ai_embed('mini', s)), count(ai_embed('mini', s, 'error')), count(s),"
                        + " count(ai_embed('mini', s, on_overflow => 'truncate')) FROM embed_rows")
                .first();
        assertThat(row.getLong(2)).isEqualTo(980);
        assertThat(row.getLong(0)).isEqualTo(880);
        assertThat(row.getLong(1)).isEqualTo(880 - (700 - 14 - 70));
        assertThat(row.getLong(3)).isEqualTo(880);
    }

    @Test
    void limitsEmbedFewTexts() {
        long before = MINI.rows.get();
        assertThat(predictSpark()
                        .sql("SELECT ai_embed('mini', s) FROM embed_rows LIMIT 5")
                        .collectAsList())
                .hasSize(5);
        assertThat(MINI.rows.get() - before).isEqualTo(5);
        before = MINI.rows.get();
        assertThat(predictSpark()
                        .sql("SELECT id FROM embed_rows WHERE ai_embed('mini', s)[0] >= 0 LIMIT 5")
                        .collectAsList())
                .hasSize(5);
        assertThat(MINI.rows.get() - before).isLessThanOrEqualTo(16);
    }

    @Test
    void wrongCallsSayWhatIsWrong() {
        refuses(
                "ai_embed('news', s)",
                "Cannot call ai_embed with news@3: it predicts classes and makes no embeddings. Call predict with it, or"
                        + " ai_embed with a model that 'athanor import' brought in.");
        refuses("ai_similarity(s, s, 'price')", "Cannot call ai_similarity with price@3: it predicts numbers");
        refuses(
                "predict('mini', s)",
                "Cannot call predict with mini@3: it turns texts into vectors and predicts nothing. Write"
                        + " ai_embed('mini', text).");
        refuses("ai_embed('mini', x)", "its text embed_rows.x is of type double. Cast it to string.");
        refuses(
                "ai_embed('mini')",
                "Cannot call ai_embed: its argument 'text' is missing. Write ai_embed(model, text ["
                        + ", on_overflow]).");
        refuses("ai_embed('mini', s, 'error', 1)", "4 arguments are given");
        refuses("ai_embed('mini', s, overflow => 'error')", "it has no argument 'overflow'");
        refuses("ai_embed('mini', s, text => s)", "its argument 'text' is given twice");
        refuses(
                "ai_embed('mini', s, 'eror')",
                "on_overflow is eror. Write one of truncate, error; did you mean 'error'?");
        refuses("ai_embed('mini', s, s)", "on_overflow is ");
        refuses("ai_embed(s, s)", "the model must be a constant string");
        refuses("ai_embed(NULL, s)", "Cannot call ai_embed");
        refuses("ai_embed('mnii', s)", "Did you mean 'mini'?");
    }

    private static void refuses(String call, String message) {
        assertThatThrownBy(() -> predictSpark().sql("SELECT " + call + " FROM embed_rows"))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining(message);
    }

    @Test
    void similarityTakesTheModelOfTheSession() {
        SparkSession spark = predictSpark();
        String before = spark.conf().get(AthanorConf.EMBEDDING_MODEL.name(), null);
        spark.conf().unset(AthanorConf.EMBEDDING_MODEL.name());
        try {
            refuses(
                    "ai_similarity(s, 'text 1')",
                    "Cannot call ai_similarity: it names no model, and spark.athanor.embedding.model is not set. Write"
                            + " ai_similarity(a, b, 'minilm'), or SET spark.athanor.embedding.model = minilm.");
            spark.sql("SET spark.athanor.embedding.model = mini");
            Dataset<Row> rows =
                    spark.sql("SELECT ai_similarity(s, 'text 1') AS a, ai_similarity(s, 'text 1', 'mini') AS b,"
                            + " vector_cosine_similarity(ai_embed('mini', s), ai_embed('mini', 'text 1')) AS c,"
                            + " ai_similarity(s, 'text 1'), ai_similarity(a => s, b => 'text 1', model => 'mini')"
                            + " FROM embed_rows WHERE s IS NOT NULL");
            assertThat(rows.columns())
                    .containsExactly("a", "b", "c", "ai_similarity(s, text 1)", "ai_similarity(s, text 1, 'mini')");
            assertThat(rows.collectAsList())
                    .hasSize(980)
                    .allMatch(row -> java.util.Objects.equals(row.get(0), row.get(1)))
                    .allMatch(row -> java.util.Objects.equals(row.get(0), row.get(2)))
                    .anyMatch(row -> Float.valueOf(1).equals(row.get(0)))
                    .anyMatch(row -> row.isNullAt(0));
            assertThat(Operators.in(rows)).hasSize(1);
        } finally {
            spark.conf().unset(AthanorConf.EMBEDDING_MODEL.name());
            if (before != null) {
                spark.conf().set(AthanorConf.EMBEDDING_MODEL.name(), before);
            }
        }
    }
}
