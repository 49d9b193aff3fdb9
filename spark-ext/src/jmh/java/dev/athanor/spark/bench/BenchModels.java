package dev.athanor.spark.bench;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.ModelPackage;
import dev.athanor.engine.nn.Network;
import dev.athanor.engine.nn.NetworkSpec;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.EncoderPlan;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.TableProfile;
import dev.athanor.engine.table.TableProfiler;
import dev.athanor.spark.internal.catalyst.ColumnSpecs;
import dev.athanor.spark.internal.catalyst.RowBatches;
import dev.athanor.spark.registry.DeltaModelRegistry;
import dev.athanor.spark.registry.ModelRegistry;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Registers models with random weights: what speed needs, without the training. */
final class BenchModels {
    private BenchModels() {}

    /** @param hidden widths of the hidden layers, or null for the defaults of the kind */
    static void register(
            Dataset<Row> rows, List<String> features, String label, String name, String kind, List<Integer> hidden) {
        List<ColumnSpec> specs = ColumnSpecs.of(rows.schema(), features);
        ColumnSpec labelSpec = ColumnSpecs.of(rows.schema(), label);
        byte[] state = RowBatches.mapPartitions(rows.coalesce(1), specs, labelSpec, 256, (source, context) -> {
                    TableProfiler profiler = new TableProfiler(specs, labelSpec);
                    RowBatch batch = new RowBatch(specs, labelSpec, 256);
                    while (source.next(batch)) {
                        profiler.accept(batch);
                    }
                    return Collections.singleton(profiler.toBytes()).iterator();
                })
                .first();
        TableProfile profile = TableProfiler.fromBytes(state).profile();
        EncoderPlan plan = EncoderPlan.of(profile, kind);
        int outputs = Math.max(1, plan.label().classes().size());
        NetworkSpec spec = NetworkSpec.defaults(kind, plan.layout(), outputs);
        if (hidden != null) {
            spec = new NetworkSpec(
                    kind, plan.layout(), outputs, List.of(), spec.embedding(), hidden, Activation.RELU, false, 0, 0);
        }
        Manifest manifest = new Manifest(
                Manifest.FORMAT_VERSION,
                plan.label().task(),
                kind,
                "for a benchmark",
                specs,
                label,
                labelSpec.sqlType(),
                plan.label().classes(),
                Map.of(),
                1,
                0,
                0,
                new Manifest.Lineage("benchmark", -1, null, 1, "bench", name, "2026-01-01T00:00:00Z", profile.rows()),
                Map.of());
        ModelRegistry registry = DeltaModelRegistry.of(rows.sparkSession());
        try (ModelRegistry.Draft draft = registry.draft(name)) {
            ModelPackage.write(
                    draft.files(), manifest, spec, Network.create(spec, 1).tensors(), plan);
            draft.register(null);
        }
    }
}
