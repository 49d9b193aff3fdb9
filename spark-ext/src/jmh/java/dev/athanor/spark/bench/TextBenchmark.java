package dev.athanor.spark.bench;

import dev.athanor.engine.bench.Result;
import dev.athanor.engine.bench.Result.Bar;
import dev.athanor.engine.bench.Results;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Rows per second of {@code predict} with a text model over a million short texts in Parquet, {@code local[2]}.
 *
 * <pre>{@code mvn -Pbench -pl spark-ext -am test -Dbench.args=text}</pre>
 */
public final class TextBenchmark {
    private static final int TEXTS = 1_000_000;
    private static final int ROUNDS = 5;

    private TextBenchmark() {}

    public static void main(String[] args) throws Exception {
        try (BenchSession session = BenchSession.open()) {
            write(session);
            Measure scan = null;
            Measure query = null;
            for (int round = 0; round < ROUNDS; round++) {
                scan = session.measure("SELECT sum(length(title)) FROM texts").better(scan);
                query = session.measure("SELECT sum(predict('topics', title).prediction) FROM texts")
                        .better(query);
            }
            Measure.printHead("text model over 1,000,000 short texts");
            scan.print("scan alone", TEXTS);
            query.print("predict(…).prediction", TEXTS);
            System.out.printf("peak RSS %.0f MB%n", Measure.peakMegabytes());
            Results.add(new Result(
                    "predict text, 1 M short texts", TEXTS / query.wall(), "rows/s", null, Bar.atLeast(100_000), null));
        }
    }

    private static void write(BenchSession session) {
        SparkSession spark = session.spark();
        String words = "array('market','shares','team','wins','game','launch','space','phone','court','talks','oil',"
                + "'prices','minister','cup','season','software','security','rise','fall','deal')";
        String sentence = "array_join(transform(sequence(1, 6 + CAST(id % 5 AS INT)),"
                + " i -> concat(element_at(" + words + ", 1 + CAST(pmod(hash(id, i), 20) AS INT)),"
                + " IF(pmod(hash(i, id), 3) = 0, CAST(pmod(hash(id, i), 997) AS STRING), ''))), ' ')";
        String parquet = session.folder().resolve("texts.parquet").toString();
        spark.sql("SELECT " + sentence + " AS title, id % 4 AS label FROM range(0, " + TEXTS + ", 1, 4)")
                .write()
                .mode("overwrite")
                .parquet(parquet);
        spark.read().parquet(parquet).createOrReplaceTempView("texts");
        BenchModels.register(spark.table("texts").limit(5000), List.of("title"), "label", "topics", "text", null);
    }
}
