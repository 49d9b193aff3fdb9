package dev.athanor.pipelines.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.deploy.SparkSubmitArguments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/** What {@code ./athanor} hands to a distribution's {@code spark-submit}; here one that prints its arguments. */
class StockLauncherTest {
    @TempDir
    private Path folder;

    @Test
    void masterAndSettingsReachSparkSubmitAndTheCommand() throws Exception {
        program("spark/bin/spark-submit", "for word in \"$@\"; do echo \"$word\"; done");

        Checkout.Result result = athanor(
                Map.of(),
                "--master",
                "local[2]",
                "--conf",
                "spark.driver.memory=3g",
                "--conf=spark.note=a b",
                "--conf",
                "typo=1",
                "sql",
                "-e",
                "select '--master'");

        List<String> words = result.succeeded().out().lines().toList();
        int jar = -1;
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).endsWith(".jar")) {
                jar = i;
            }
        }
        assertThat(words.subList(0, jar))
                .containsSubsequence("--master", "local[2]")
                .containsSubsequence("--conf", "spark.driver.memory=3g")
                .containsSubsequence("--conf", "spark.note=a b")
                .containsSubsequence("--class", "dev.athanor.pipelines.cli.AthanorCommand")
                .doesNotContain("typo=1", "sql");
        assertThat(words.subList(jar + 1, words.size()))
                .containsExactly(
                        "--master",
                        "local[2]",
                        "--conf",
                        "spark.driver.memory=3g",
                        "--conf=spark.note=a b",
                        "--conf",
                        "typo=1",
                        "sql",
                        "-e",
                        "select '--master'");
    }

    @Test
    void theSettingsOfTheDistributionStay() throws Exception {
        program("spark/bin/spark-submit", "for word in \"$@\"; do echo \"$word\"; done");
        Path defaults = Files.createDirectories(folder.resolve("spark/conf")).resolve("spark-defaults.conf");
        Files.writeString(
                defaults,
                """
                spark.sql.catalogImplementation hive
                spark.sql.catalog.spark_catalog io.unitycatalog.spark.UCSingleCatalog
                spark.sql.warehouse.dir /data/house
                spark.plugins com.example.Other
                """);
        List<String> words =
                athanor(Map.of(), "models", "list").succeeded().out().lines().toList();

        // Spark's own reading of the command line.
        SparkSubmitArguments read = new SparkSubmitArguments(
                CollectionConverters.asScala(words).toList(),
                scala.collection.immutable.Map.from(CollectionConverters.asScala(
                        Map.of("SPARK_HOME", folder.resolve("spark").toString()))));
        assertThat(CollectionConverters.asJava(read.sparkProperties()))
                .containsEntry("spark.sql.catalogImplementation", "hive")
                .containsEntry("spark.sql.catalog.spark_catalog", "io.unitycatalog.spark.UCSingleCatalog")
                .containsEntry("spark.sql.warehouse.dir", "/data/house")
                // The command adds its own, as AthanorCommandTest shows.
                .containsEntry("spark.plugins", "com.example.Other");
    }

    @Test
    void aMasterThatSparkSubmitRefusesIsLeftToTheCommandsOwnMessage() throws Exception {
        program("spark/bin/spark-submit", "for word in \"$@\"; do echo \"$word\"; done");
        String said =
                athanor(Map.of(), "sql", "--master", "nonsense").succeeded().out();
        assertThat(said.substring(0, said.indexOf(".jar"))).doesNotContain("nonsense");
        assertThat(said.substring(said.indexOf(".jar"))).contains("nonsense");
    }

    @Test
    void aHadoopThatDoesNotRunOnThisJavaIsNamed() throws Exception {
        program("spark/bin/spark-submit", "echo started");
        Files.createDirectories(folder.resolve("spark/jars"));
        Files.createFile(folder.resolve("spark/jars/hadoop-client-api-3.4.1.jar"));
        program("jdk/bin/java", "echo '    java.specification.version = 25' >&2");

        Checkout.Result result =
                athanor(Map.of("JAVA_HOME", folder.resolve("jdk").toString()), "models", "list");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains("is Java 25, and hadoop-client-api-3.4.1 of SPARK_HOME does not run", "JDK 17 or 21");

        Files.move(
                folder.resolve("spark/jars/hadoop-client-api-3.4.1.jar"),
                folder.resolve("spark/jars/hadoop-client-api-3.4.3.jar"));
        assertThat(athanor(Map.of("JAVA_HOME", folder.resolve("jdk").toString()), "models", "list")
                        .succeeded()
                        .out())
                .contains("started");
    }

    private Checkout.Result athanor(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Checkout.root().resolve("athanor").toString()));
        command.addAll(List.of(arguments));
        Map<String, String> all = new HashMap<>(environment);
        all.put("SPARK_HOME", folder.resolve("spark").toString());
        return Checkout.run(folder, all, 60, command);
    }

    private void program(String path, String script) throws Exception {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
