package dev.athanor.engine.finetune;

import dev.athanor.engine.autodiff.Gradients;
import dev.athanor.engine.autodiff.Linear;
import dev.athanor.engine.autodiff.Loss;
import dev.athanor.engine.autodiff.RowAxis;
import dev.athanor.engine.autodiff.SequencePool;
import dev.athanor.engine.autodiff.Tape;
import dev.athanor.engine.autodiff.Value;
import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.Objective;
import dev.athanor.engine.nn.TrainingStep;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.transformer.TrainableTransformer;
import dev.athanor.engine.transformer.TransformerSpec;

/**
 * A worker's step of a {@link SequenceNetwork}: its rows in parts of so many tokens as the tape was recorded for, whose
 * gradients add up, so that memory depends neither on the batch nor on the lengths of texts.
 */
final class SequenceStep implements TrainingStep {
    /** Tokens of a part: fewer make products of few rows, more take memory for nothing. */
    private static final int TOKENS = 1024;

    private final EncodedBatch batch;
    private final Tape tape;
    private final RowAxis tokens;
    private final TrainableTransformer.Recording recording;
    private final Tensor labels;
    private final Tensor targets;
    private final Tensor weights;
    private final Loss loss;

    SequenceStep(
            SequenceSpec spec,
            TrainableTransformer model,
            Kernels kernels,
            EncodedBatch batch,
            Objective objective,
            long seed) {
        this.batch = batch;
        int rows = batch.capacity();
        this.tape = new Tape(kernels, model.parameters(), rows, seed);
        this.tokens = tape.axis(tokenCapacity(model.spec()));
        this.recording = model.record(tape, tokens);
        this.labels = Tensor.zeros(DType.INT32, rows);
        this.targets = Tensor.zeros(DType.FLOAT32, rows);
        this.weights = Tensor.zeros(DType.FLOAT32, rows);
        Value pooled = SequencePool.apply(
                recording.hidden(),
                tape.examples(),
                recording.batch(),
                spec.settings().pooling().weights());
        Value result = Linear.apply(
                pooled, tape.parameter(SequenceHead.WEIGHT), tape.parameter(SequenceHead.BIAS), Activation.IDENTITY);
        this.loss = objective.record(result, labels, targets, weights);
    }

    static int tokenCapacity(TransformerSpec spec) {
        return Math.max(TOKENS, spec.maxTokens());
    }

    /**
     * Numbers that a token takes on its way through, at least.
     *
     * @param checkpoints whether blocks share their memory
     */
    static long activations(TransformerSpec spec, boolean checkpoints) {
        long all = 0;
        long largest = 0;
        for (TransformerSpec.Block block : spec.blocks()) {
            TransformerSpec.FeedForward feed = block.feedForward();
            long numbers = 2L * block.attention().shape().queryWidth()
                    + 2L * block.attention().shape().keyWidth()
                    + 4L * spec.width()
                    + (feed.gated() ? 4L : 2L) * feed.width();
            all += numbers;
            largest = Math.max(largest, numbers);
        }
        return checkpoints ? largest + (long) spec.blocks().size() * spec.width() : all;
    }

    @Override
    public double run(long step) {
        tape.setStep(step);
        double sum = 0;
        int from = 0;
        while (from < batch.rows()) {
            int to = from;
            recording.batch().clear();
            do {
                SequenceRows.add(batch, to++, recording.batch());
            } while (to < batch.rows()
                    && recording.batch().tokens() + SequenceRows.length(batch, to) <= tokens.capacity());
            sum += part(from, to);
            from = to;
        }
        return sum;
    }

    private double part(int from, int to) {
        int rows = to - from;
        tape.setRows(rows);
        System.arraycopy(batch.labels().ints(), batch.labels().offset() + from, labels.ints(), 0, rows);
        System.arraycopy(batch.targets().floats(), batch.targets().offset() + from, targets.floats(), 0, rows);
        System.arraycopy(batch.weights().floats(), batch.weights().offset() + from, weights.floats(), 0, rows);
        recording.setRows();
        tape.forward();
        double value = loss.value();
        tape.backward(from > 0);
        return value;
    }

    @Override
    public Gradients gradients() {
        return tape.gradients();
    }

    @Override
    public void updateRunningStatistics(double momentum) {
        // there are none
    }

    @Override
    public void close() {
        tape.close();
    }
}
