package dev.athanor.spark.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictor;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.spark.model.ModelCache;
import dev.athanor.spark.registry.DeltaModelRegistry;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelVersion;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Rows per second, CPU seconds and memory of {@code predict} in a query.
 *
 * <pre>{@code
 * mvn -Pbench -pl spark-ext -am test -Dbench.args="mlp MNIST_IMAGES_IDX.gz [PYTHON]"  # and the PyTorch peer, same rows
 * mvn -Pbench -pl spark-ext -am test -Dbench.args="text"                              # a million short texts
 * mvn -Pbench -pl spark-ext -am test -Dbench.args="flat 10000000" -Dbench.jvm.args=-Xmx1g   # memory stays flat
 * }</pre>
 *
 * <p>{@code mlp}: an MLP 784-256-10 over 200,000 Parquet rows of {@code array<float>}, {@code local[2]}, warm; the
 * engine alone on the same rows in arrays; and, when a Python with PySpark and PyTorch is named, {@code
 * predict_batch_udf} (src/jmh/python/predict_peer.py) over the same file.
 */
public final class PredictBenchmark {
    private static final int ROWS = 200_000;
    private static final int TEXTS = 1_000_000;
    private static final int RUNS = 5;
    private static final Path WORK = Path.of("target", "bench");
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private PredictBenchmark() {}

    /** @param args {@code mlp}, {@code text} or {@code flat}, and what it takes */
    public static void main(String[] args) throws Exception {
        Files.createDirectories(WORK);
        SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .appName("predict benchmark")
                .config("spark.plugins", "dev.athanor.spark.plugin.AthanorPlugin")
                .config(
                        "spark.athanor.warehouse",
                        Files.createTempDirectory(WORK.toAbsolutePath(), "warehouse").toString())
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "4")
                .getOrCreate();
        switch (args.length == 0 ? "" : args[0]) {
            case "mlp" -> mlp(spark, Path.of(args[1]), args.length > 2 ? args[2] : null);
            case "text" -> text(spark);
            case "flat" -> flat(spark, Long.parseLong(args[1]));
            default -> throw new IllegalArgumentException("Say what to measure: mlp, text or flat");
        }
        spark.stop();
    }

    private record Measure(double wall, double cpu) {
        double rowsPerSecond(long rows) {
            return rows / wall;
        }
    }

    private static Measure measure(SparkSession spark, String query) {
        Measure best = null;
        for (int run = 0; run < RUNS; run++) {
            long cpu = SYSTEM.getProcessCpuTime();
            long start = System.nanoTime();
            spark.sql(query).collectAsList();
            Measure one = new Measure(
                    (System.nanoTime() - start) / 1e9, (SYSTEM.getProcessCpuTime() - cpu) / 1e9);
            best = best == null || one.wall < best.wall ? one : best;
        }
        return best;
    }

    private static void mlp(SparkSession spark, Path images, String python) throws Exception {
        String parquet = WORK.resolve("mnist.parquet").toAbsolutePath().toString();
        if (!Files.exists(Path.of(parquet, "_SUCCESS"))) {
            writeImages(spark, images, parquet);
        }
        spark.read().parquet(parquet).createOrReplaceTempView("images");
        BenchModels.register(
                spark.table("images").limit(2000), List.of("features"), "label", "mnist", "mlp", List.of(256));
        Measure scan = measure(spark, "SELECT sum(size(features)) FROM images");
        Measure query = measure(spark, "SELECT sum(predict('mnist', features).prediction) FROM images");
        Measure full = measure(spark, "SELECT sum(p.confidence), sum(size(p.probabilities)), count(p.error)"
                + " FROM (SELECT predict('mnist', features) AS p FROM images)");
        Measure alone = engineAlone(DeltaModelRegistry.of(spark).resolve(ModelRef.parse("mnist")));
        System.out.printf("%-44s %12s %10s %10s%n", "MLP 784-256-10 over 200,000 Parquet rows", "rows/s", "wall s", "CPU s");
        print("scan alone", ROWS, scan);
        print("predict(…).prediction", ROWS, query);
        print("predict(…), all fields", ROWS, full);
        print("engine alone, rows in arrays, 2 threads", ROWS, alone);
        System.out.printf(
                "overhead over scan + engine: %.1f %% of the time, %.1f %% of the CPU (bar 10)%n",
                100 * (query.wall / (scan.wall + alone.wall) - 1), 100 * (query.cpu / (scan.cpu + alone.cpu) - 1));
        System.out.printf("peak RSS %.0f MB%n", peakMegabytes());
        if (python != null) {
            JsonNode peer = peer(python, parquet);
            System.out.printf(
                    "%-44s %12.0f %10.3f %10.3f%n",
                    "predict_batch_udf with PyTorch",
                    peer.path("rows_per_s").asDouble(),
                    ROWS / peer.path("rows_per_s").asDouble(),
                    peer.path("cpu_s").asDouble());
            System.out.printf("peer's peak RSS %.0f MB%n", peer.path("peak_mb").asDouble());
            System.out.printf(
                    "ratios: %.2f x rows/s (bar 3.5), %.2f of the CPU (bar 0.25), %.2f of the memory (bar 0.5)%n",
                    query.rowsPerSecond(ROWS) / peer.path("rows_per_s").asDouble(),
                    query.cpu / peer.path("cpu_s").asDouble(),
                    peakMegabytes() / peer.path("peak_mb").asDouble());
        }
    }

    private static void print(String what, long rows, Measure measure) {
        System.out.printf(
                "%-44s %12.0f %10.3f %10.3f%n", what, measure.rowsPerSecond(rows), measure.wall, measure.cpu);
    }

    /** Two threads that predict the rows, half each, from arrays. */
    private static Measure engineAlone(ModelVersion version) throws Exception {
        Model model = ModelCache.process().get(version.location(), version.digest(), "auto");
        int rows = 512;
        Measure best = null;
        ExecutorService threads = Executors.newFixedThreadPool(2);
        for (int run = 0; run < RUNS; run++) {
            long cpu = SYSTEM.getProcessCpuTime();
            long start = System.nanoTime();
            List<Future<?>> halves = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                halves.add(threads.submit(() -> {
                    RowBatch batch = new RowBatch(model.signature(), rows);
                    Random random = new Random(1);
                    float[] image = new float[784];
                    for (int row = 0; row < rows; row++) {
                        for (int i = 0; i < image.length; i++) {
                            image[i] = random.nextFloat();
                        }
                        batch.vectors(0).append(image, 0, image.length);
                    }
                    try (Predictor predictor = model.predictor(rows)) {
                        for (int done = 0; done < ROWS / 2; done += rows) {
                            predictor.predict(batch);
                        }
                    }
                }));
            }
            for (Future<?> half : halves) {
                half.get();
            }
            Measure one =
                    new Measure((System.nanoTime() - start) / 1e9, (SYSTEM.getProcessCpuTime() - cpu) / 1e9);
            best = best == null || one.wall < best.wall ? one : best;
        }
        threads.shutdown();
        return best;
    }

    private static void writeImages(SparkSession spark, Path images, String parquet) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(Files.newInputStream(images)))) {
            in.skipNBytes(4);
            int count = in.readInt();
            int size = in.readInt() * in.readInt();
            byte[] pixels = new byte[size];
            for (int i = 0; i < count; i++) {
                in.readFully(pixels);
                Float[] features = new Float[size];
                for (int p = 0; p < size; p++) {
                    features[p] = (pixels[p] & 255) / 255f;
                }
                rows.add(RowFactory.create(features, i % 10));
            }
        }
        spark.createDataFrame(rows, StructType.fromDDL("features ARRAY<FLOAT>, label INT"))
                .createOrReplaceTempView("some_images");
        spark.sql("SELECT features, label FROM range(0, " + ROWS / rows.size() + ", 1, 4) JOIN some_images")
                .repartition(4)
                .write()
                .option("compression", "zstd")
                .mode("overwrite")
                .parquet(parquet);
    }

    private static JsonNode peer(String python, String parquet) throws IOException {
        Process process = new ProcessBuilder(
                        python, "src/jmh/python/predict_peer.py", parquet, Integer.toString(ROWS), "3")
                .redirectError(WORK.resolve("peer.log").toFile())
                .start();
        String last = "";
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line;
            }
        }
        return new ObjectMapper().readTree(last);
    }

    private static void text(SparkSession spark) {
        String words = "array('market','shares','team','wins','game','launch','space','phone','court','talks','oil',"
                + "'prices','minister','cup','season','software','security','rise','fall','deal')";
        String sentence = "array_join(transform(sequence(1, 6 + CAST(id % 5 AS INT)),"
                + " i -> concat(element_at(" + words + ", 1 + CAST(pmod(hash(id, i), 20) AS INT)),"
                + " IF(pmod(hash(i, id), 3) = 0, CAST(pmod(hash(id, i), 997) AS STRING), ''))), ' ')";
        String parquet = WORK.resolve("texts.parquet").toString();
        spark.sql("SELECT " + sentence + " AS title, id % 4 AS label FROM range(0, " + TEXTS + ", 1, 4)")
                .write()
                .mode("overwrite")
                .parquet(parquet);
        spark.read().parquet(parquet).createOrReplaceTempView("texts");
        BenchModels.register(spark.table("texts").limit(5000), List.of("title"), "label", "topics", "text", null);
        Measure scan = measure(spark, "SELECT sum(length(title)) FROM texts");
        Measure query = measure(spark, "SELECT sum(predict('topics', title).prediction) FROM texts");
        System.out.printf("%-44s %12s %10s %10s%n", "text model over 1,000,000 short texts", "rows/s", "wall s", "CPU s");
        print("scan alone", TEXTS, scan);
        print("predict(…).prediction (bar 100,000)", TEXTS, query);
        System.out.printf("peak RSS %.0f MB%n", peakMegabytes());
    }

    private static void flat(SparkSession spark, long rows) throws Exception {
        String columns = "SELECT id, CAST(id % 1000 AS DOUBLE) AS x, concat('text ', id % 9973, ' more') AS s,"
                + " array(CAST(id AS FLOAT), 1F, 2F) AS v, id % 3 AS y FROM range(0, %d, 1, 8)";
        spark.sql(columns.replace("id % ", "id %% ").formatted(2000)).createOrReplaceTempView("some");
        spark.sql(columns.replace("id % ", "id %% ").formatted(rows)).createOrReplaceTempView("many");
        BenchModels.register(spark.table("some"), List.of("x", "s", "v"), "y", "mixed", "mlp", null);
        long start = System.nanoTime();
        for (int tenth = 1; tenth <= 10; tenth++) {
            spark.sql("SELECT id, predict('mixed', x, s, v) AS p FROM many WHERE id % 10 = " + (tenth - 1))
                    .write()
                    .mode("overwrite")
                    .parquet(WORK.resolve("flat.parquet").toString());
            System.out.printf(
                    "%,d rows %.1f s, peak RSS %.0f MB%n",
                    rows / 10 * tenth, (System.nanoTime() - start) / 1e9, peakMegabytes());
        }
    }

    /** Peak resident memory of this process. */
    private static double peakMegabytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN; // not Linux
        }
    }
}
