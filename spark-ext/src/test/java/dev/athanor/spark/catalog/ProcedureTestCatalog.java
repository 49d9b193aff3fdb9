package dev.athanor.spark.catalog;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.internal.catalyst.catalog.PlatformCatalog;
import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.JobSignature;
import dev.athanor.spark.job.Param;
import dev.athanor.spark.platform.PlatformTable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The procedures of three small jobs, run at once and unrecorded. */
public final class ProcedureTestCatalog extends PlatformCatalog {
    public ProcedureTestCatalog() {
        super(ProcedureTestCatalog::run);
    }

    @Override
    protected List<Job<?, ?>> jobs() {
        return List.of(new Echo(), new Listing(), new Counting(), new ShellOnly());
    }

    private static Record run(Job<?, ?> job, Map<String, Object> arguments, String runId) {
        return bound(job, arguments, runId);
    }

    private static <P extends Record, R extends Record> R bound(
            Job<P, R> job, Map<String, Object> arguments, String runId) {
        try {
            P params = JobSignature.of(job).bind(arguments);
            if (params instanceof EchoParams echo) {
                return job.reportType().cast(report(echo, runId));
            }
            return job.run(params, null);
        } catch (AthanorException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    record EchoParams(
            @Param(doc = "Table to read.", required = true) String table,
            @Param(doc = "Columns.") List<String> features,
            @Param(doc = "Passes.", defaultValue = "3") int batchSize,
            @Param(doc = "Rate.") Double rate,
            @Param(doc = "Whether to be loud.") boolean loud,
            @Param(doc = "Options.") Map<String, String> options,
            @Param(
                            doc = "Kind.",
                            defaultValue = "auto",
                            choices = {"auto", "mlp"})
                    String network,
            @Param(doc = "Directory.", commandLineOnly = true) String reportDirectory) {}

    enum Mood {
        CALM
    }

    record Part(String word, double share) {}

    record EchoReport(
            String runId,
            String echoedTable,
            List<String> features,
            int batchSize,
            Double rate,
            boolean loud,
            Map<String, String> options,
            String network,
            Mood mood,
            Instant at,
            List<Part> parts,
            Map<String, Map<String, Double>> nested,
            List<Double> curve) {}

    static EchoReport report(EchoParams p, String runId) {
        return new EchoReport(
                runId,
                p.table(),
                p.features(),
                p.batchSize(),
                p.rate(),
                p.loud(),
                p.options(),
                p.network(),
                Mood.CALM,
                Instant.ofEpochSecond(1),
                List.of(new Part("a", 0.25), new Part("b", 0.75)),
                Map.of("sport", Map.of("precision", 0.5)),
                List.of(1.0, 2.0));
    }

    static final class Echo implements Job<EchoParams, EchoReport> {
        @Override
        public String name() {
            return "echo-back";
        }

        @Override
        public String summary() {
            return "Gives back what it got.";
        }

        @Override
        public Class<EchoParams> paramsType() {
            return EchoParams.class;
        }

        @Override
        public Class<EchoReport> reportType() {
            return EchoReport.class;
        }

        @Override
        public EchoReport run(EchoParams params, JobContext context) {
            return report(params, null);
        }
    }

    record NoParams() {}

    record Item(String name, int version, List<String> aliases) {}

    record Items(List<Item> items) {}

    static final class Listing implements Job<NoParams, Items> {
        @Override
        public String name() {
            return "items";
        }

        @Override
        public String summary() {
            return "Lists.";
        }

        @Override
        public Class<NoParams> paramsType() {
            return NoParams.class;
        }

        @Override
        public Class<Items> reportType() {
            return Items.class;
        }

        @Override
        public boolean recorded() {
            return false;
        }

        @Override
        public Items run(NoParams params, JobContext context) {
            return new Items(List.of(new Item("news", 1, List.of()), new Item("news", 2, List.of("champion"))));
        }
    }

    record CountParams(@Param(doc = "Table to count.", required = true) String table) {}

    record Count(long rows) {}

    /** Runs a query of its own, and makes a table, while Spark analyses the CALL. */
    static final class Counting implements Job<CountParams, Count> {
        @Override
        public String name() {
            return "count";
        }

        @Override
        public String summary() {
            return "Counts.";
        }

        @Override
        public Class<CountParams> paramsType() {
            return CountParams.class;
        }

        @Override
        public Class<Count> reportType() {
            return Count.class;
        }

        @Override
        public Count run(CountParams params, JobContext context) {
            SparkSession spark = SparkSession.active();
            long n = spark.table(params.table()).count();
            new PlatformTable(spark, "counts", new StructType().add("n", DataTypes.LongType), List.of())
                    .replace("true", List.of(RowFactory.create(n)));
            return new Count(n);
        }
    }

    static final class ShellOnly implements Job<NoParams, Items> {
        @Override
        public String name() {
            return "shell";
        }

        @Override
        public String summary() {
            return "Has no procedure.";
        }

        @Override
        public Class<NoParams> paramsType() {
            return NoParams.class;
        }

        @Override
        public Class<Items> reportType() {
            return Items.class;
        }

        @Override
        public Optional<String> procedure() {
            return Optional.empty();
        }

        @Override
        public Items run(NoParams params, JobContext context) {
            return new Items(List.of());
        }
    }
}
