package dev.athanor.spark.internal.catalyst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.ModelPackage;
import dev.athanor.engine.nn.Network;
import dev.athanor.engine.nn.NetworkSpec;
import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.EncoderPlan;
import dev.athanor.engine.table.FeatureColumn;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.TableProfile;
import dev.athanor.engine.table.TableProfiler;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.spark.SparkTestSession;
import dev.athanor.spark.conf.AthanorConf;
import dev.athanor.spark.registry.DeltaModelRegistry;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelRegistry;
import dev.athanor.spark.registry.ModelVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code predict} with packages of the engine, found in the registry. */
class RegisteredModelSparkTest extends SparkTestSession {
    private static final List<ColumnSpec> FEATURES = List.of(
            new ColumnSpec("x", ColumnKind.NUMBER, "double"),
            new ColumnSpec("s", ColumnKind.STRING, "string"),
            new ColumnSpec("v", ColumnKind.VECTOR, "array<float>"));

    @BeforeAll
    static void register() {
        register("points", new ColumnSpec("y", ColumnKind.NUMBER, "int"), 1);
        spark().sql("SELECT id, CAST(id AS DOUBLE) / 7 AS x, concat('word', id % 5) AS s,"
                        + " array(CAST(id AS FLOAT) / 100, 1F, 0F) AS v FROM range(0, 300, 1, 2)")
                .createOrReplaceTempView("registered_rows");
    }

    private static ModelVersion register(String name, ColumnSpec label, long seed) {
        RowBatch batch = new RowBatch(FEATURES, label, 100);
        for (int i = 0; i < 100; i++) {
            batch.numbers(0).append(i / 10.0);
            byte[] text = ("word" + i % 5).getBytes(StandardCharsets.UTF_8);
            batch.bytes(1).append(text, 0, text.length);
            batch.vectors(2).append(new float[] {i, 1, -i}, 0, 3);
            ((FeatureColumn.Numbers) batch.label()).append(i % 3 + 7);
        }
        TableProfiler profiler = new TableProfiler(FEATURES, label);
        profiler.accept(batch);
        TableProfile profile = profiler.profile();
        EncoderPlan plan = EncoderPlan.of(profile, "mlp");
        NetworkSpec spec = NetworkSpec.defaults(
                "mlp", plan.layout(), Math.max(1, plan.label().classes().size()));
        Manifest manifest = new Manifest(
                Manifest.FORMAT_VERSION,
                plan.label().task(),
                "mlp",
                "for a test",
                FEATURES,
                label.name(),
                label.sqlType(),
                plan.label().classes(),
                Map.of(),
                1,
                -2,
                3,
                new Manifest.Lineage("t", -1, null, seed, "test", "run " + seed, "2026-01-01T00:00:00Z", 100),
                Map.of());
        ModelRegistry registry = DeltaModelRegistry.of(spark());
        try (ModelRegistry.Draft draft = registry.draft(name)) {
            ModelPackage.write(draft.files(), manifest, spec, weights(spec, seed), plan);
            return draft.register(name + " " + seed);
        }
    }

    /** Random weights, those of the outputs too, which start at zero. */
    private static Map<String, Tensor> weights(NetworkSpec spec, long seed) {
        Map<String, Tensor> weights = Network.create(spec, seed).tensors();
        float[] outputs = weights.get("output.weight").floats();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = (float) random.nextDouble(-1, 1);
        }
        return weights;
    }

    private static List<Row> byRow(String query) {
        spark().conf().set("spark.athanor.inference.operator", "false");
        try {
            return spark().sql(query).collectAsList();
        } finally {
            spark().conf().unset("spark.athanor.inference.operator");
        }
    }

    @Test
    void rowsAndBatchesAgree() {
        String query = "SELECT id, predict('points', x, s, v) AS p FROM registered_rows ORDER BY id";
        List<Row> rows = byRow(query);
        List<Row> batches = spark().sql(query).collectAsList();
        assertThat(batches).hasSize(300);
        for (int i = 0; i < 300; i++) {
            Row one = rows.get(i).getStruct(1);
            Row many = batches.get(i).getStruct(1);
            assertThat(many.isNullAt(3)).isTrue();
            assertThat(many.getInt(0)).isEqualTo(one.getInt(0)).isBetween(7, 9);
            // Other shapes of a product may round in another order.
            assertThat(many.getDouble(1)).isCloseTo(one.getDouble(1), within(1e-5));
            Map<String, Double> probabilities = many.getJavaMap(2);
            assertThat(probabilities).containsOnlyKeys("7", "8", "9");
            assertThat(probabilities.get(Integer.toString(many.getInt(0)))).isEqualTo(many.getDouble(1));
            assertThat(probabilities.values().stream().mapToDouble(d -> d).sum())
                    .isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void columnsMayBeNamed() {
        String query = "SELECT id, predict('points', %s) AS p FROM registered_rows ORDER BY id";
        assertThat(spark().sql(query.formatted("S => s, v => v, x => x")).collectAsList())
                .isEqualTo(spark().sql(query.formatted("x, s, v")).collectAsList());
        for (String wrong : List.of("x => x, s => s", "x => x, s => s, w => v", "x => x, s, v", "x, s, v => v")) {
            assertThatThrownBy(() -> spark().sql(query.formatted(wrong)).collectAsList())
                    .as(wrong)
                    .hasStackTraceContaining("Name each column once, x => …, s => …, v => …, or none");
        }
    }

    @Test
    void numbersComeWithTheirInterval() {
        register("height", new ColumnSpec("y", ColumnKind.NUMBER, "double"), 3);
        Row p = spark().sql("SELECT predict('height', x, s, v) FROM registered_rows LIMIT 1")
                .first()
                .getStruct(0);
        assertThat(p.getDouble(1)).isCloseTo(p.getDouble(0) - 2, within(1e-6));
        assertThat(p.getDouble(2)).isCloseTo(p.getDouble(0) + 3, within(1e-6));
        assertThat(p.isNullAt(3)).isTrue();
    }

    @Test
    void oddRowsNeverFailTheQuery() {
        List<Row> rows = spark().sql("SELECT predict('points', x, s, v) FROM VALUES"
                        + " (CAST('NaN' AS DOUBLE), '', array(1F, 2F, 3F)),"
                        + " (CAST('Infinity' AS DOUBLE), 'a', array(1F, 2F, 3F)),"
                        + " (1D, repeat('long ', 600000), array(1F, 2F, 3F)),"
                        + " (NULL, NULL, array(1F, 2F, 3F)), (NULL, NULL, NULL), (1D, 'ragged', array(1F)),"
                        + " (1D, 'empty', array()), (1D, 'nan', array(CAST('NaN' AS FLOAT), 2F, NULL)) AS t(x, s, v)")
                .collectAsList();
        assertThat(rows).hasSize(8).allSatisfy(row -> {
            Row p = row.getStruct(0);
            assertThat(p.isNullAt(0)).as("%s", p).isEqualTo(!p.isNullAt(3));
        });
        assertThat(rows.get(3).getStruct(0).isNullAt(3)).as("nulls are imputed").isTrue();
        assertThat(rows.get(4).getStruct(0).isNullAt(3))
                .as("ragged rows are errors")
                .isFalse();
    }

    @Test
    void aFlippedByteFailsTheQueryAndNamesTheFile() throws Exception {
        ModelVersion version = register("damaged", new ColumnSpec("y", ColumnKind.NUMBER, "int"), 5);
        org.apache.hadoop.fs.Path weights = new org.apache.hadoop.fs.Path(version.location(), "model.safetensors");
        Path file =
                Path.of(FileSystem.get(weights.toUri(), spark().sparkContext().hadoopConfiguration())
                        .makeQualified(weights)
                        .toUri()
                        .getPath());
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
        assertThatThrownBy(() -> spark().sql("SELECT predict('damaged', x, s, v) FROM registered_rows")
                        .collectAsList())
                .hasStackTraceContaining("model.safetensors");
    }

    @Test
    void theVersionIsFixedWhenTheQueryIsAnalysed() {
        register("moving", new ColumnSpec("y", ColumnKind.NUMBER, "int"), 6);
        var first = spark().sql("SELECT id, predict('moving', x, s, v).confidence AS c FROM registered_rows");
        List<Row> before = first.orderBy("id").collectAsList();
        register("moving", new ColumnSpec("y", ColumnKind.NUMBER, "int"), 7);
        assertThat(first.orderBy("id").collectAsList()).isEqualTo(before);
        assertThat(spark().sql("SELECT id, predict('moving', x, s, v).confidence AS c FROM registered_rows ORDER BY id")
                        .collectAsList())
                .isNotEqualTo(before);
        assertThat(spark().sql("SELECT id, predict('moving@1', x, s, v).confidence AS c FROM registered_rows"
                                + " ORDER BY id")
                        .collectAsList())
                .isEqualTo(before);
    }

    @Test
    void explainSaysWhichVersionComputesWithWhatAndWhy() {
        register("explained", new ColumnSpec("y", ColumnKind.NUMBER, "int"), 8);
        DeltaModelRegistry.of(spark()).promote(ModelRef.parse("explained@1"), "champion");
        String plan = String.join(
                "\n",
                spark().sql("EXPLAIN SELECT id, predict('explained@champion', x, s, v) AS p FROM registered_rows"
                                + " WHERE p.confidence > 0.1")
                        .as(org.apache.spark.sql.Encoders.STRING())
                        .collectAsList());
        assertThat(plan).containsPattern("BatchInference \\[predict\\(explained@1, .*kernels: \\S.* because \\S");
        String kernels = KernelRegistry.select(AthanorConf.of(spark()).get(AthanorConf.KERNELS))
                .reason();
        assertThat(plan).contains("because " + kernels).containsOnlyOnce("predict(");
    }

    @Test
    void otherSessionsAndViewsOfTheCatalogPredict() {
        register("viewed", new ColumnSpec("y", ColumnKind.NUMBER, "int"), 9);
        spark().sql("CREATE TABLE viewed_rows USING delta AS SELECT * FROM registered_rows WHERE id < 100");
        spark().sql("CREATE VIEW viewed_predictions AS SELECT id, predict('viewed', x, s, v) AS p FROM viewed_rows"
                + " WHERE p.confidence > 0.1");
        String query = "SELECT id, p.prediction FROM viewed_predictions ORDER BY id";
        List<Row> here = spark().sql(query).collectAsList();
        assertThat(here)
                .hasSize(100)
                .isEqualTo(spark().newSession().sql(query).collectAsList())
                .isEqualTo(spark().newSession()
                        .sql("SELECT id, predict('viewed', x, s, v).prediction FROM viewed_rows ORDER BY id")
                        .collectAsList());
        spark().sql("DROP VIEW viewed_predictions");
    }

    /** While a view is resolved the settings that it was made with are in force, not those of the platform's session. */
    @Test
    void aViewMayBeTheFirstToLookAtTheRegistry() {
        register("looked", new ColumnSpec("y", ColumnKind.NUMBER, "int"), 10);
        spark().sql("CREATE TABLE looked_rows USING delta AS SELECT * FROM registered_rows WHERE id < 10");
        spark().sql("CREATE VIEW looked_predictions AS SELECT id, predict('looked', x, s, v).prediction AS p"
                + " FROM looked_rows");
        List<Row> before =
                spark().sql("SELECT * FROM looked_predictions ORDER BY id").collectAsList();
        // What is remembered of the registry is of no use after this.
        register("looked_elsewhere", new ColumnSpec("y", ColumnKind.NUMBER, "int"), 11);
        assertThat(spark().newSession()
                        .sql("SELECT * FROM looked_predictions ORDER BY id")
                        .collectAsList())
                .hasSize(10)
                .isEqualTo(before);
        DeltaModelRegistry.of(spark()).delete(ModelRef.parse("looked_elsewhere"));
        assertThat(spark().sql("SELECT * FROM looked_predictions ORDER BY id").collectAsList())
                .isEqualTo(before);
        spark().sql("DROP VIEW looked_predictions");
    }
}
