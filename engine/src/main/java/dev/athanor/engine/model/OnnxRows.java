package dev.athanor.engine.model;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.onnx.OnnxPort;
import dev.athanor.engine.onnx.OnnxProgram;
import dev.athanor.engine.onnx.OnnxValue;
import dev.athanor.engine.table.FeatureColumn;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Runs a graph over vectors: one column for each of its inputs, as many rows at once as it takes. */
final class OnnxRows implements Predictor {
    private final Manifest manifest;
    private final OnnxProgram program;
    private final OnnxSettings settings;
    private final Kernels kernels;
    private final int capacity;
    private final float[] results;
    private final String[] errors;
    private final Results predictions = new Results();
    private int rows;
    private long nanos;

    OnnxRows(Manifest manifest, OnnxProgram program, OnnxSettings settings, Kernels kernels, int capacity) {
        this.manifest = manifest;
        this.program = program;
        this.settings = settings;
        this.kernels = kernels;
        this.capacity = capacity;
        this.results = new float[capacity * settings.width()];
        this.errors = new String[capacity];
    }

    /** Numbers that an input takes a row. */
    static int length(OnnxPort input, String location) {
        long length = 1;
        for (int i = 1; i < input.rank(); i++) {
            int dim = input.dims().get(i);
            length = dim < 1 || length > Integer.MAX_VALUE / dim ? -1 : length * dim;
            if (length < 0) {
                throw new AthanorException(
                        "Cannot use the ONNX model " + location,
                        "its input " + input + " does not say how many numbers a row has",
                        "Export it with a fixed size of every dimension but the first");
            }
        }
        int batch = input.rank() < 2 ? 0 : input.dims().get(0);
        if (batch != -1 && batch != 1) {
            throw new AthanorException(
                    "Cannot use the ONNX model " + location,
                    "its input " + input + " takes " + batch + " rows at a time",
                    "Export it with a first dimension that varies, or is 1");
        }
        return (int) length;
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
        rows = batch.rows();
        Arrays.fill(errors, null);
        Arrays.fill(results, 0);
        List<OnnxPort> inputs = program.model().inputs();
        float[][] values = new float[inputs.size()][];
        for (int i = 0; i < values.length; i++) {
            values[i] = new float[rows * length(inputs.get(i), program.model().location())];
            read(batch.vectors(i), inputs.get(i), values[i]);
        }
        boolean single = inputs.stream().anyMatch(input -> input.dims().get(0) == 1);
        if (single) {
            for (int row = 0; row < rows; row++) {
                run(inputs, values, row, 1);
            }
        } else if (rows > 0) {
            run(inputs, values, 0, rows);
        }
        finish();
        nanos += System.nanoTime() - start;
        return predictions;
    }

    private void read(FeatureColumn.Vectors column, OnnxPort input, float[] to) {
        int length = rows == 0 ? 0 : to.length / rows;
        for (int row = 0; row < rows; row++) {
            int given = column.end(row) - column.start(row);
            if (column.isNull(row)) {
                errors[row] = "the vector " + input.name() + " is null";
            } else if (given != length) {
                errors[row] = "the vector " + input.name() + " has " + given + " numbers, the model reads " + length;
            } else {
                System.arraycopy(column.data(), column.start(row), to, row * length, length);
                for (int i = row * length; i < (row + 1) * length; i++) {
                    if (!Float.isFinite(to[i])) {
                        errors[row] = "the vector " + input.name() + " has a number that is not finite";
                        to[i] = 0;
                    }
                }
            }
        }
    }

    private void run(List<OnnxPort> inputs, float[][] values, int from, int count) {
        OnnxValue[] given = new OnnxValue[values.length];
        for (int i = 0; i < given.length; i++) {
            int length = values[i].length / rows;
            int[] shape = inputs.get(i).dims().stream().mapToInt(d -> d).toArray();
            shape[0] = count;
            float[] part =
                    count == rows ? values[i] : Arrays.copyOfRange(values[i], from * length, (from + count) * length);
            given[i] = OnnxValue.of(part, shape);
        }
        OnnxValue output = program.run(given)[0];
        if (output.size() != count * settings.width()) {
            throw new AthanorException(
                    "Cannot predict with the ONNX model " + program.model().location(),
                    "its output is " + output + ", and not " + settings.width() + " numbers for each of " + count
                            + " rows",
                    "Export it with rows first");
        }
        System.arraycopy(output.floats(), 0, results, from * settings.width(), output.size());
    }

    private void finish() {
        int width = settings.width();
        for (int i = 0; i < rows * width; i++) {
            if (!Float.isFinite(results[i]) && errors[i / width] == null) {
                errors[i / width] = "the network computed a value that is not finite";
            }
        }
        if (manifest.task() == Task.CLASSIFICATION && !settings.probabilities() && rows > 0) {
            Tensor logits = Tensor.of(results, 0, new int[] {rows, width});
            ClassProbabilities.calibrate(kernels, logits, manifest.temperature(), manifest.smoothing());
        }
    }

    @Override
    public long arenaBytes() {
        return (long) results.length * Float.BYTES;
    }

    @Override
    public long engineNanos() {
        return nanos;
    }

    @Override
    public void close() {
        // what it holds is garbage with it
    }

    private final class Results implements Predictions {
        @Override
        public int rows() {
            return rows;
        }

        @Override
        public String error(int row) {
            return errors[row];
        }

        @Override
        public int classIndex(int row) {
            int at = row * settings.width();
            int best = 0;
            for (int i = 1; i < settings.width(); i++) {
                best = results[at + i] > results[at + best] ? i : best;
            }
            return best;
        }

        @Override
        public float probability(int row, int classIndex) {
            return results[row * settings.width() + classIndex];
        }

        @Override
        public double value(int row) {
            return results[row];
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
