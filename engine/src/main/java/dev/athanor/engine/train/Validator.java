package dev.athanor.engine.train;

import dev.athanor.engine.kernels.ElementLoss;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.RowModel;
import dev.athanor.engine.nn.RowPass;
import dev.athanor.engine.nn.Trainable;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.tensor.Tensor;

/** Loss and metric of a network on the validation rows, computed as serving computes: with prepared weights. */
final class Validator {
    private static final int MOST_ROWS = 256;
    private static final long BATCH_BYTES = 8 << 20;

    private final int batchRows;
    private final Trainable network;
    private final Kernels kernels;
    private final FitOptions options;
    private final ExampleStore store;
    private final WorkerTeam team;
    private final EncodedBatch[] batches;
    private final double[] losses;
    private final double[] weights;
    private final double[] scores;
    private final long[] counts;
    private EpochReader reader;

    Validator(Trainable network, ExampleStore store, FitOptions options, Kernels kernels, WorkerTeam team) {
        this.network = network;
        this.store = store;
        this.options = options;
        this.kernels = kernels;
        this.team = team;
        this.batchRows = batchRows(network.inputs());
        int n = team.size();
        this.batches = new EncodedBatch[n];
        for (int i = 0; i < n; i++) {
            batches[i] = new EncodedBatch(network.inputs(), batchRows);
        }
        this.losses = new double[n];
        this.weights = new double[n];
        this.scores = new double[n];
        this.counts = new long[n];
    }

    /** Rows that one thread computes at once: fewer where each is large. */
    static int batchRows(InputLayout layout) {
        return layout.rowsWithin(MOST_ROWS, BATCH_BYTES, 0);
    }

    /** What a pass over the validation rows found. */
    record Score(double loss, double metric) {}

    String metricName() {
        return switch (options.task()) {
            case CLASSIFICATION -> "accuracy";
            case GENERATION -> "perplexity";
            default -> "rmse";
        };
    }

    Score score() {
        if (reader == null) {
            reader = store.inOrder();
        } else {
            reader.restart(0, EpochReader.IN_ORDER);
        }
        RowModel prepared = network.prepare(kernels);
        RowPass[] passes = new RowPass[team.size()];
        double loss = 0;
        double weight = 0;
        double scored = 0;
        long count = 0;
        try {
            for (int i = 0; i < passes.length; i++) {
                passes[i] = prepared.pass(batchRows);
            }
            while (reader.next(Math.multiplyExact(batchRows, team.size()))) {
                team.run(k -> scorePart(k, passes[k]));
                for (int k = 0; k < passes.length; k++) {
                    loss += losses[k];
                    weight += weights[k];
                    scored += scores[k];
                    count += counts[k];
                }
            }
        } finally {
            for (RowPass pass : passes) {
                if (pass != null) {
                    pass.close();
                }
            }
        }
        double mean = scored / Math.max(1, count);
        double meanLoss = weight == 0 ? Double.NaN : loss / weight;
        double metric =
                switch (options.task()) {
                    case CLASSIFICATION -> mean;
                    case GENERATION -> Math.exp(meanLoss);
                    default -> Math.sqrt(mean) * options.targetScale();
                };
        return new Score(meanLoss, metric);
    }

    private void scorePart(int k, RowPass pass) {
        int from = (int) ((long) reader.rows() * k / team.size());
        int to = (int) ((long) reader.rows() * (k + 1) / team.size());
        losses[k] = 0;
        weights[k] = 0;
        scores[k] = 0;
        int n = to - from;
        counts[k] = n;
        if (from == to) {
            return;
        }
        EncodedBatch batch = batches[k];
        reader.fill(batch, from, to, null);
        Tensor result = pass.run(batch);
        for (int r = 0; r < batch.rows(); r++) {
            weights[k] += batch.weights().floats()[r];
        }
        if (options.task() == Task.CLASSIFICATION) {
            losses[k] = kernels.crossEntropy(result, batch.labels(), batch.weights(), 0, 1, null);
            scores[k] = hits(result, batch);
        } else if (options.task() == Task.GENERATION) {
            for (int r = 0; r < batch.rows(); r++) {
                losses[k] += (double) result.floats()[result.offset() + r]
                        * batch.weights().floats()[r];
            }
        } else {
            Tensor flat = result.reshape(-1);
            losses[k] = kernels.elementLoss(ElementLoss.SQUARED, flat, batch.targets(), batch.weights(), 1, null);
            scores[k] = kernels.elementLoss(ElementLoss.SQUARED, flat, batch.targets(), null, 1, null);
        }
    }

    private static int hits(Tensor logits, EncodedBatch batch) {
        int classes = logits.dim(1);
        float[] values = logits.floats();
        int hits = 0;
        for (int r = 0; r < batch.rows(); r++) {
            int base = logits.offset() + r * classes;
            int best = 0;
            for (int c = 1; c < classes; c++) {
                if (values[base + c] > values[base + best]) {
                    best = c;
                }
            }
            if (best == batch.labels().ints()[r]) {
                hits++;
            }
        }
        return hits;
    }
}
