package dev.athanor.pipelines.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.WeightBytes;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import dev.athanor.pipelines.infer.ModelColumn;
import dev.athanor.pipelines.input.Input;
import dev.athanor.spark.conf.AthanorConf;
import dev.athanor.spark.internal.catalyst.InferenceFigures;
import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.model.ModelCache;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** Measures a model over a table: rows and tokens a second, processor time, memory, and share of the processor's peak. */
public final class BenchJob implements Job<BenchParams, BenchReport> {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double KB_PER_MB = 1e6 / 1024;

    /** Found by {@link java.util.ServiceLoader}. */
    public BenchJob() {}

    @Override
    public String name() {
        return "bench";
    }

    @Override
    public String summary() {
        return "Measures a model over a table: rows/s, tokens/s, CPU seconds, memory, share of the processor's peak.";
    }

    @Override
    public Class<BenchParams> paramsType() {
        return BenchParams.class;
    }

    @Override
    public Class<BenchReport> reportType() {
        return BenchReport.class;
    }

    @Override
    public BenchReport run(BenchParams params, JobContext context) throws Exception {
        ModelVersion version = context.models().resolve(ModelRef.parse(params.model()));
        String kernels = AthanorConf.of(context.spark()).get(AthanorConf.KERNELS);
        Model model = ModelCache.process().get(version.location(), version.digest(), kernels);
        List<ColumnSpec> features = ModelColumn.features(params.text(), version, model);
        context.progress().phase("reading");
        Input input = Input.open(context.spark(), params.source(), features);
        int threads = context.spark().sparkContext().defaultParallelism();
        Dataset<Row> rows = input.rows()
                .select(features.stream()
                        .map(feature -> input.column(feature.name()).as(feature.name()))
                        .toArray(Column[]::new));
        Dataset<Row> held = (params.rows() == 0 ? rows : rows.limit(params.rows()))
                .repartition(threads)
                .persist(StorageLevel.MEMORY_AND_DISK());
        return input.reading(() -> {
            try {
                if (held.count() == 0) {
                    throw new AthanorException(
                            "Cannot measure " + version.ref(), input.name() + " has no rows", "Give a table with rows");
                }
                Round best = measure(params.rounds(), version, model.task(), features, held, context);
                return report(version, model, kernels, input, threads, params.rounds(), best, context);
            } finally {
                held.unpersist();
            }
        });
    }

    /** What one run over the rows took. */
    private record Round(double seconds, double cpuSeconds, InferenceFigures figures) {}

    private static Round measure(
            int rounds,
            ModelVersion version,
            Task task,
            List<ColumnSpec> features,
            Dataset<Row> held,
            JobContext context)
            throws Exception {
        Column[] arguments = new Column[features.size() + 1];
        arguments[0] = lit(version.ref());
        for (int i = 0; i < features.size(); i++) {
            arguments[i + 1] = held.col("`" + features.get(i).name().replace("`", "``") + "`");
        }
        String value =
                switch (task) {
                    case CLASSIFICATION, REGRESSION -> "prediction";
                    case EMBEDDING -> "embedding";
                    case GENERATION -> "text";
                };
        SparkContext spark = context.spark().sparkContext();
        Round best = null;
        for (int round = 0; round <= rounds; round++) {
            if (context.cancelled()) {
                throw new CancellationException("cancelled after " + round + " rounds");
            }
            context.progress().phase(round == 0 ? "warming up" : "round " + round);
            // A new query each time: the figures are of its one run.
            Dataset<Row> query = held.select(ModelColumn.of(task, arguments).as("made"))
                    .agg(count(col("made." + value)), count(col("made.error")));
            long start = System.nanoTime();
            double[] seconds = new double[1];
            double cpu = TaskTimes.seconds(spark, context.runId() + "/" + round, () -> {
                query.collectAsList();
                seconds[0] = (System.nanoTime() - start) / 1e9;
                return null;
            });
            Round now = new Round(seconds[0], cpu, InferenceFigures.of(query));
            if (round > 0) {
                context.metrics(
                        round,
                        Map.of(
                                "seconds",
                                now.seconds(),
                                "rows_per_s",
                                now.figures().rows() / now.seconds()));
                best = best == null || now.seconds() < best.seconds() ? now : best;
            }
        }
        return best;
    }

    private static BenchReport report(
            ModelVersion version,
            Model model,
            String kernels,
            Input input,
            int threads,
            int rounds,
            Round best,
            JobContext context)
            throws IOException {
        InferenceFigures figures = best.figures();
        boolean inside = context.spark().sparkContext().isLocal();
        Long tokens = figures.tokens() == 0 ? null : figures.tokens();
        Double tokensPerSecond = tokens == null ? null : tokens / best.seconds();
        Double share = null;
        if (inside && tokens != null && model.operationsPerToken() > 0) {
            context.progress().phase("measuring the peak");
            double peak = KernelRegistry.select(kernels).kernels().peak();
            share = Double.isNaN(peak) ? null : tokensPerSecond * model.operationsPerToken() / (peak * threads);
        }
        BenchReport report = new BenchReport(
                version.name(),
                version.version(),
                version.ref(),
                model.task().name().toLowerCase(Locale.ROOT),
                model.kernels(),
                input.name(),
                figures.rows(),
                figures.errors(),
                threads,
                rounds,
                best.seconds(),
                figures.rows() / best.seconds(),
                tokens,
                tokensPerSecond,
                best.cpuSeconds(),
                figures.engineSeconds(),
                share,
                WeightBytes.of(context.models().open(version)).toString(),
                model.weightBytes(),
                figures.arenaBytes(),
                inside ? peakMemoryMb() : null);
        context.progress().message(line(report));
        return report;
    }

    private static String line(BenchReport report) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT, "%s over %,d rows: %,.0f rows/s", report.ref(), report.rows(), report.rowsPerSecond()));
        if (report.tokens() != null) {
            line.append(String.format(Locale.ROOT, ", %,.0f tokens/s", report.tokensPerSecond()));
        }
        line.append(String.format(Locale.ROOT, ", %.2f CPU seconds", report.cpuSeconds()));
        if (report.peakMemoryMb() != null) {
            line.append(String.format(Locale.ROOT, ", at most %,.0f MB", report.peakMemoryMb()));
        }
        if (report.peakShare() != null) {
            line.append(String.format(Locale.ROOT, ", %.0f %% of the processor's peak", 100 * report.peakShare()));
        }
        return line.toString();
    }

    /** Linux keeps count; null elsewhere. */
    private static Double peakMemoryMb() throws IOException {
        if (!Files.exists(STATUS)) {
            return null;
        }
        return Files.readAllLines(STATUS, StandardCharsets.UTF_8).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / KB_PER_MB)
                .findFirst()
                .orElse(null);
    }
}
