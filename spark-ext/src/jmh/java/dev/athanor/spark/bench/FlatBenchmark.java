package dev.athanor.spark.bench;

import dev.athanor.engine.bench.Result;
import dev.athanor.engine.bench.Result.Bar;
import dev.athanor.engine.bench.Result.Peer;
import dev.athanor.engine.bench.Results;
import java.util.List;

/**
 * Peak memory of {@code predict} over generated rows (a number, a text, a vector), written to Parquet: after a million
 * rows, and after ten million more in the same process.
 *
 * <pre>{@code mvn -Pbench -pl spark-ext -am test -Dbench.args=flat}</pre>
 */
public final class FlatBenchmark {
    private static final long ROWS = 1_000_000;
    private static final int TIMES = 10;

    private FlatBenchmark() {}

    public static void main(String[] args) throws Exception {
        try (BenchSession session = BenchSession.open()) {
            rows(session, "some", 2000);
            BenchModels.register(session.spark().table("some"), List.of("x", "s", "v"), "y", "mixed", "mlp", null);
            double few = infer(session, ROWS);
            double many = infer(session, ROWS * TIMES);
            Results.add(new Result(
                    "peak memory, 10 M rows, -Xmx1g",
                    many,
                    "MB",
                    new Peer("the same over 1 M rows", few),
                    Bar.atMost(1.25),
                    null));
        }
    }

    private static void rows(BenchSession session, String view, long rows) {
        session.spark()
                .sql("SELECT id, CAST(id % 1000 AS DOUBLE) AS x, concat('text ', id % 9973, ' more') AS s,"
                        + " array(CAST(id AS FLOAT), 1F, 2F) AS v, id % 3 AS y FROM range(0, " + rows + ", 1, 8)")
                .createOrReplaceTempView(view);
    }

    /** Peak memory once that many rows are predicted and written. */
    private static double infer(BenchSession session, long rows) throws Exception {
        rows(session, "many", rows);
        Measure measure = Measure.of(() -> {
            session.spark()
                    .sql("SELECT id, predict('mixed', x, s, v) AS p FROM many")
                    .write()
                    .mode("overwrite")
                    .parquet(session.folder().resolve("flat.parquet").toString());
            return null;
        });
        double peak = Measure.peakMegabytes();
        System.out.printf("%,d rows %.1f s, peak RSS %.0f MB%n", rows, measure.wall(), peak);
        return peak;
    }
}
