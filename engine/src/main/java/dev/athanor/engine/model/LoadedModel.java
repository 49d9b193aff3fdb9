package dev.athanor.engine.model;

import dev.athanor.engine.nn.RowModel;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.EncoderPlan;
import dev.athanor.engine.table.Task;
import java.util.List;

/** A model of a manifest, an encoder plan and a prepared network. */
final class LoadedModel implements Model {
    private final Manifest manifest;
    private final EncoderPlan encoder;
    private final RowModel network;

    LoadedModel(Manifest manifest, EncoderPlan encoder, RowModel network) {
        this.manifest = manifest;
        this.encoder = encoder;
        this.network = network;
    }

    @Override
    public Manifest manifest() {
        return manifest;
    }

    @Override
    public Task task() {
        return manifest.task();
    }

    @Override
    public List<ColumnSpec> signature() {
        return manifest.features();
    }

    @Override
    public List<String> classes() {
        return manifest.classes();
    }

    @Override
    public Predictor predictor(int capacity) {
        return new PackagePredictor(manifest, encoder, network, capacity);
    }

    @Override
    public long vectorNumbers() {
        return encoder.vectorNumbers();
    }

    @Override
    public int batchRows(int most) {
        return Model.batchRows(Math.min(most, network.mostRows()), encoder.layout());
    }

    @Override
    public long weightBytes() {
        return network.bytes() + encoder.bytes();
    }

    @Override
    public String kernels() {
        return network.kernels().description();
    }
}
