package dev.athanor.spark.internal.catalyst;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams with predictions: by row and by batch they put out the same, in several micro-batches. */
class PredictStreamsSparkTest extends PredictTestSession {
    private static final String SCHEMA = "id BIGINT, x DOUBLE, s STRING, v ARRAY<FLOAT>, at TIMESTAMP";

    @TempDir
    static Path folder;

    @BeforeAll
    static void files() throws IOException {
        // Three files, one for each micro-batch.
        predictSpark()
                .sql("SELECT id, CAST(id % 7 AS DOUBLE) / 3 AS x, concat('text ', id % 11) AS s,"
                        + " array(CAST(id AS FLOAT), 1F, -2F) AS v, timestamp_seconds(1000000 + id * 10) AS at"
                        + " FROM range(0, 300, 1, 3)")
                .write()
                .parquet(folder.resolve("in").toString());
        try (Stream<Path> files = Files.list(folder.resolve("in"))) {
            // A stream takes the oldest first: no row may come later than the watermark.
            long time = 1_700_000_000_000L;
            for (Path file : files.sorted().toList()) {
                Files.setLastModifiedTime(file, FileTime.fromMillis(time += 60_000));
            }
        }
        predictSpark().read().parquet(folder.resolve("in").toString()).createOrReplaceTempView("arrived");
    }

    private static void open() {
        predictSpark()
                .readStream()
                .schema(StructType.fromDDL(SCHEMA))
                .option("maxFilesPerTrigger", 1)
                .parquet(folder.resolve("in").toString())
                .withWatermark("at", "1 minute")
                .createOrReplaceTempView("arriving");
    }

    private static List<Row> toMemory(String query, String mode, boolean operator) throws Exception {
        open();
        String table = "sink_" + UUID.randomUUID().toString().replace('-', '_');
        run(
                predictSpark()
                        .sql(query)
                        .writeStream()
                        .format("memory")
                        .queryName(table)
                        .outputMode(mode),
                operator);
        return sorted(predictSpark().table(table));
    }

    private static void run(DataStreamWriter<Row> writer, boolean operator) throws Exception {
        SparkSession spark = predictSpark();
        long rowsBefore = rowsPredicted();
        long evaluationsBefore = rowEvaluations();
        spark.conf().set("spark.athanor.inference.operator", operator);
        spark.conf().set("spark.sql.shuffle.partitions", 2);
        try {
            StreamingQuery query = writer.trigger(Trigger.AvailableNow())
                    .option(
                            "checkpointLocation",
                            folder.resolve(UUID.randomUUID().toString()).toString())
                    .start();
            query.awaitTermination();
            assertThat(query.exception().isEmpty()).isTrue();
            assertThat(query.lastProgress().batchId()).isGreaterThanOrEqualTo(2);
        } finally {
            spark.conf().unset("spark.athanor.inference.operator");
            spark.conf().unset("spark.sql.shuffle.partitions");
        }
        assertThat(rowsPredicted()).isGreaterThan(rowsBefore);
        if (operator) {
            assertThat(rowEvaluations()).isEqualTo(evaluationsBefore);
        } else {
            assertThat(rowEvaluations()).isGreaterThan(evaluationsBefore);
        }
    }

    private static List<Row> sorted(Dataset<Row> rows) {
        List<Row> list = new ArrayList<>(rows.collectAsList());
        list.sort(Comparator.comparing(Row::toString));
        return list;
    }

    private static List<Row> sameByRow(String query, String mode) throws Exception {
        List<Row> byBatch = toMemory(query, mode, true);
        assertThat(byBatch).isNotEmpty().isEqualTo(toMemory(query, mode, false));
        return byBatch;
    }

    @Test
    void appendKeepsTheRowsThatAPredictionChooses() throws Exception {
        String query = "SELECT id, predict('news@champion', x, s) AS p FROM %s WHERE p.confidence > 0.7";
        assertThat(sameByRow(query.formatted("arriving"), "append"))
                .isEqualTo(sorted(predictSpark().sql(query.formatted("arrived"))));
    }

    @Test
    void vectorsOfTextsThatArrive() throws Exception {
        String query = "SELECT id, ai_embed('mini', s) AS e, ai_similarity(s, 'text 3', 'mini') AS sim FROM %s"
                + " WHERE sim > 0.5";
        assertThat(sameByRow(query.formatted("arriving"), "append"))
                .isEqualTo(sorted(predictSpark().sql(query.formatted("arrived"))));
        query = "SELECT ai_embed('mini', s)[0] AS e, count(*) AS n FROM %s GROUP BY e";
        assertThat(sameByRow(query.formatted("arriving"), "complete"))
                .isEqualTo(sorted(predictSpark().sql(query.formatted("arrived"))));
    }

    @Test
    void countsByPrediction() throws Exception {
        String query = "SELECT predict('news', x, s).prediction AS class, count(*) AS n FROM %s GROUP BY class";
        assertThat(sameByRow(query.formatted("arriving"), "complete"))
                .isEqualTo(sorted(predictSpark().sql(query.formatted("arrived"))));
        sameByRow(query.formatted("arriving"), "update");
    }

    @Test
    void windowsOfTimeOverPredictions() throws Exception {
        sameByRow(
                "SELECT window(at, '5 minutes') AS w, predict('truth', s).prediction AS t, count(*) AS n FROM arriving"
                        + " WHERE predict('news', x, s).confidence > 0.6 GROUP BY 1, 2",
                "append");
        sameByRow(
                "SELECT w.start, predict('price', n).prediction FROM (SELECT window(at, '5 minutes') AS w, count(*) AS n"
                        + " FROM arriving GROUP BY 1)",
                "append");
    }

    @Test
    void joinsWithTablesAndStreams() throws Exception {
        String query = "SELECT a.id, b.id AS other, predict('news', a.x, b.s).prediction AS class FROM %s a"
                + " JOIN arrived b ON a.id = b.id AND predict('truth', b.s).prediction";
        assertThat(sameByRow(query.formatted("arriving"), "append"))
                .isEqualTo(sorted(predictSpark().sql(query.formatted("arrived"))));
        query = "SELECT a.id, predict('truth', a.s).prediction AS t, predict('digits', b.v).prediction AS d"
                + " FROM %1$s a JOIN %1$s b ON a.id = b.id AND a.at = b.at WHERE predict('truth', b.s).prediction";
        assertThat(sameByRow(query.formatted("arriving"), "append"))
                .isEqualTo(sorted(predictSpark().sql(query.formatted("arrived"))));
    }

    @Test
    void distinctRowsAndUnions() throws Exception {
        String query = "SELECT DISTINCT predict('news', x, s).prediction AS class, s FROM %s";
        assertThat(sameByRow(query.formatted("arriving"), "complete"))
                .isEqualTo(sorted(predictSpark().sql(query.formatted("arrived"))));
        query = "SELECT id, predict('price', x) AS y FROM %1$s WHERE y.high > 50 UNION ALL"
                + " SELECT id, predict('price', x + 1) AS y FROM %1$s";
        assertThat(sameByRow(query.formatted("arriving"), "append"))
                .isEqualTo(sorted(predictSpark().sql(query.formatted("arrived"))));
    }

    @Test
    void eachBatchMayBeQueried() throws Exception {
        assertThat(eachBatch(true))
                .hasSize(600)
                .isEqualTo(eachBatch(false))
                .contains("digits [0," + digit(0) + "]", "digits [299," + digit(299) + "]");
    }

    private static Object digit(int id) {
        return predictSpark()
                .sql("SELECT predict('digits', v).prediction FROM arrived WHERE id = " + id)
                .first()
                .get(0);
    }

    private static List<String> eachBatch(boolean operator) throws Exception {
        open();
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        VoidFunction2<Dataset<Row>, Long> query = (batch, number) -> {
            batch.createOrReplaceTempView("one_batch");
            // Predictions of the stream itself, and of a query over its batch.
            batch.selectExpr("id", "p.prediction").collectAsList().forEach(row -> seen.add("news " + row));
            batch.sparkSession()
                    .sql("SELECT id, d.prediction FROM (SELECT id, predict('digits', v) AS d FROM one_batch"
                            + " WHERE d.error IS NULL)")
                    .collectAsList()
                    .forEach(row -> seen.add("digits " + row));
        };
        run(
                predictSpark()
                        .sql("SELECT *, predict('news', x, s) AS p FROM arriving")
                        .writeStream()
                        .foreachBatch(query),
                operator);
        Collections.sort(seen);
        return seen;
    }

    @Test
    void ratesStreamTheSame() throws Exception {
        List<List<Row>> runs = new ArrayList<>();
        for (boolean operator : new boolean[] {true, false}) {
            SparkSession spark = predictSpark();
            spark.readStream()
                    .format("rate-micro-batch")
                    .option("rowsPerBatch", 50)
                    .option("numPartitions", 2)
                    .load()
                    .createOrReplaceTempView("ticks");
            spark.conf().set("spark.athanor.inference.operator", operator);
            try {
                StreamingQuery query = spark.sql("SELECT value, predict('price', value) AS y FROM ticks"
                                + " WHERE y.prediction > 50 AND value < 150")
                        .writeStream()
                        .format("memory")
                        .queryName("rate_sink_" + operator)
                        .start();
                while (query.lastProgress() == null || query.lastProgress().batchId() < 4) {
                    assertThat(query.exception().isEmpty()).isTrue();
                    Thread.sleep(50);
                }
                query.stop();
                runs.add(sorted(spark.table("rate_sink_" + operator)));
            } finally {
                spark.conf().unset("spark.athanor.inference.operator");
            }
        }
        assertThat(runs.get(0)).isNotEmpty().isEqualTo(runs.get(1));
        assertThat(runs.get(0))
                .isEqualTo(sorted(predictSpark()
                        .sql("SELECT id AS value, predict('price', id) AS y FROM range(150)"
                                + " WHERE y.prediction > 50")));
    }
}
