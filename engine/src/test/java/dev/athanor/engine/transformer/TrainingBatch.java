package dev.athanor.engine.transformer;

import dev.athanor.engine.autodiff.ElementwiseLoss;
import dev.athanor.engine.autodiff.Loss;
import dev.athanor.engine.autodiff.RowAxis;
import dev.athanor.engine.autodiff.SequencePool;
import dev.athanor.engine.autodiff.SoftmaxCrossEntropy;
import dev.athanor.engine.autodiff.Tape;
import dev.athanor.engine.autodiff.Value;
import dev.athanor.engine.kernels.ElementLoss;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.Map;

/** The batch of a golden and its loss, recorded: the next token of causal models, the mean against a target of encoders. */
final class TrainingBatch implements AutoCloseable {
    private final TokenBatch all;
    private final Tensor target;
    private final Tape tape;
    private final TrainableTransformer.Recording recording;
    private final Tensor labels;
    private final Tensor weights;
    private final Tensor targets;
    private final Loss loss;
    private final double terms;

    TrainingBatch(TrainableTransformer model, Map<String, Tensor> golden, Kernels kernels) {
        this.all = Goldens.batch(golden);
        this.target = golden.get("target");
        this.tape = new Tape(kernels, model.parameters(), all.sequences(), 1);
        RowAxis tokens = tape.axis(all.tokens() + 3);
        this.recording = model.record(tape, tokens);
        this.labels = Tensor.zeros(DType.INT32, tokens.capacity());
        this.weights = Tensor.zeros(DType.FLOAT32, tokens.capacity());
        this.targets = target == null ? null : Tensor.zeros(DType.FLOAT32, target.shape());
        if (model.spec().causal()) {
            loss = SoftmaxCrossEntropy.apply(recording.logits(), labels, weights, 0);
            terms = all.tokens() - all.sequences();
        } else {
            Value pooled =
                    SequencePool.apply(recording.hidden(), tape.examples(), recording.batch(), Pooling.MEAN.weights());
            loss = ElementwiseLoss.apply(ElementLoss.SQUARED, pooled, targets, null);
            terms = target.size();
        }
    }

    Tape tape() {
        return tape;
    }

    /** How many losses the mean is of. */
    double terms() {
        return terms;
    }

    /** Forward and backward of all sequences; returns the mean loss. */
    double run() {
        return run(0, all.sequences(), false) / terms;
    }

    /** As {@link #run()} of some sequences, which may add to the gradients of others; returns the sum. */
    double run(int from, int to, boolean accumulate) {
        TokenBatch batch = recording.batch();
        batch.clear();
        for (int b = from; b < to; b++) {
            int count = all.start(b + 1) - all.start(b);
            int[] ids = new int[count];
            int[] types = new int[count];
            for (int i = 0; i < count; i++) {
                int token = all.start(b) + i;
                ids[i] = all.id(token);
                types[i] = all.type(token);
                int at = batch.tokens() + i;
                weights.floats()[at] = i + 1 < count ? 1 : 0;
                labels.ints()[at] = i + 1 < count ? all.id(token + 1) : 0;
            }
            batch.add(ids, types, count);
            if (target != null) {
                int width = target.dim(1);
                System.arraycopy(
                        target.floats(), target.offset() + b * width, targets.floats(), (b - from) * width, width);
            }
        }
        recording.setRows();
        tape.setRows(to - from);
        tape.forward();
        tape.backward(accumulate);
        return loss.value();
    }

    @Override
    public void close() {
        tape.close();
    }
}
