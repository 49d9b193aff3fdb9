package dev.athanor.spark.internal.catalyst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictor;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.spark.SparkTestSession;
import dev.athanor.spark.TinyEncoder;
import dev.athanor.spark.model.ModelCache;
import dev.athanor.spark.registry.ModelVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/** {@code ai_embed} with a package of a small encoder, found in the registry. */
class RegisteredEmbeddingSparkTest extends SparkTestSession {
    private static final int ROWS = 700;

    private static ModelVersion version;

    @BeforeAll
    static void register(@TempDir Path folder) throws Exception {
        version = TinyEncoder.register(spark(), "tiny", TinyEncoder.writeSentences(folder.resolve("tiny")));
        spark().sql("SELECT id, CASE WHEN id % 13 = 0 THEN NULL WHEN id % 11 = 0 THEN repeat('Of the thing! ', 20)"
                        + " ELSE concat('Word ', id, ', of the ', repeat('x', id % 17)) END AS s"
                        + " FROM range(0, " + ROWS + ", 1, 2)")
                .write()
                .format("delta")
                .saveAsTable("tiny_rows");
    }

    private static List<Row> byRow(String query) {
        spark().conf().set("spark.athanor.inference.operator", "false");
        try {
            return sql(query);
        } finally {
            spark().conf().unset("spark.athanor.inference.operator");
        }
    }

    private static void same(List<Float> actual, List<Float> wanted) {
        assertThat(actual).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            assertThat(actual.get(i)).isCloseTo(wanted.get(i), within(1e-5f));
        }
    }

    @Test
    void rowsBatchesAndTheEngineAgree() {
        String query = "SELECT id, s, ai_embed('tiny', s) AS e FROM tiny_rows ORDER BY id";
        List<Row> byBatch = sql(query);
        List<Row> byRow = byRow(query);
        assertThat(byBatch).hasSize(ROWS);
        Model model = ModelCache.process().get(version.location(), version.digest(), "auto");
        RowBatch one = new RowBatch(model.signature(), 1);
        try (Predictor predictor = model.predictor(1)) {
            for (int i = 0; i < ROWS; i++) {
                Row row = byBatch.get(i);
                assertThat(row.isNullAt(2)).isEqualTo(i % 13 == 0);
                assertThat(byRow.get(i).isNullAt(2)).isEqualTo(i % 13 == 0);
                if (!row.isNullAt(2)) {
                    same(row.getList(2), byRow.get(i).getList(2));
                    byte[] text = row.getString(1).getBytes(StandardCharsets.UTF_8);
                    one.clear();
                    one.bytes(0).append(text, 0, text.length);
                    float[] vector =
                            predictor.predict(one).embeddings().slice(0, 0, 1).toFloats();
                    same(row.getList(2), com.google.common.primitives.Floats.asList(vector));
                    double length = row.<Float>getList(2).stream()
                            .mapToDouble(v -> v * v)
                            .sum();
                    assertThat(length).isCloseTo(1, within(1e-5));
                }
            }
        }
    }

    @Test
    void longTextsAreCutAndCounted() {
        Dataset<Row> rows = spark().sql("SELECT id, ai_embed('tiny', s) AS e, ai_embed('tiny', s, 'error') AS f"
                + " FROM tiny_rows WHERE id % 13 <> 0");
        List<Row> all = rows.collectAsList();
        assertThat(all).allMatch(row -> !row.isNullAt(1));
        assertThat(all).allMatch(row -> row.isNullAt(2) == (row.getLong(0) % 11 == 0));
        long cut = all.stream().filter(row -> row.isNullAt(2)).count();
        assertThat(cut).isPositive();
        var metrics = CollectionConverters.asJava(Operators.in(rows).get(0).metrics());
        assertThat(metrics.get(BatchInferenceExec.TRUNCATED).value()).isEqualTo(cut);
        assertThat(metrics.get(BatchInferenceExec.ERRORS).value()).isEqualTo(cut);
    }

    @Test
    void explainShowsTheKernelsAndWhy() {
        Dataset<Row> rows = spark().sql("SELECT ai_embed('tiny', s) FROM tiny_rows");
        assertThat(Operators.plan(rows).toString())
                .contains("ai_embed(tiny@" + version.version() + ", s#")
                .contains("because " + KernelRegistry.select("auto").reason())
                .contains("batch rows: 256");
    }

    @Test
    void vectorsAreStoredAndComparedInTables() {
        sql("CREATE OR REPLACE TABLE tiny_vectors USING delta AS SELECT id, ai_embed('tiny', s) AS e FROM tiny_rows");
        sql(
                "CREATE OR REPLACE VIEW tiny_near AS SELECT t.id, vector_cosine_similarity(v.e, ai_embed('tiny', t.s)) AS sim"
                        + " FROM tiny_rows t JOIN tiny_vectors v ON t.id = v.id");
        List<Row> rows = sql("SELECT id, sim FROM tiny_near ORDER BY id");
        assertThat(rows).hasSize(ROWS);
        for (Row row : rows) {
            assertThat(row.isNullAt(1)).isEqualTo(row.getLong(0) % 13 == 0);
            if (!row.isNullAt(1)) {
                assertThat(row.getFloat(1)).isCloseTo(1f, within(1e-4f));
            }
        }
    }
}
