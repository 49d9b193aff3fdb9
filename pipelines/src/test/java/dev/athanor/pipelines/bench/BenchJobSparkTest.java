package dev.athanor.pipelines.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.tokenizer.TokenizerJson;
import dev.athanor.engine.tokenizer.Tokens;
import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.pipelines.imports.ImportJob;
import dev.athanor.pipelines.train.TrainJob;
import dev.athanor.spark.TinyEncoder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bench job: figures that fit together, for models of texts and of tables, and what it refuses. */
class BenchJobSparkTest extends JobSparkTest {
    @TempDir
    private Path folder;

    @Test
    void countsTheTokensOfAnEncoder() throws Exception {
        String from = TinyEncoder.writeSentences(folder.resolve("tiny")).toString();
        run(new ImportJob(), "from", from, "model", "benched");
        sql("CREATE TABLE bench_texts USING delta AS SELECT if(id = 7, NULL, 'the thing') AS body FROM range(300)");
        BenchReport report = run(
                new BenchJob(),
                "model",
                "benched",
                "table",
                "bench_texts",
                "text",
                "body",
                "rows",
                "200",
                "rounds",
                "2");
        assertThat(report.ref()).isEqualTo("benched@1");
        assertThat(report.task()).isEqualTo("embedding");
        assertThat(report.rows()).isEqualTo(200);
        assertThat(report.rounds()).isEqualTo(2);
        Tokens tokens = new Tokens();
        TokenizerJson.read(Path.of(from, "tokenizer.json")).encode("the thing", null, Integer.MAX_VALUE, tokens);
        assertThat(report.tokens()).isEqualTo(199L * tokens.size());
        assertThat(report.tokensPerSecond()).isEqualTo(report.tokens() / report.seconds());
        assertThat(report.rowsPerSecond()).isEqualTo(200 / report.seconds());
        assertThat(report.cpuSeconds()).isPositive().isLessThan(60);
        assertThat(report.engineSeconds()).isPositive().isLessThan(report.seconds() * report.threads());
        assertThat(report.peakShare()).isPositive().isLessThan(1);
        assertThat(report.peakMemoryMb()).isGreaterThan(100);
        assertThat(report.weights()).contains("fp32");
        assertThat(report.arenaBytes()).isPositive();
    }

    @Test
    void measuresANetworkOfNumbers() throws Exception {
        sql("CREATE TABLE bench_numbers USING delta AS SELECT id % 7 AS a, id % 3 AS b, id % 2 = 0 AS even"
                + " FROM range(500)");
        run(
                new TrainJob(),
                "table",
                "bench_numbers",
                "features",
                "a,b",
                "label",
                "even",
                "model",
                "bench_net",
                "epochs",
                "2");
        BenchReport report =
                run(new BenchJob(), "model", "bench_net", "table", "bench_numbers", "rows", "0", "rounds", "1");
        assertThat(report.rows()).isEqualTo(500);
        assertThat(report.errors()).isZero();
        assertThat(report.task()).isEqualTo("classification");
        assertThat(report.tokens()).isNull();
        assertThat(report.tokensPerSecond()).isNull();
        assertThat(report.peakShare()).isNull();
        assertThat(report.engineSeconds()).isPositive();
    }

    @Test
    void refusesWhatItCannotMeasure() throws Exception {
        String from = TinyEncoder.writeSentences(folder.resolve("tiny")).toString();
        run(new ImportJob(), "from", from, "model", "bench_no");
        sql("CREATE TABLE bench_empty USING delta AS SELECT 'a' AS text WHERE false");
        assertThatThrownBy(() -> run(new BenchJob(), "model", "bench_no", "table", "bench_empty"))
                .hasMessageContaining("Cannot measure bench_no@1")
                .hasMessageContaining("has no rows");
        assertThatThrownBy(() -> run(new BenchJob(), "model", "bench_no", "table", "bench_empty", "rounds", "0"))
                .hasMessageContaining("--rounds is from 1 to 1,000");
        assertThatThrownBy(() -> run(new BenchJob(), "model", "no_such", "table", "bench_empty"))
                .hasMessageContaining("no_such");
    }
}
