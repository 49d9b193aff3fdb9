package dev.athanor.engine.bench;

import dev.athanor.engine.autodiff.Gradients;
import dev.athanor.engine.autodiff.Linear;
import dev.athanor.engine.autodiff.Loss;
import dev.athanor.engine.autodiff.Parameter;
import dev.athanor.engine.autodiff.ParameterSet;
import dev.athanor.engine.autodiff.SoftmaxCrossEntropy;
import dev.athanor.engine.autodiff.Tape;
import dev.athanor.engine.autodiff.Value;
import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.AttentionShape;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.nn.Objective;
import dev.athanor.engine.nn.RowModel;
import dev.athanor.engine.nn.RowPass;
import dev.athanor.engine.nn.Trainable;
import dev.athanor.engine.nn.TrainingStep;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.transformer.PreparedTransformer;
import dev.athanor.engine.transformer.TokenBatch;
import dev.athanor.engine.transformer.TrainableTransformer;
import dev.athanor.engine.transformer.TransformerPass;
import dev.athanor.engine.transformer.TransformerSpec;
import java.util.Collections;
import java.util.List;

/**
 * The network of {@code gpt_peer.py} over windows of characters: each character's successor is learnt, and a window's own
 * label is the successor of its last.
 */
final class GptNetwork implements Trainable {
    static final int LENGTH = 128;

    /** Windows that are computed at once: what they take stays in the caches. */
    private static final int PART = 8;

    private static final int WIDTH = 128;
    private static final int HEADS = 4;
    private static final int LAYERS = 4;
    private static final String WEIGHT = "head.weight";
    private static final String BIAS = "head.bias";

    private final TrainableTransformer transformer;
    private final InputLayout inputs;

    GptNetwork(int vocabulary, long seed) {
        TransformerSpec.Norm norm = new TransformerSpec.Norm(TransformerSpec.Norm.Kind.LAYER, 1e-5);
        int headWidth = WIDTH / HEADS;
        AttentionShape shape =
                new AttentionShape(HEADS, HEADS, headWidth, (float) (1 / Math.sqrt(headWidth)), true, 0);
        TransformerSpec.Block block = new TransformerSpec.Block(
                new TransformerSpec.Attention(shape, null, null, true, true),
                new TransformerSpec.FeedForward(4 * WIDTH, Activation.GELU, false, true),
                norm,
                TransformerSpec.Placement.BEFORE);
        TransformerSpec spec = new TransformerSpec(
                vocabulary,
                WIDTH,
                LENGTH,
                new TransformerSpec.Embedding(1, LENGTH, 0, 0, null),
                Collections.nCopies(LAYERS, block),
                norm,
                true,
                TransformerSpec.Head.NONE);
        this.inputs = new InputLayout(0, null, List.of(new InputLayout.BagShape("text", vocabulary)));
        this.transformer = TrainableTransformer.create(
                spec,
                List.of(
                        new Parameter.Declaration(WEIGHT, Parameter.Kind.WEIGHT, List.of(WIDTH, vocabulary)),
                        new Parameter.Declaration(BIAS, Parameter.Kind.OFFSET, List.of(vocabulary))),
                seed);
        java.util.SplittableRandom random = new java.util.SplittableRandom(seed);
        Tensor head = parameters().get(WEIGHT).tensor();
        for (int i = 0; i < head.size(); i++) {
            head.put(head.offset() + i, random.nextGaussian() * 0.02);
        }
    }

    @Override
    public Object spec() {
        return transformer.spec();
    }

    @Override
    public InputLayout inputs() {
        return inputs;
    }

    @Override
    public boolean normalizesBatches() {
        return false;
    }

    @Override
    public ParameterSet parameters() {
        return transformer.parameters();
    }

    @Override
    public TrainingStep step(Kernels kernels, EncodedBatch batch, Objective objective, long seed) {
        return new Step(kernels, batch, seed);
    }

    @Override
    public RowModel prepare(Kernels kernels) {
        return new Prepared(
                transformer.prepare(kernels),
                kernels.pack(parameters().get(WEIGHT).tensor()),
                Epilogue.bias(Tensor.of(parameters().get(BIAS).tensor().toFloats(), transformer.spec().vocabulary())));
    }

    private final class Step implements TrainingStep {
        private final EncodedBatch batch;
        private final Tape tape;
        private final TrainableTransformer.Recording recording;
        private final Tensor labels;
        private final Loss loss;

        Step(Kernels kernels, EncodedBatch batch, long seed) {
            this.batch = batch;
            int tokens = PART * LENGTH;
            this.tape = new Tape(kernels, parameters(), tokens, seed);
            this.recording = transformer.record(tape, tape.examples());
            this.labels = Tensor.zeros(DType.INT32, tokens);
            Value logits = Linear.apply(
                    recording.hidden(), tape.parameter(WEIGHT), tape.parameter(BIAS), Activation.IDENTITY);
            this.loss = SoftmaxCrossEntropy.apply(logits, labels, null, 0);
        }

        @Override
        public double run(long step) {
            double sum = 0;
            for (int from = 0; from < batch.rows(); from += PART) {
                sum += part(from, Math.min(batch.rows(), from + PART));
            }
            return sum / LENGTH;
        }

        private double part(int first, int end) {
            TokenBatch tokens = recording.batch();
            tokens.clear();
            int[] ids = batch.bag(0).indices().ints();
            for (int row = first; row < end; row++) {
                int from = row * LENGTH;
                int to = (row - first) * LENGTH;
                tokens.add(ids, batch.bag(0).weights().floats(), from, from + LENGTH);
                System.arraycopy(ids, from + 1, labels.ints(), to, LENGTH - 1);
                labels.ints()[to + LENGTH - 1] = batch.labels().ints()[row];
            }
            recording.setRows();
            tape.forward();
            tape.backward(first > 0);
            return loss.value();
        }

        @Override
        public Gradients gradients() {
            return tape.gradients();
        }

        @Override
        public void updateRunningStatistics(double momentum) {}

        @Override
        public void close() {
            tape.close();
        }
    }

    private record Prepared(PreparedTransformer transformer, PackedMatrix head, Epilogue end) implements RowModel {
        @Override
        public Kernels kernels() {
            return transformer.kernels();
        }

        @Override
        public long bytes() {
            return transformer.bytes() + head.bytes();
        }

        @Override
        public RowPass pass(int capacity) {
            return new Pass(transformer, head, end, capacity);
        }
    }

    /** Logits of each window's last character. */
    private static final class Pass implements RowPass {
        private final PreparedTransformer transformer;
        private final PackedMatrix head;
        private final Epilogue end;
        private final TransformerPass pass;
        private final TokenBatch tokens = new TokenBatch();
        private final Tensor last;
        private final Tensor logits;

        Pass(PreparedTransformer transformer, PackedMatrix head, Epilogue end, int capacity) {
            this.transformer = transformer;
            this.head = head;
            this.end = end;
            this.pass = transformer.pass();
            this.last = Tensor.zeros(DType.FLOAT32, capacity, WIDTH);
            this.logits = Tensor.zeros(DType.FLOAT32, capacity, transformer.spec().vocabulary());
        }

        @Override
        public Tensor run(EncodedBatch batch) {
            last.setRows(batch.rows());
            logits.setRows(batch.rows());
            for (int row = 0; row < batch.rows(); row++) {
                tokens.clear();
                int from = row * LENGTH;
                tokens.add(batch.bag(0).indices().ints(), batch.bag(0).weights().floats(), from, from + LENGTH);
                Tensor hidden = pass.forward(tokens);
                System.arraycopy(
                        hidden.floats(),
                        hidden.offset() + (LENGTH - 1) * WIDTH,
                        last.floats(),
                        last.offset() + row * WIDTH,
                        WIDTH);
            }
            transformer.kernels().matmul(last, head, logits, end);
            return logits;
        }

        @Override
        public long arenaBytes() {
            return pass.bytes();
        }

        @Override
        public void close() {
            pass.close();
        }
    }
}
