package dev.athanor.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.spark.job.JobJson;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training and prediction on executors that are processes of their own: what local mode shares, they must be sent. */
class LocalClusterIT {
    private static final String STATEMENTS =
            """
            CREATE TABLE points AS
            SELECT id, g * 3 + sin(id) / 2 AS x, pow(g - 1, 2) * 3 + cos(id * 7) / 2 AS y,
              element_at(array('red', 'green', 'blue'), g + 1) AS colour
            FROM (SELECT id, CAST(id % 3 AS INT) AS g FROM range(600));
            CALL athanor.train(table => 'points', features => array('x', 'y'), label => 'colour', model => 'near',
              network => 'mlp', epochs => 5);
            SELECT count(*) AS n, count_if(predict('near', x, y).prediction = colour) AS right
            FROM (SELECT /*+ REPARTITION(6) */ * FROM points);
            EXPLAIN SELECT predict('near', x, y) FROM points
            """;

    @TempDir
    private Path folder;

    @Test
    void trainsAndPredictsOnExecutorsOfTheirOwn() throws Exception {
        // Executors of local-cluster start as those of a distribution do: from a folder with jars, which here is empty.
        Path home = folder.resolve("spark-home");
        Files.createDirectories(home.resolve("jars"));
        Path script = Files.writeString(folder.resolve("points.sql"), STATEMENTS);
        String classPath = System.getProperty("java.class.path");

        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(a -> a.startsWith("--add") || a.startsWith("-Djdk.reflect"))
                .toList());
        command.addAll(List.of("-Xmx1g", "-cp", classPath, AthanorCommand.class.getName()));
        command.addAll(
                List.of("--json", "--warehouse", folder.resolve("warehouse").toString()));
        command.addAll(List.of("--master", "local-cluster[2,1,1024]"));
        command.addAll(List.of("--conf", "spark.executor.extraClassPath=" + classPath));
        command.addAll(List.of("--conf", "spark.executor.memory=1g", "--conf", "spark.sql.shuffle.partitions=4"));
        command.addAll(List.of("--conf", "spark.databricks.delta.snapshotPartitions=2"));
        command.addAll(List.of("sql", "-f", script.toString()));
        File out = folder.resolve("out").toFile();
        File err = folder.resolve("err").toFile();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out)
                .redirectError(err);
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(240, TimeUnit.SECONDS)).as("ended").isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        assertThat(process.exitValue()).as(Files.readString(err.toPath())).isZero();

        JsonNode statements = JobJson.readTree(Files.readString(out.toPath())).at("/statements");
        assertThat(statements.at("/1/rows").toString()).contains("near@1");
        assertThat(statements.at("/2/rows/0/n").asInt()).isEqualTo(600);
        assertThat(statements.at("/2/rows/0/right").asInt()).isGreaterThan(570);
        assertThat(statements.at("/3/rows").toString()).contains("BatchInference");
        try (Stream<Path> work = Files.walk(home.resolve("work"), 2)) {
            assertThat(work.filter(f -> f.getFileName().toString().matches("\\d+")))
                    .as("folders of executors; while it stops, local-cluster starts more, which end at once")
                    .hasSizeGreaterThanOrEqualTo(2);
        }
    }
}
