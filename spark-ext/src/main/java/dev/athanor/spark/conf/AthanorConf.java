package dev.athanor.spark.conf;

import dev.athanor.engine.conf.ConfKey;
import dev.athanor.engine.conf.ConfKeys;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Every configuration key of Athanor, and their values in one session or process.
 *
 * <p>{@code AthanorConf.of(spark).get(AthanorConf.WAREHOUSE)}. Creating one checks all {@code spark.athanor.*} settings:
 * an unknown key or a value that is not allowed is an {@link dev.athanor.engine.AthanorException}. Immutable; it shows
 * the settings as they were when it was made.
 */
public final class AthanorConf {
    /** What every key starts with. */
    public static final String PREFIX = "spark.athanor.";

    /** Root folder of tables, models and runs. */
    public static final ConfKey<String> WAREHOUSE = ConfKey.string(PREFIX + "warehouse")
            .doc("Folder, on any Hadoop file system, that holds tables, models and runs; with no other catalog"
                    + " configured it is the catalog. It cannot change after the application has started.")
            .check(text -> !text.isEmpty(), "not empty")
            .withoutDefault("`spark.sql.warehouse.dir`, or `athanor-warehouse` in the current folder");

    /** Threads of a training. */
    public static final ConfKey<Integer> TRAIN_THREADS = ConfKey.integer(PREFIX + "train.threads")
            .doc(
                    "Threads that share each batch of a training; 0 for all cores of the executor. Replaying a model bit for"
                            + " bit takes the same number.")
            .unit("threads")
            .atLeast(0, "0")
            .defaultsTo("0");

    /** Memory for encoded rows. */
    public static final ConfKey<Long> TRAIN_MEMORY = ConfKey.bytes(PREFIX + "train.memory")
            .doc(
                    "Heap that a training's encoded rows may take before they go to local disk; 0B for a third of the heap.")
            .atLeast(0L, "0B")
            .defaultsTo("0B");

    /** Provider of the arithmetic. */
    public static final ConfKey<String> KERNELS = ConfKey.string(PREFIX + "kernels")
            .doc("Provider that models compute with: `auto` for the fastest that works, or the name of one, such as"
                    + " `vector` or `scalar`.")
            .check(text -> !text.isEmpty(), "not empty")
            .defaultsTo("auto");

    /** Whether predictions are lifted into the batch operator. */
    public static final ConfKey<Boolean> INFERENCE_OPERATOR = ConfKey.bool(PREFIX + "inference.operator")
            .doc("Whether `predict` is computed for many rows at once by its own operator; `false` computes it row by"
                    + " row where it stands, with the same results.")
            .defaultsTo("true");

    /** Most rows of one batch. */
    public static final ConfKey<Integer> INFERENCE_BATCH_ROWS = ConfKey.integer(PREFIX + "inference.batch-rows")
            .doc("Most rows that a task predicts at once; long texts, vectors and images make batches smaller.")
            .unit("rows")
            .atLeast(1, "1")
            .atMost(1 << 16, "65536")
            .defaultsTo("512");

    /** Weights that a process keeps. */
    public static final ConfKey<Long> INFERENCE_MODEL_CACHE = ConfKey.bytes(PREFIX + "inference.model-cache")
            .doc("Weights that one process keeps for the next query; over it, the models used longest ago are"
                    + " forgotten.")
            .atLeast(0L, "0B")
            .defaultsTo("1GiB");

    /** Model of {@code ai_similarity}. */
    public static final ConfKey<String> EMBEDDING_MODEL = ConfKey.string(PREFIX + "embedding.model")
            .doc("Model that `ai_similarity(a, b)` embeds with: `name`, `name@version` or `name@alias`.")
            .check(text -> !text.isEmpty(), "not empty")
            .withoutDefault("none: a call names its model");

    /** All keys, by group. */
    public static final ConfKeys KEYS = new ConfKeys(PREFIX, groups());

    private final Map<String, String> settings;

    private AthanorConf(Map<String, String> settings) {
        KEYS.check(settings);
        this.settings = settings;
    }

    /** The settings of a session, those made with {@code SET} included. */
    public static AthanorConf of(SparkSession spark) {
        return new AthanorConf(
                Map.copyOf(CollectionConverters.asJava(spark.conf().getAll())));
    }

    /** The settings of an application. */
    public static AthanorConf of(SparkConf conf) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (var pair : conf.getAll()) {
            settings.put(pair._1(), pair._2());
        }
        return new AthanorConf(Map.copyOf(settings));
    }

    /** The settings of the application whose executor (or driver) this process is. */
    public static AthanorConf ofProcess() {
        return of(SparkEnv.get().conf());
    }

    /** The value set, or the default; null only for a key that has none. */
    public <T> T get(ConfKey<T> key) {
        return key.read(settings::get);
    }

    private static Map<String, List<ConfKey<?>>> groups() {
        Map<String, List<ConfKey<?>>> groups = new LinkedHashMap<>();
        groups.put("Warehouse", List.of(WAREHOUSE));
        groups.put("Training", List.of(TRAIN_THREADS, TRAIN_MEMORY));
        groups.put(
                "Inference",
                List.of(KERNELS, INFERENCE_OPERATOR, INFERENCE_BATCH_ROWS, INFERENCE_MODEL_CACHE, EMBEDDING_MODEL));
        return groups;
    }
}
