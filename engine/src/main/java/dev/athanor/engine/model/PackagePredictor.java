package dev.athanor.engine.model;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.RowModel;
import dev.athanor.engine.nn.RowPass;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.Encoder;
import dev.athanor.engine.table.EncoderPlan;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.tensor.Tensor;

/** Encodes a batch, runs the network over it, and calibrates: temperature and softmax, or scale and interval. */
final class PackagePredictor implements Predictor {
    private final Manifest manifest;
    private final EncoderPlan plan;
    private final Kernels kernels;
    private final Encoder encoder;
    private final EncodedBatch encoded;
    private final RowPass pass;
    private final int capacity;
    private final Results results;
    private RowBatch checked;
    private long nanos;

    PackagePredictor(Manifest manifest, EncoderPlan plan, RowModel network, int capacity) {
        this.manifest = manifest;
        this.plan = plan;
        this.kernels = network.kernels();
        this.encoder = new Encoder(plan);
        this.encoded = new EncodedBatch(plan.layout(), capacity);
        this.pass = network.pass(capacity);
        this.capacity = capacity;
        this.results = new Results();
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public Predictions predict(RowBatch batch) {
        long start = System.nanoTime();
        if (batch.rows() > capacity) {
            throw new IllegalArgumentException(
                    "Cannot predict " + batch.rows() + " rows: the predictor was made for at most " + capacity);
        }
        if (batch != checked) {
            check(batch);
            checked = batch;
        }
        encoder.encode(batch, encoded);
        results.take(pass.run(encoded), encoded.rows());
        nanos += System.nanoTime() - start;
        return results;
    }

    private void check(RowBatch batch) {
        boolean same = batch.features().size() == manifest.features().size();
        for (int i = 0; same && i < batch.features().size(); i++) {
            ColumnSpec given = batch.features().get(i);
            same = given.kind() == manifest.features().get(i).kind();
        }
        if (!same) {
            throw new IllegalArgumentException("Cannot predict: the batch has columns " + batch.features()
                    + ", the model reads " + manifest.features());
        }
    }

    @Override
    public long arenaBytes() {
        return pass.arenaBytes();
    }

    @Override
    public long engineNanos() {
        return nanos;
    }

    @Override
    public void close() {
        pass.close();
    }

    private final class Results implements Predictions {
        private final int[] best = new int[capacity];
        private final boolean[] bad = new boolean[capacity];
        private float[] values = {};
        private int offset;
        private int width;
        private int rows;

        /** @param output (B,outputs), changed in place */
        void take(Tensor output, int count) {
            rows = count;
            values = output.floats();
            offset = output.offset();
            width = output.dim(1);
            if (manifest.task() == Task.CLASSIFICATION) {
                ClassProbabilities.calibrate(kernels, output, manifest.temperature(), manifest.smoothing());
            }
            for (int row = 0; row < rows; row++) {
                int at = offset + row * width;
                int top = 0;
                for (int c = 1; c < width; c++) {
                    if (values[at + c] > values[at + top]) {
                        top = c;
                    }
                }
                best[row] = top;
                bad[row] = !Float.isFinite(values[at + top]);
            }
        }

        @Override
        public int rows() {
            return rows;
        }

        @Override
        public String error(int row) {
            String error = encoded.error(row);
            return error == null && bad[row] ? "the network computed a value that is not finite" : error;
        }

        @Override
        public boolean isTruncated(int row) {
            return encoded.isTruncated(row);
        }

        @Override
        public int classIndex(int row) {
            return best[row];
        }

        @Override
        public float probability(int row, int classIndex) {
            return values[offset + row * width + classIndex];
        }

        @Override
        public double value(int row) {
            return plan.label().mean() + plan.label().scale() * values[offset + row * width];
        }

        @Override
        public double low(int row) {
            return value(row) + manifest.intervalLow();
        }

        @Override
        public double high(int row) {
            return value(row) + manifest.intervalHigh();
        }
    }
}
