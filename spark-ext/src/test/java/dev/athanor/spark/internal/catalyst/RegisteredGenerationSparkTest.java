package dev.athanor.spark.internal.catalyst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.model.GenerationPackage;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.transformer.TransformerFolder;
import dev.athanor.spark.SparkTestSession;
import dev.athanor.spark.TinyDecoder;
import dev.athanor.spark.TinyEncoder;
import dev.athanor.spark.registry.DeltaModelRegistry;
import dev.athanor.spark.registry.ModelRegistry;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.jdk.javaapi.CollectionConverters;

/** {@code ai_gen} with a package of a small decoder, found in the registry. */
class RegisteredGenerationSparkTest extends SparkTestSession {
    private static final int ROWS = 120;

    @BeforeAll
    static void register(@TempDir Path folder) throws Exception {
        register("tinygen", TinyDecoder.write(folder.resolve("decoder")));
        register("tinychars", TinyDecoder.writeCharacters(folder.resolve("characters")));
        TinyEncoder.register(spark(), "tinygen_encoder", TinyEncoder.writeSentences(folder.resolve("encoder")));
        spark().sql("SELECT id, CASE WHEN id % 13 = 0 THEN NULL WHEN id % 11 = 0 THEN repeat('<9>', 70)"
                        + " ELSE concat('<5><6><7><8><9><10><11><12><13><14><15><16><17><18><19><20><21>', '<', 22 + id % 50,"
                        + " '>', repeat('<3>', CAST(id % 4 AS INT))) END AS s FROM range(0, " + ROWS + ", 1, 2)")
                .write()
                .format("delta")
                .saveAsTable("tinygen_rows");
    }

    private static void register(String name, Path tiny) throws Exception {
        try (ModelRegistry.Draft draft = DeltaModelRegistry.of(spark()).draft(name)) {
            GenerationPackage.write(
                    draft.files(),
                    TransformerFolder.open(tiny),
                    new Manifest.Lineage(tiny.toString(), -1, null, 0, "test", "gen", "2026-01-01T00:00:00Z", 0));
            draft.register("gen");
        }
    }

    @Test
    void textsOfAResponseFormatAreValuesOfItsSchema() {
        String options = "map('max_tokens', '40', 'temperature', '1', 'response_format', '{\"type\":\"object\","
                + "\"properties\":{\"name\":{\"type\":\"string\"},\"n\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":99}},"
                + "\"required\":[\"name\",\"n\"],\"additionalProperties\":false}')";
        String query = "SELECT id, t, from_json(t, 'name string, n int', map('mode', 'FAILFAST')) AS v FROM (SELECT id,"
                + " ai_gen('tinychars', 'row ' || id, " + options + ") AS t FROM range(0, 90, 1, 3)) ORDER BY id";
        List<Row> rows = sql(query);
        assertThat(rows).hasSize(90);
        for (Row row : rows) {
            assertThat(row.getStruct(2).isNullAt(0)).as(row.getString(1)).isFalse();
            assertThat(row.getStruct(2).getInt(1)).as(row.getString(1)).isBetween(0, 99);
        }
        assertThat(sql(query)).isEqualTo(rows);
    }

    @Test
    void rowsAndBatchesAgree() {
        for (String options :
                List.of("map('max_tokens', '6')", "map('max_tokens', '6', 'temperature', '0.8', 'seed', '2')")) {
            String query = "SELECT id, ai_gen('tinygen', s, " + options + ") AS t FROM tinygen_rows ORDER BY id";
            List<Row> byBatch = sql(query);
            assertThat(byBatch).hasSize(ROWS);
            spark().conf().set("spark.athanor.inference.operator", "false");
            try {
                assertThat(sql(query)).isEqualTo(byBatch);
            } finally {
                spark().conf().unset("spark.athanor.inference.operator");
            }
            assertThat(sql("SELECT /*+ REPARTITION(5) */ id, ai_gen('tinygen', s, " + options
                            + ") AS t FROM tinygen_rows ORDER BY id"))
                    .isEqualTo(byBatch);
            for (Row row : byBatch) {
                boolean none = row.getLong(0) % 13 == 0 || row.getLong(0) % 11 == 0;
                assertThat(row.isNullAt(1)).as("row %s", row).isEqualTo(none);
                assertThat(none || row.getString(1).matches("(<\\d+>){0,6}")).isTrue();
            }
        }
    }

    @Test
    void rowsTooLongAreCountedAndNullPromptsAreNot() {
        Dataset<Row> rows = spark().sql("SELECT id, ai_gen('tinygen', s, map('max_tokens', '3')) FROM tinygen_rows");
        assertThat(rows.collectAsList()).hasSize(ROWS);
        var metrics = CollectionConverters.asJava(Operators.in(rows).get(0).metrics());
        assertThat(metrics.get(BatchInferenceExec.ERRORS).value()).isEqualTo(10); // 11, 22, … but for 0 and 143
    }

    @Test
    void explainShowsTheOptions() {
        Dataset<Row> rows =
                spark().sql("SELECT ai_gen('tinygen', s, map('max_tokens', '3', 'top_p', '0.9')) FROM tinygen_rows");
        assertThat(Operators.plan(rows).toString())
                .contains("ai_gen(tinygen@1, s#")
                .contains("max_tokens=3, top_p=0.9)")
                .contains("batch rows: 256");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "ai_gen('tinygen_encoder', s)|it generates no text: its task is EMBEDDING",
                "ai_gen('tinygen', id)|tinygen_rows.id is of type bigint. Cast it to string",
                "ai_gen('tinygen', s, map('max_token', '3'))|Did you mean max_tokens?",
                "ai_gen('tinygen', s, map('response_format', '{`type`:`strin`}'))|it is no JSON",
                "ai_gen('tinygen', s, map('response_format', '{\\u0022pattern\\u0022:\\u0022a\\u0022}'))|the keyword pattern",
                "ai_gen('tinygen', s, map('top_p', '2'))|it is not above 0 and at most 1",
                "ai_gen('tinygen', s, map('max_tokens', s))|not a map of constants",
                "ai_gen('tinygen', s, 5)|not a map of constants",
                "ai_gen('tinygen')|its argument 'prompt' is missing",
                "predict('tinygen', s)|it writes texts and predicts nothing. Write ai_gen('tinygen', prompt)",
                "ai_embed('tinygen', s)|it writes texts and makes no embeddings"
            })
    void wrongCallsSayWhatIsWrong(String call, String message) {
        assertThatThrownBy(() -> sql("SELECT " + call + " FROM tinygen_rows")).hasMessageContaining(message);
    }
}
