package dev.athanor.engine.nn;

import dev.athanor.engine.autodiff.Gradients;
import dev.athanor.engine.autodiff.Loss;
import dev.athanor.engine.autodiff.Tape;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.table.EncodedBatch;

/** A {@link Network}'s step: its tape, replayed for the rows of the batch. */
final class NetworkStep implements TrainingStep {
    private final EncodedBatch batch;
    private final Tape tape;
    private final Loss loss;

    NetworkStep(Network network, Kernels kernels, EncodedBatch batch, Objective objective, long seed) {
        this.batch = batch;
        this.tape = new Tape(kernels, network.parameters(), batch.capacity(), seed);
        this.loss = objective.record(network.record(tape, batch), batch.labels(), batch.targets(), batch.weights());
    }

    @Override
    public double run(long step) {
        tape.setRows(batch.rows());
        tape.setStep(step);
        tape.forward();
        tape.backward();
        return loss.value();
    }

    @Override
    public Gradients gradients() {
        return tape.gradients();
    }

    @Override
    public void updateRunningStatistics(double momentum) {
        tape.updateRunningStatistics(momentum);
    }

    @Override
    public void close() {
        tape.close();
    }
}
