package dev.athanor.pipelines.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.engine.AthanorException;
import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.pipelines.evaluate.EvaluateJob;
import dev.athanor.pipelines.evaluate.EvaluateReport;
import dev.athanor.spark.job.JobRunner;
import dev.athanor.spark.job.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A language model is trained from a text file or a column, continues texts by {@code ai_gen}, and is measured. */
class LanguageModelSparkTest extends JobSparkTest {
    private static final String TABLE =
            """
            CREATE OR REPLACE TABLE %s USING delta AS
            SELECT concat_ws(' ', transform(sequence(0, 4), k -> elt(1 + (id * 3 + k) %% 7,
                   'one', 'two', 'three', 'four', 'five', 'six', 'seven'))) AS body,
                   concat('n', id) AS other, id AS number
            FROM range(600)
            """;

    private static final Object[] TINY = {
        "network", "gpt", "layers", 2, "width", 32, "heads", 2, "context", 32, "batch_size", 16, "learning_rate", 5e-3
    };

    private static Object[] with(Object... more) {
        Object[] all = Arrays.copyOf(TINY, TINY.length + more.length);
        System.arraycopy(more, 0, all, TINY.length, more.length);
        return all;
    }

    private static Path counting(Path file) throws IOException {
        List<String> words = List.of("one", "two", "three", "four", "five", "six", "seven");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 4000; i++) {
            text.append(words.get(i % 7)).append(i % 5 == 4 ? '\n' : ' ');
        }
        return Files.writeString(file, text);
    }

    private static String generated(String model, String prompt) {
        Row row = spark().sql("SELECT ai_gen('" + model + "', '" + prompt + "', map('max_tokens', '12')) AS g")
                .collectAsList()
                .get(0);
        Object answer = row.get(0);
        return answer instanceof Row struct ? struct.getAs("text") : (String) answer;
    }

    @Test
    void aTextFileBecomesAModelThatContinuesIt(@TempDir Path folder) throws Exception {
        Path file = counting(folder.resolve("counting.txt"));
        TrainReport report = run(
                new TrainJob(),
                with("input", file.toString(), "model", "counter", "tokens", "characters", "epochs", 8));
        assertThat(report.task()).isEqualTo("GENERATION");
        assertThat(report.network()).isEqualTo("gpt");
        assertThat(report.label()).isNull();
        assertThat(report.rows()).isEqualTo(1);
        assertThat(report.features()).containsExactly("line");
        assertThat(report.loss()).isLessThan(0.3);
        assertThat(report.perplexity()).isCloseTo(Math.exp(report.loss()), within(1e-9));
        assertThat(report.history().get(0).metricName()).isEqualTo("perplexity");
        assertThat(generated("counter", "two three ")).startsWith("four").contains("five");
        EvaluateReport measured = run(new EvaluateJob(), "model", "counter", "input", file.toString());
        assertThat(measured.task()).isEqualTo("GENERATION");
        assertThat(measured.rows()).isEqualTo(800);
        assertThat(measured.loss()).isCloseTo(report.loss(), within(0.1));
        assertThat(measured.lossPerCharacter()).isCloseTo(measured.loss(), within(0.01));
        assertThat(measured.bitsPerByte()).isCloseTo(measured.lossPerCharacter() / Math.log(2), within(1e-6));
    }

    @Test
    void aColumnOfTextsIsLearntFromSqlWithBytePairsOfItsOwn() throws Exception {
        spark().sql(TABLE.formatted("counted"));
        Row row = spark().sql("CALL athanor.train(table => 'counted', features => array('body'), model => 'pairs',"
                        + " network => 'gpt', layers => 2, width => 32, heads => 2, context => 32, vocabulary => 280,"
                        + " epochs => 6, batch_size => 16, learning_rate => 0.005)")
                .collectAsList()
                .get(0);
        assertThat(row.<String>getAs("network")).isEqualTo("gpt");
        assertThat(row.<Long>getAs("rows")).isEqualTo(600);
        assertThat(generated("pairs", "two three")).startsWith(" four");
        EvaluateReport measured = run(new EvaluateJob(), "model", "pairs", "table", "counted", "text", "body");
        assertThat(measured.rows()).isEqualTo(600);
        assertThat(measured.perplexity()).isBetween(1.0, 8.0);
    }

    /** Stops its run once a checkpoint is there. */
    private record Stopper(String run) implements Progress {
        @Override
        public void phase(String name) {}

        @Override
        public void update(double share, String detail) {
            if (Files.exists(warehouse().resolve("athanor/_runs/" + run + "/checkpoint/checkpoint-0000000001"))) {
                JobRunner.cancel(run);
            }
        }

        @Override
        public void message(String line) {}
    }

    @Test
    void aCancelledRunGoesOnAsIfItHadNotBeen(@TempDir Path folder) throws Exception {
        Path file = counting(folder.resolve("long.txt"));
        Map<String, Object> params = new HashMap<>(Map.of("input", file.toString(), "model", "resumed", "epochs", 12));
        for (int i = 0; i < TINY.length; i += 2) {
            params.put((String) TINY[i], TINY[i + 1]);
        }
        TrainReport whole = JobRunner.run(new TrainJob(), params, "language-0", spark(), Progress.NONE)
                .report();
        assertThatThrownBy(
                        () -> JobRunner.run(new TrainJob(), params, "language-1", spark(), new Stopper("language-1")))
                .isInstanceOf(CancellationException.class);
        TrainReport resumed = JobRunner.run(new TrainJob(), params, "language-1", spark(), Progress.NONE)
                .report();
        assertThat(resumed.loss()).isEqualTo(whole.loss());
        assertThat(resumed.history())
                .extracting(e -> e.trainLoss())
                .isEqualTo(whole.history().stream().map(e -> e.trainLoss()).toList());
    }

    @Test
    void saysWhatIsMissing(@TempDir Path folder) throws Exception {
        spark().sql(TABLE.formatted("miscounted"));
        Path file = counting(folder.resolve("counting.txt"));
        refused(
                "Cannot train network gpt with --label: it learns texts as they are. Leave out --label, and name the text"
                        + " column with --features.",
                "table",
                "miscounted",
                "label",
                "body",
                "model",
                "wrong",
                "network",
                "gpt");
        refused(
                "Cannot train network auto: no column is named that it should predict. Name one with --label; a language"
                        + " model, --network gpt, needs none.",
                "table",
                "miscounted",
                "model",
                "wrong");
        refused(
                "Cannot train network mlp with --layers 3: only a language model has that to choose. Leave it out, or"
                        + " choose --network gpt.",
                "table",
                "miscounted",
                "label",
                "number",
                "model",
                "wrong",
                "network",
                "mlp",
                "layers",
                3);
        refused(
                "Cannot train model wrong: miscounted has 2 text columns: body, other. Name one with --features.",
                "table",
                "miscounted",
                "model",
                "wrong",
                "network",
                "gpt");
        refused(
                "Cannot train model wrong: column number is of type bigint, and texts are strings. Name a text column with"
                        + " --features.",
                "table",
                "miscounted",
                "model",
                "wrong",
                "network",
                "gpt",
                "features",
                List.of("number"));
        refused(
                "Cannot train network gpt: a width of 100 cannot be divided among 3 heads. Give --width a multiple of"
                        + " --heads, such as 99.",
                "input",
                file.toString(),
                "model",
                "wrong",
                "network",
                "gpt",
                "width",
                100,
                "heads",
                3);
        refused(
                "Cannot train with --vocabulary 300: the tokens are the characters that the text has. Leave out"
                        + " --vocabulary, or choose --tokens bpe.",
                "input",
                file.toString(),
                "model",
                "wrong",
                "network",
                "gpt",
                "vocabulary",
                300,
                "tokens",
                "characters");
        run(new TrainJob(), with("input", file.toString(), "model", "measured", "epochs", 1));
        assertThatThrownBy(() -> run(new EvaluateJob(), "model", "measured", "table", "miscounted", "label", "body"))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot evaluate model measured@1 with --label: it is a language model: texts are their own"
                        + " answers. Leave out --label.");
        assertThatThrownBy(() -> run(new EvaluateJob(), "model", "measured", "table", "miscounted"))
                .isInstanceOf(AthanorException.class)
                .hasMessage(
                        "Cannot evaluate model measured@1: miscounted has 2 text columns: body, other. Name one with"
                                + " --text.");
        Path shortText = Files.writeString(folder.resolve("short.txt"), "a");
        assertThatThrownBy(() -> run(new TrainJob(), "input", shortText.toString(), "model", "wrong", "network", "gpt"))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("there is too little text");
    }

    private void refused(String message, Object... arguments) {
        assertThatThrownBy(() -> run(new TrainJob(), arguments))
                .isInstanceOf(AthanorException.class)
                .hasMessage(message);
    }
}
