package dev.athanor.engine.train;

import dev.athanor.engine.autodiff.ElementwiseLoss;
import dev.athanor.engine.autodiff.Gradients;
import dev.athanor.engine.autodiff.ParameterSet;
import dev.athanor.engine.autodiff.SoftmaxCrossEntropy;
import dev.athanor.engine.kernels.ElementLoss;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.Objective;
import dev.athanor.engine.nn.Trainable;
import dev.athanor.engine.nn.TrainingStep;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.Task;

/** One worker's copy of the training step: its part of a batch, its tape, its gradients. The weights are shared. */
final class Learner implements AutoCloseable {
    /** A short batch is shared by fewer: statistics of a row or two would normalise by noise. */
    private static final int FEWEST_ROWS = 8;

    private final int index;
    private final int learners;
    private final EncodedBatch batch;
    private final ParameterSet parameters;
    private final TrainingStep step;
    private final Kernels kernels;
    private double weight;
    private double lossSum;
    private boolean idle;

    Learner(Trainable network, FitOptions options, int index, Kernels kernels) {
        this.index = index;
        this.learners = options.threads();
        this.kernels = kernels;
        int rows = Math.max(
                (options.recipe().batchSize() + learners - 1) / learners,
                Math.min(options.recipe().batchSize(), 2 * FEWEST_ROWS));
        this.batch = new EncodedBatch(network.inputs(), rows);
        this.parameters = network.parameters();
        this.step = network.step(kernels, batch, objective(options), EpochReader.mix(options.seed(), -2L - index));
    }

    private static Objective objective(FitOptions options) {
        double smoothing = options.recipe().labelSmoothing();
        return options.task() == Task.CLASSIFICATION
                ? (result, labels, targets, weights) -> SoftmaxCrossEntropy.apply(result, labels, weights, smoothing)
                : (result, labels, targets, weights) ->
                        ElementwiseLoss.apply(ElementLoss.SQUARED, result, targets, weights);
    }

    Gradients gradients() {
        return step.gradients();
    }

    void updateRunningStatistics(double momentum) {
        step.updateRunningStatistics(momentum);
    }

    /** Sum of this part's row weights. */
    double weight() {
        return weight;
    }

    /** Whether the last batch had no rows for this one. */
    boolean idle() {
        return idle;
    }

    /** Sum of this part's weighted losses. */
    double lossSum() {
        return lossSum;
    }

    /** Takes its part of the reader's batch through the forward and backward pass. */
    void step(EpochReader reader, Augmentation augmentation, long number) {
        int sharers = Math.max(1, Math.min(learners, reader.rows() / FEWEST_ROWS));
        int from = (int) ((long) reader.rows() * Math.min(index, sharers) / sharers);
        int to = (int) ((long) reader.rows() * Math.min(index + 1, sharers) / sharers);
        weight = 0;
        lossSum = 0;
        idle = from == to;
        if (idle) {
            kernels.fill(step.gradients().flat(), 0);
            for (var table : parameters.tables()) {
                step.gradients().ofTable(table).assign(batch.labels(), 0);
            }
            return;
        }
        reader.fill(batch, from, to, augmentation);
        float[] weights = batch.weights().floats();
        int offset = batch.weights().offset();
        for (int r = 0; r < to - from; r++) {
            weight += weights[offset + r];
        }
        lossSum = step.run(number);
    }

    @Override
    public void close() {
        step.close();
    }
}
