package dev.athanor.engine.nn;

import dev.athanor.engine.autodiff.Activate;
import dev.athanor.engine.autodiff.Add;
import dev.athanor.engine.autodiff.BagInput;
import dev.athanor.engine.autodiff.BatchNorm;
import dev.athanor.engine.autodiff.Bias;
import dev.athanor.engine.autodiff.Concat;
import dev.athanor.engine.autodiff.Conv2d;
import dev.athanor.engine.autodiff.Dropout;
import dev.athanor.engine.autodiff.EmbeddingBag;
import dev.athanor.engine.autodiff.Linear;
import dev.athanor.engine.autodiff.MaxPool2d;
import dev.athanor.engine.autodiff.Reshape;
import dev.athanor.engine.autodiff.Tape;
import dev.athanor.engine.autodiff.Value;
import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Convolution;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.tensor.Tensor;
import java.util.List;

/** Records the training pass of an architecture on a tape that reads one batch object in place. */
final class Recorder implements Layers<Value> {
    private final Tape tape;
    private final EncodedBatch batch;

    Recorder(Tape tape, EncodedBatch batch) {
        this.tape = tape;
        this.batch = batch;
    }

    @Override
    public Value dense() {
        return tape.input(batch.dense());
    }

    @Override
    public Value image() {
        return tape.input(batch.image());
    }

    @Override
    public Value bag(String name, int bag, int width) {
        return EmbeddingBag.apply(tape, name + ".weight", new BatchBag(batch.bag(bag)));
    }

    @Override
    public Value convolution(String name, Value x, NetworkSpec.ConvLayer c, boolean normalize, Activation f) {
        Tensor t = x.tensor();
        Convolution shape = c.shape(t.dim(1), t.dim(2), t.dim(3));
        int pool = c.pool();
        Value weight = tape.parameter(name + ".weight");
        // An activation that never falls is cheaper after the pooling; GELU and its like, which do fall, go before it.
        boolean before = pool == 1 && !f.differentiatesInput();
        Activation fused = before ? f : Activation.IDENTITY;
        Value y = normalize
                ? norm(name, Conv2d.apply(shape, x, weight, null, Activation.IDENTITY), fused)
                : Conv2d.apply(shape, x, weight, tape.parameter(name + ".bias"), fused);
        if (f.differentiatesInput()) {
            y = Activate.apply(f, y);
        }
        return pool == 1 ? y : MaxPool2d.apply(pool, y, f.differentiatesInput() ? Activation.IDENTITY : f);
    }

    @Override
    public Value linear(String name, Value x, int outputs, boolean normalize, Activation f) {
        Value weight = tape.parameter(name + ".weight");
        if (!normalize) {
            return Linear.apply(x, weight, tape.parameter(name + ".bias"), f);
        }
        Value y = Linear.apply(x, weight, null, Activation.IDENTITY);
        return f.differentiatesInput() ? Activate.apply(f, norm(name, y, Activation.IDENTITY)) : norm(name, y, f);
    }

    private Value norm(String name, Value x, Activation f) {
        return BatchNorm.apply(
                x,
                tape.parameter(name + ".norm.weight"),
                tape.parameter(name + ".norm.bias"),
                tape.parameter(name + ".norm.running_mean"),
                tape.parameter(name + ".norm.running_var"),
                f);
    }

    @Override
    public Value bias(String name, Value x) {
        return Bias.apply(x, tape.parameter(name + ".bias"));
    }

    @Override
    public Value flatten(Value x) {
        return Reshape.flatten(x);
    }

    @Override
    public Value join(List<Value> parts) {
        return Concat.apply(parts);
    }

    @Override
    public Value add(Value a, Value b) {
        return Add.apply(a, b);
    }

    @Override
    public Value dropout(Value x, double rate) {
        return Dropout.apply(x, rate);
    }

    private record BatchBag(EncodedBatch.Bag bag) implements BagInput {
        @Override
        public Tensor indices() {
            return bag.indices();
        }

        @Override
        public Tensor weights() {
            return bag.weights();
        }

        @Override
        public Tensor offsets() {
            return bag.offsets();
        }

        @Override
        public int size() {
            return bag.size();
        }
    }
}
