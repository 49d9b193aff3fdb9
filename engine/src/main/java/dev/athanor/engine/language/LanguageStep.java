package dev.athanor.engine.language;

import dev.athanor.engine.autodiff.Gradients;
import dev.athanor.engine.autodiff.Loss;
import dev.athanor.engine.autodiff.SoftmaxCrossEntropy;
import dev.athanor.engine.autodiff.Tape;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.TrainingStep;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.transformer.TokenBatch;
import dev.athanor.engine.transformer.TrainableTransformer;

/**
 * A worker's step of a {@link LanguageNetwork}: its windows in parts of about a thousand tokens, whose gradients add up, so
 * that memory does not depend on the batch and what a part takes stays in the caches.
 */
final class LanguageStep implements TrainingStep {
    private static final int TOKENS = 1024;

    private final EncodedBatch batch;
    private final Tape tape;
    private final TrainableTransformer.Recording recording;
    private final Tensor labels;
    private final Loss loss;
    private final int windows;

    LanguageStep(TrainableTransformer model, Kernels kernels, EncodedBatch batch, long seed) {
        this.batch = batch;
        int context = model.spec().maxTokens();
        this.windows = windows(context);
        int capacity = windows * context;
        this.tape = new Tape(kernels, model.parameters(), capacity, seed);
        this.recording = model.record(tape, tape.examples());
        this.labels = Tensor.zeros(DType.INT32, capacity);
        this.loss = SoftmaxCrossEntropy.apply(recording.logits(), labels, null, 0);
    }

    /** Windows of a part. */
    static int windows(int context) {
        return Math.max(1, TOKENS / context);
    }

    @Override
    public double run(long step) {
        tape.setStep(step);
        double sum = 0;
        for (int from = 0; from < batch.rows(); from += windows) {
            sum += part(from, Math.min(batch.rows(), from + windows));
        }
        return sum;
    }

    private double part(int first, int end) {
        fill(batch, first, end, recording.batch(), labels);
        recording.setRows();
        tape.forward();
        double value = loss.value();
        tape.backward(first > 0);
        return value;
    }

    /** Takes windows of a batch: all tokens but the last as what is read, all but the first as what is predicted. */
    static void fill(EncodedBatch batch, int first, int end, TokenBatch read, Tensor predicted) {
        read.clear();
        int[] ids = batch.bag(0).indices().ints();
        int[] offsets = batch.bag(0).offsets().ints();
        int at = predicted.offset();
        for (int row = first; row < end; row++) {
            int from = offsets[row];
            int to = offsets[row + 1] - 1;
            read.add(ids, from, to);
            System.arraycopy(ids, from + 1, predicted.ints(), at, to - from);
            at += to - from;
        }
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
