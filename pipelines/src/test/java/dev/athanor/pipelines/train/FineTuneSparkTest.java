package dev.athanor.pipelines.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.spark.TinyEncoder;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An imported encoder is fine-tuned by the train job, and served by {@code predict}. */
class FineTuneSparkTest extends JobSparkTest {
    private static final String TABLE =
            """
            CREATE OR REPLACE TABLE %s USING delta AS
            SELECT concat_ws(' ', repeat('q ', 1 + id %% 5), 'a b', repeat('z ', 1 + (id * 7) %% 4)) AS body,
                   CASE WHEN id %% 5 > (id * 7) %% 4 THEN 'more' ELSE 'fewer' END AS kind, id AS number
            FROM range(400)
            """;

    @Test
    void anImportedEncoderIsTrainedAndServed(@TempDir Path folder) throws Exception {
        TinyEncoder.register(spark(), "tiny_base", TinyEncoder.writeSentences(folder.resolve("tiny")));
        spark().sql(TABLE.formatted("finetune"));
        TrainReport report = run(
                new TrainJob(),
                "table",
                "finetune",
                "features",
                List.of("body"),
                "label",
                "kind",
                "model",
                "tuned",
                "network",
                "transformer",
                "from",
                "tiny_base",
                "epochs",
                8,
                "learning_rate",
                5e-3);
        assertThat(report.network()).isEqualTo("transformer");
        assertThat(report.networkReason()).isEqualTo("asked for, from tiny_base@1");
        assertThat(report.accuracy()).isGreaterThan(0.9);
        List<Row> rows = spark().sql("SELECT predict('tuned', body) AS p, kind FROM finetune")
                .selectExpr("avg(CASE WHEN p.prediction = kind THEN 1.0D ELSE 0.0D END)", "count(p.error)")
                .collectAsList();
        assertThat(rows.get(0).getDouble(0)).isGreaterThan(0.9);
        assertThat(rows.get(0).getLong(1)).isZero();
    }

    @Test
    void adaptersAreTrainedFromSql(@TempDir Path folder) throws Exception {
        TinyEncoder.register(spark(), "tiny_lora", TinyEncoder.writeSentences(folder.resolve("tiny")));
        spark().sql(TABLE.formatted("adapted"));
        Row row = spark().sql("CALL athanor.train(table => 'adapted', features => array('body'), label => 'kind',"
                        + " model => 'adapted', from => 'tiny_lora@1', lora => 4, epochs => 1)")
                .collectAsList()
                .get(0);
        assertThat(row.<String>getAs("network")).isEqualTo("transformer");
    }

    @Test
    void saysWhatIsMissing(@TempDir Path folder) throws Exception {
        TinyEncoder.register(spark(), "tiny_wrong", TinyEncoder.writeSentences(folder.resolve("tiny")));
        spark().sql(TABLE.formatted("wrongly"));
        Object[] common = {"table", "wrongly", "features", List.of("body"), "label", "kind", "model", "wrong"};
        assertRefused(
                "Cannot train network transformer: there is no model to begin from. Name an imported model with --from;"
                        + " athanor import makes one of a folder.",
                common,
                "network",
                "transformer");
        assertRefused(
                "Cannot train network mlp: it begins from nothing, and --from was given. Leave out --from, or choose"
                        + " --network transformer.",
                common,
                "network",
                "mlp",
                "from",
                "tiny_wrong");
        assertRefused(
                "Cannot train with --lora 4: there is no model whose weights would stay. Name an imported model with"
                        + " --from, or leave out --lora.",
                common,
                "lora",
                4);
        assertRefused(
                "Cannot train network transformer: it reads texts, and column number is of type bigint. Name text columns"
                        + " only with --features, or cast the column to a string.",
                new Object[] {"table", "wrongly", "label", "kind", "model", "wrong"},
                "from",
                "tiny_wrong");
    }

    private void assertRefused(String message, Object[] common, Object... more) {
        Object[] all = java.util.Arrays.copyOf(common, common.length + more.length);
        System.arraycopy(more, 0, all, common.length, more.length);
        assertThatThrownBy(() -> run(new TrainJob(), all))
                .isInstanceOf(AthanorException.class)
                .hasMessage(message);
    }
}
