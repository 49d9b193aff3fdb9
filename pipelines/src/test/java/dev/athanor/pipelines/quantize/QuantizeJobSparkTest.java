package dev.athanor.pipelines.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.pipelines.admin.ModelsShowJob;
import dev.athanor.pipelines.imports.ImportJob;
import dev.athanor.spark.TinyEncoder;
import java.nio.file.Path;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quantize job: its report, the version it makes, and what it refuses. */
class QuantizeJobSparkTest extends JobSparkTest {
    @TempDir
    private Path folder;

    private void importTiny(String model) throws Exception {
        String from = TinyEncoder.writeSentences(folder.resolve(model)).toString();
        run(new ImportJob(), "from", from, "model", model);
    }

    @Test
    void makesASmallerVersionThatServes() throws Exception {
        importTiny("quantised");
        QuantizeReport report = run(new QuantizeJob(), "model", "quantised", "to", "int8");
        assertThat(report.ref()).isEqualTo("quantised@2");
        assertThat(report.original()).isEqualTo("quantised@1");
        assertThat(report.sizeRatio()).isBetween(0.2, 0.45);
        assertThat(report.weights()).contains("int8", "bf16", "fp32");
        assertThat(report.comparedOn()).isEqualTo("made-up texts of the tokenizer's words");
        assertThat(report.texts()).isEqualTo(512);
        assertThat(report.meanCosine()).isBetween(0.99, 0.9999999);
        assertThat(report.leastCosine()).isLessThan(report.meanCosine());
        assertThat(report.similarityCorrelation()).isBetween(0.98, 1.0);
        assertThat(report.textsPerSecond()).isPositive();
        assertThat(report.kernels()).contains("int8 weights");
        Row row = sql("SELECT vector_cosine_similarity(ai_embed('quantised@1', 'The thing'),"
                        + " ai_embed('quantised@2', 'The thing'))")
                .get(0);
        assertThat(row.getFloat(0)).isBetween(0.98f, 0.9999999f);
        String plan = sql("EXPLAIN SELECT ai_embed('quantised@2', word) FROM VALUES ('a'), ('b') AS t(word)")
                .get(0)
                .getString(0);
        assertThat(plan).contains("int8 weights");
        ModelsShowJob.Report shown = run(new ModelsShowJob(), "model", "quantised@2");
        assertThat(shown.manifest().stream().map(e -> e.key() + "=" + e.value()))
                .contains("lineage.source=quantised@1");
    }

    @Test
    void comparesOnTheTextsOfATable() throws Exception {
        importTiny("quantised_on");
        sql("CREATE TABLE quantize_texts USING delta AS SELECT id, concat('the thing ', id) AS body FROM range(40)");
        QuantizeReport report = run(
                new QuantizeJob(), "model", "quantised_on", "to", "bf16", "calibrate", "quantize_texts", "rows", "30");
        assertThat(report.comparedOn()).isEqualTo("column 'body' of quantize_texts");
        assertThat(report.texts()).isEqualTo(30);
        assertThat(report.meanCosine()).isGreaterThan(0.9995);
        assertThat(report.sizeRatio()).isBetween(0.45, 0.6);
    }

    @Test
    void refusesWhatItCannotDo() throws Exception {
        importTiny("quantised_no");
        assertThatThrownBy(() -> run(new QuantizeJob(), "model", "quantised_no", "to", "int3"))
                .hasMessageContaining("int8");
        assertThatThrownBy(() ->
                        run(new QuantizeJob(), "model", "quantised_no", "to", "int8", "calibrate", "no_such_table"))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("no_such_table");
        sql("CREATE TABLE quantize_two USING delta AS SELECT 'a' AS x, 'b' AS y");
        assertThatThrownBy(() ->
                        run(new QuantizeJob(), "model", "quantised_no", "to", "int8", "calibrate", "quantize_two"))
                .hasMessageContaining("it has several text columns: [x, y]")
                .hasMessageContaining("--column");
        assertThatThrownBy(() -> run(
                        new QuantizeJob(),
                        "model",
                        "quantised_no",
                        "to",
                        "int8",
                        "calibrate",
                        "quantize_two",
                        "column",
                        "x"))
                .hasMessageContaining("it has 1 texts that are not blank");
        run(new QuantizeJob(), "model", "quantised_no", "to", "int8");
        assertThatThrownBy(() -> run(new QuantizeJob(), "model", "quantised_no", "to", "bf16"))
                .hasMessageContaining("its weights are of low precision already")
                .hasMessageContaining("quantised_no@1");
        assertThat(sql("CALL athanor.models('quantised_no')")).hasSize(2);
    }
}
