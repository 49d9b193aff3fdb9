package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.model.PackageFiles;
import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.text.NearestName;
import dev.athanor.spark.SparkTestSession;
import dev.athanor.spark.model.ModelCache;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelRegistry;
import dev.athanor.spark.registry.ModelVersion;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import scala.Function1;
import scala.collection.immutable.Seq;

/** A session whose {@code predict} and {@code ai_embed} find models written by hand. */
abstract class PredictTestSession extends SparkTestSession {
    static final ColumnSpec X = new ColumnSpec("x", ColumnKind.NUMBER, "double");
    static final ColumnSpec S = new ColumnSpec("s", ColumnKind.STRING, "string");
    static final ColumnSpec V = new ColumnSpec("v", ColumnKind.VECTOR, "array<float>");

    static final FakeModel NEWS = new FakeModel(
            Task.CLASSIFICATION, List.of(X, S), "string", List.of("World", "Sports", "Business", "Sci/Tech"));
    static final FakeModel PRICE = new FakeModel(Task.REGRESSION, List.of(X), "double", List.of());
    static final FakeModel DIGITS = new FakeModel(Task.CLASSIFICATION, List.of(V), "int", List.of("0", "1", "2"));
    static final FakeModel TRUTH = new FakeModel(Task.CLASSIFICATION, List.of(S), "boolean", List.of("false", "true"));
    static final FakeModel DAYS =
            new FakeModel(Task.CLASSIFICATION, List.of(X), "date", List.of("2024-01-31", "2024-02-29"));

    /** Says how long its vectors are. */
    static final FakeModel PIXELS = new FakeModel(Task.CLASSIFICATION, List.of(V), "int", List.of("0", "1", "2"), 784);

    /** Turns texts into vectors. */
    static final FakeModel MINI = new FakeModel(
            Task.EMBEDDING, List.of(new ColumnSpec("text", ColumnKind.STRING, "string")), "array<float>", List.of());

    /** Writes texts. */
    static final FakeModel WRITER = new FakeModel(
            Task.GENERATION, List.of(new ColumnSpec("prompt", ColumnKind.STRING, "string")), "string", List.of());

    private static final Map<String, FakeModel> MODELS = new LinkedHashMap<>();

    static {
        MODELS.put("news", NEWS);
        MODELS.put("price", PRICE);
        MODELS.put("digits", DIGITS);
        MODELS.put("truth", TRUTH);
        MODELS.put("days", DAYS);
        MODELS.put("pixels", PIXELS);
        MODELS.put("mini", MINI);
        MODELS.put("writer", WRITER);
    }

    private static final AtomicLong LOOKUPS = new AtomicLong();

    private static SparkSession session;

    /** How often a model was asked for so far. */
    static long lookups() {
        return LOOKUPS.get();
    }

    /** Rows predicted so far, by all models. */
    static long rowsPredicted() {
        return MODELS.values().stream().mapToLong(model -> model.rows.get()).sum();
    }

    /** Evaluations of calls row by row begun so far, by all models. */
    static long rowEvaluations() {
        return MODELS.values().stream().mapToLong(model -> model.singles.get()).sum();
    }

    /** The session, with the stand-in for the registry. */
    static synchronized SparkSession predictSpark() {
        if (session == null) {
            session = spark().newSession();
            register(PredictFunction.IDENTIFIER, PredictFunction.INFO, new PredictFunction(any -> new FakeRegistry()));
            register(AiEmbedFunction.IDENTIFIER, AiEmbedFunction.INFO, new AiEmbedFunction(any -> new FakeRegistry()));
            register(AiGenFunction.IDENTIFIER, AiGenFunction.INFO, new AiGenFunction(any -> new FakeRegistry()));
            register(
                    AiSimilarityFunction.IDENTIFIER,
                    AiSimilarityFunction.INFO,
                    new AiSimilarityFunction(any -> new FakeRegistry()));
            MODELS.forEach((name, model) -> ModelCache.process().get("digest of " + name, "auto", () -> model));
        }
        SparkSession.setActiveSession(session);
        return session;
    }

    private static void register(
            FunctionIdentifier name, ExpressionInfo info, Function1<Seq<Expression>, Expression> function) {
        ((org.apache.spark.sql.classic.SparkSession) session)
                .sessionState()
                .functionRegistry()
                .registerFunction(name, info, function);
    }

    private static final class FakeRegistry implements ModelRegistry {
        @Override
        public ModelVersion resolve(ModelRef ref) {
            LOOKUPS.incrementAndGet();
            if (!MODELS.containsKey(ref.name())) {
                Optional<String> nearest = NearestName.of(ref.name(), MODELS.keySet());
                throw new AthanorException(
                        "Cannot find model " + ref,
                        "no model has that name",
                        nearest.map(n -> "Did you mean '" + n + "'?").orElse("Train it first"));
            }
            return new ModelVersion(
                    ref.name(),
                    3,
                    "nowhere",
                    "digest of " + ref.name(),
                    MODELS.get(ref.name()).task().name(),
                    "fake",
                    Map.of(),
                    List.of("champion"),
                    "run",
                    Instant.EPOCH);
        }

        @Override
        public List<ModelVersion> list() {
            throw new UnsupportedOperationException();
        }

        @Override
        public PackageFiles open(ModelVersion version) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Draft draft(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ModelVersion promote(ModelRef ref, String alias) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<ModelVersion> delete(ModelRef ref) {
            throw new UnsupportedOperationException();
        }
    }
}
