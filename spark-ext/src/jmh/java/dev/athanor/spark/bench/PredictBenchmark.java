package dev.athanor.spark.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.engine.bench.PeerScript;
import dev.athanor.engine.bench.Result;
import dev.athanor.engine.bench.Result.Bar;
import dev.athanor.engine.bench.Result.Peer;
import dev.athanor.engine.bench.Results;
import dev.athanor.engine.model.Model;
import dev.athanor.spark.model.ModelCache;
import dev.athanor.spark.registry.DeltaModelRegistry;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelVersion;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;

/**
 * Rows per second, CPU seconds and memory of {@code predict} with an MLP 784-256-10 over 200,000 Parquet rows of {@code
 * array<float>}, {@code local[2]}, warm, against {@code predict_batch_udf} with PyTorch
 * (spark-ext/src/jmh/python/predict_peer.py) over the same file; and against the engine alone on arrays, which gives the
 * operator's overhead.
 *
 * <pre>{@code mvn -Pbench -pl spark-ext -am test -Dbench.args=predict}</pre>
 */
public final class PredictBenchmark {
    private static final int ROWS = 200_000;
    private static final String PREDICTION = "SELECT sum(predict('mnist', features).prediction) FROM images";
    private static final String SCAN = "SELECT sum(size(features)) FROM images";

    /** The operator has its scans read as many of these rows at a time; so must the scan it is compared with. */
    private static final String READER_ROWS = "spark.sql.parquet.columnarReaderBatchSize";

    private static final int ROUNDS = 8;
    private static final int PEER_RUNS = 5;

    private Measure sparksScan;
    private Measure scan;
    private Measure query;
    private Measure full;
    private Measure alone;

    private PredictBenchmark() {}

    public static void main(String[] args) throws Exception {
        Images images;
        PredictBenchmark benchmark = new PredictBenchmark();
        try (BenchSession session = BenchSession.open()) {
            images = Images.write(session, ROWS);
            benchmark.run(session, images);
        }
        benchmark.report(images);
    }

    /** All in turns, so that a slow spell of the machine hits all of them; each keeps its best. */
    private void run(BenchSession session, Images images) throws Exception {
        session.spark().read().parquet(images.parquet()).createOrReplaceTempView("images");
        BenchModels.register(
                session.spark().table("images").limit(2000), List.of("features"), "label", "mnist", "mlp", List.of(256));
        ModelVersion version = DeltaModelRegistry.of(session.spark()).resolve(ModelRef.parse("mnist"));
        Model model = ModelCache.process().get(version.location(), version.digest(), "auto");
        List<Row> some = session.spark().table("images").limit(EngineAlone.ROWS).collectAsList();
        String plan = session.spark().sql("EXPLAIN " + PREDICTION).first().getString(0);
        Matcher rowsRead = Pattern.compile("rows at a time: (\\d+)").matcher(plan);
        if (!rowsRead.find()) {
            throw new IllegalStateException("The plan does not say how many rows are read at a time: " + plan);
        }
        String rowsAtATime = rowsRead.group(1);
        try (EngineAlone engine = new EngineAlone(model, some)) {
            for (int round = 0; round < ROUNDS; round++) {
                sparksScan = session.measure(SCAN).better(sparksScan);
                session.spark().conf().set(READER_ROWS, rowsAtATime);
                scan = session.measure(SCAN).better(scan);
                session.spark().conf().unset(READER_ROWS);
                query = session.measure(PREDICTION)
                        .better(query);
                full = session.measure("SELECT sum(p.confidence), sum(size(p.probabilities)), count(p.error)"
                                + " FROM (SELECT predict('mnist', features) AS p FROM images)")
                        .better(full);
                alone = engine.measure((int) images.rows()).better(alone);
            }
        }
    }

    private void report(Images images) throws IOException {
        double peak = Measure.peakMegabytes();
        long rows = images.rows();
        Measure.printHead("MLP 784-256-10 over %,d Parquet rows".formatted(rows));
        sparksScan.print("scan alone, as Spark sets it", rows);
        scan.print("scan alone, rows at a time as for predict", rows);
        query.print("predict(…).prediction", rows);
        full.print("predict(…), all fields", rows);
        alone.print("engine alone, rows in arrays, 2 threads", rows);
        String name = "predict_batch_udf with PyTorch";
        Peer rate = new Peer(name, null);
        Peer cpu = rate;
        Peer memory = rate;
        if (PeerScript.available()) {
            JsonNode peer = PeerScript.run(
                    "spark-ext/src/jmh/python/predict_peer.py",
                    1,
                    images.parquet(),
                    Long.toString(rows),
                    Integer.toString(PEER_RUNS));
            name = "PySpark " + peer.path("pyspark").asText() + " predict_batch_udf, PyTorch "
                    + peer.path("torch").asText();
            double seconds = peer.path("wall_s").asDouble();
            rate = new Peer(name, rows / seconds);
            cpu = new Peer(name, peer.path("cpu_s").asDouble());
            memory = new Peer(name, peer.path("peak_mb").asDouble());
            new Measure(seconds, cpu.value()).print("predict_batch_udf with PyTorch", rows);
        }
        String note = images.real() ? null : "random images, for MNIST's do not lie in shared/data beside the project";
        Results.add(new Result("predict MLP, %,d rows".formatted(rows), rows / query.wall(), "rows/s", rate, Bar.atLeast(3.5), note));
        Results.add(new Result("predict MLP, CPU", query.cpu(), "s", cpu, Bar.atMost(0.25), null));
        Results.add(new Result("predict MLP, peak memory", peak, "MB", memory, Bar.atMost(0.5), null));
        Peer parts = new Peer("same scan + engine alone, same run", scan.wall() + alone.wall());
        Results.add(new Result("operator overhead, time", query.wall(), "s", parts, Bar.atMost(1.10), null));
        Peer cpus = new Peer("same scan + engine alone, same run", scan.cpu() + alone.cpu());
        Results.add(new Result("operator overhead, CPU", query.cpu(), "s", cpus, null, null));
    }
}
