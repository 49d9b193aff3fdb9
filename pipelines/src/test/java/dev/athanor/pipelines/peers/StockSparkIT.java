package dev.athanor.pipelines.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.spark.job.JobJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The jobs, the SQL and the shells on the stock Spark 4.0.1 distribution, in one process and on a cluster. */
@PeersProfile
class StockSparkIT {
    private static final List<String> LOCAL = List.of("--master", "local[2]");
    private static final int ROWS = 600;

    private static StockSpark spark;

    @BeforeAll
    static void install() throws Exception {
        spark = StockSpark.installed();
    }

    @Test
    void theJobsRunThroughSparkSubmitAsTheyRunThroughTheLauncher() throws Exception {
        Path folder = Checkout.scratch("stock");
        String points = StockSpark.points(folder, ROWS).toString();

        JsonNode trained = report(spark.submit(folder, LOCAL, train(points, "by-hand")));
        assertThat(trained.at("/ref").asText()).isEqualTo("by-hand@1");
        assertThat(trained.at("/rows").asInt()).isEqualTo(ROWS);
        assertThat(trained.at("/kernels").asText()).as("SIMD kernels").contains("vector");

        JsonNode evaluated = report(spark.submit(
                folder, LOCAL, json("evaluate", "--model", "by-hand", "--input", points, "--label", "colour")));
        assertThat(evaluated.at("/rows").asInt()).isEqualTo(ROWS);
        assertThat(evaluated.at("/accuracy").asDouble()).isGreaterThan(0.9);

        JsonNode inferred = report(spark.submit(
                folder,
                LOCAL,
                json("infer", "--model", "by-hand", "--input", points, "--keep", "id,colour", "--into", "predicted")));
        assertThat(inferred.at("/rows").asInt()).isEqualTo(ROWS);
        assertThat(inferred.at("/errors").asInt()).isZero();

        String right = "select count(*) as n, count_if(prediction = colour) / count(*) as accuracy from predicted";
        JsonNode counted = report(spark.submit(folder, LOCAL, json("sql", "-e", right)));
        assertThat(counted.at("/statements/0/rows/0/n").asInt()).isEqualTo(ROWS);
        assertThat(counted.at("/statements/0/rows/0/accuracy").asDouble())
                .isEqualTo(evaluated.at("/accuracy").asDouble());

        // The launcher through the distribution, and without one: the same figures, in the same warehouse.
        JsonNode launched = report(spark.athanor(folder, local(train(points, "launched"))));
        JsonNode alone = report(alone(folder, local(train(points, "alone"))));
        for (String figure : List.of("accuracy", "log_loss", "ece", "best_epoch", "parameters", "kernels")) {
            assertThat(trained.has(figure)).as(figure).isTrue();
            assertThat(launched.at("/" + figure)).as(figure).isEqualTo(trained.at("/" + figure));
            assertThat(alone.at("/" + figure)).as(figure).isEqualTo(trained.at("/" + figure));
        }
        JsonNode models = report(spark.athanor(folder, json("models", "list")));
        assertThat(models.findValuesAsText("model")).contains("by-hand", "launched", "alone");
    }

    @Test
    void exitCodesAndErrorsAreThoseOfTheCommand() throws Exception {
        Path folder = Checkout.scratch("stock-errors");
        List<String> missing = json("evaluate", "--model", "nobody", "--table", "nothing", "--label", "x");
        List<String> wrong = json("train", "--nonsense", "1");

        Checkout.Result failed = spark.submit(folder, LOCAL, missing);
        assertThat(failed.code()).as(failed.err()).isEqualTo(1);
        assertThat(one(failed).at("/status").asText()).isEqualTo("failed");
        assertThat(one(failed).at("/error/problem").asText()).isNotEmpty();

        Checkout.Result misused = spark.submit(folder, LOCAL, wrong);
        assertThat(misused.code()).as(misused.err()).isEqualTo(2);
        assertThat(one(misused).at("/error/message").asText()).contains("--nonsense");

        Checkout.Result launched = spark.athanor(folder, wrong);
        assertThat(launched.code()).as(launched.err()).isEqualTo(2);
        assertThat(one(launched)).isEqualTo(one(misused));
        Checkout.Result launchedMissing = spark.athanor(folder, local(missing));
        assertThat(launchedMissing.code()).as(launchedMissing.err()).isEqualTo(1);
        assertThat(one(launchedMissing).at("/error")).isEqualTo(one(failed).at("/error"));
    }

    @Test
    void oneSettingSwitchesAthanorOnInTheShells() throws Exception {
        Path folder = Checkout.scratch("stock-shells");
        String points = StockSpark.points(folder, ROWS).toString();
        Path statements = Files.writeString(
                folder.resolve("points.sql"),
                """
                CREATE TEMPORARY VIEW file USING csv OPTIONS (path '%s', header true, inferSchema true);
                CREATE TABLE points USING delta AS SELECT id, x, y, colour FROM file;
                CALL athanor.train(table => 'points', features => array('x', 'y'), label => 'colour', model => 'shell');
                SELECT 'right', count_if(predict('shell', x, y).prediction = colour) > 540 FROM points;
                """
                        .formatted(points));
        Checkout.Result sql = spark.shell(folder, "spark-sql", List.of("-f", statements.toString()), null);
        assertThat(sql.succeeded().out()).contains("shell@1").containsPattern("right\\s+true");

        // Table and model are there in the next program.
        Path typed = Files.writeString(
                folder.resolve("typed.py"),
                """
                spark.sql("SELECT count_if(predict('shell', x, y).prediction = colour) > 540 AS most FROM points").collect()
                "BatchInference" in spark.sql("EXPLAIN SELECT predict('shell', x, y) FROM points").first()[0]
                """);
        Checkout.Result python = spark.shell(folder, "pyspark", List.of(), typed);
        assertThat(python.succeeded().out()).contains("[Row(most=True)]").containsPattern("(?m)^True$");
    }

    @Test
    void withoutAMetastoreShellsAndCommandsShareTheWarehouseFolder() throws Exception {
        Path folder = Checkout.scratch("stock-shared");
        List<String> create = List.of(
                "--conf",
                "spark.sql.catalogImplementation=in-memory",
                "-e",
                "create table told using delta as select 7 as n");
        spark.shell(folder, "spark-sql", create, null).succeeded();
        assertThat(folder.resolve("athanor-warehouse/default/told/_delta_log")).isDirectory();
        assertThat(folder.resolve("metastore_db")).doesNotExist();
        JsonNode read = report(spark.athanor(folder, local(json("sql", "-e", "select n from told"))));
        assertThat(read.at("/statements/0/rows/0/n").asInt()).isEqualTo(7);
    }

    @Test
    void aMetastoreThatOnlyHiveSiteDescribesIsUsedUnchanged() throws Exception {
        Path folder = Checkout.scratch("stock-hive");
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Files.writeString(conf.resolve("spark-defaults.conf"), "spark.sql.catalogImplementation hive\n");
        Files.writeString(
                conf.resolve("hive-site.xml"),
                """
                <configuration>
                  <property>
                    <name>javax.jdo.option.ConnectionURL</name>
                    <value>jdbc:derby:;databaseName=%1$s/theirs;create=true</value>
                  </property>
                  <property>
                    <name>hive.metastore.warehouse.dir</name>
                    <value>file:%1$s/hive-house</value>
                  </property>
                </configuration>
                """
                        .formatted(folder));
        Map<String, String> theirs = Map.of("SPARK_CONF_DIR", conf.toString());
        String create =
                "create table kept using parquet as select 7 as n; create table lake using delta as select 8 as n";
        report(spark.athanor(folder, theirs, local(json("sql", "-e", create))));
        JsonNode read = report(
                spark.athanor(folder, theirs, local(json("sql", "-e", "select kept.n + lake.n as n from kept, lake"))));

        assertThat(read.at("/statements/0/rows/0/n").asInt()).isEqualTo(15);
        assertThat(folder.resolve("theirs/service.properties")).exists();
        assertThat(folder.resolve("hive-house/kept")).isDirectory();
        assertThat(folder.resolve("hive-house/lake/_delta_log")).isDirectory();
        assertThat(folder.resolve("metastore_db")).doesNotExist();
        assertThat(folder.resolve("athanor-warehouse/default")).doesNotExist();
    }

    @Test
    void executorsInTheirOwnProcessesGetEverythingFromTheJar() throws Exception {
        Path folder = Checkout.scratch("stock-cluster");
        String points = StockSpark.points(folder, ROWS).toString();
        try (StandaloneCluster cluster = StandaloneCluster.start(spark, folder)) {
            List<String> options = List.of(
                    "--master",
                    cluster.master(),
                    "--executor-memory",
                    "1g",
                    "--executor-cores",
                    "1",
                    "--conf",
                    "spark.driver.host=127.0.0.1",
                    // For a cluster of two cores: Spark's and Delta's defaults are for dozens.
                    "--conf",
                    "spark.sql.shuffle.partitions=4",
                    "--conf",
                    "spark.databricks.delta.snapshotPartitions=2");
            JsonNode trained = report(spark.submit(folder, options, train(points, "far")));
            assertThat(trained.at("/ref").asText()).isEqualTo("far@1");
            assertThat(trained.at("/kernels").asText()).as("SIMD kernels").contains("vector");

            JsonNode inferred = report(spark.submit(
                    folder,
                    options,
                    json("infer", "--model", "far", "--input", points, "--keep", "id,colour", "--into", "predicted")));
            assertThat(inferred.at("/rows").asInt()).isEqualTo(ROWS);

            String spread = "select count_if(prediction = colour) as same from predicted;"
                    + "select count(*) as n, count_if(predict('far', x, y).prediction = 'red') as red"
                    + " from (select /*+ repartition(8) */ id * 0.0D as x, 3.0D as y from range(2000))";
            JsonNode answers = report(spark.submit(folder, options, json("sql", "-e", spread)));
            assertThat(answers.at("/statements/0/rows/0/same").asInt()).isGreaterThan(540);
            assertThat(answers.at("/statements/1/rows/0/n").asInt()).isEqualTo(2000);
            assertThat(answers.at("/statements/1/rows/0/red").asInt()).isEqualTo(2000);
            assertThat(cluster.executors()).as("executors started").isGreaterThanOrEqualTo(2);
        }
    }

    private static List<String> train(String points, String model) {
        return json(
                "train",
                "--input",
                points,
                "--features",
                "x,y",
                "--label",
                "colour",
                "--model",
                model,
                "--network",
                "mlp",
                "--epochs",
                "6",
                "--seed",
                "11");
    }

    private static List<String> json(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--json"));
        all.addAll(List.of(arguments));
        return all;
    }

    private static List<String> local(List<String> arguments) {
        List<String> all = new ArrayList<>(LOCAL);
        all.addAll(arguments);
        return all;
    }

    private static Checkout.Result alone(Path folder, List<String> arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Checkout.root().resolve("athanor").toString()));
        command.addAll(arguments);
        return Checkout.run(folder, Map.of(), 240, command);
    }

    private static JsonNode report(Checkout.Result result) throws Exception {
        return one(result.succeeded());
    }

    /** The one JSON object that standard output must be. */
    private static JsonNode one(Checkout.Result result) throws Exception {
        assertThat(result.out()).as("standard output").hasLineCount(1).startsWith("{");
        return JobJson.readTree(result.out());
    }
}
