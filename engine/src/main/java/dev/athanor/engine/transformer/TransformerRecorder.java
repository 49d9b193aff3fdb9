package dev.athanor.engine.transformer;

import dev.athanor.engine.autodiff.Activate;
import dev.athanor.engine.autodiff.Add;
import dev.athanor.engine.autodiff.Attention;
import dev.athanor.engine.autodiff.HeadNorm;
import dev.athanor.engine.autodiff.LayerNorm;
import dev.athanor.engine.autodiff.Linear;
import dev.athanor.engine.autodiff.Multiply;
import dev.athanor.engine.autodiff.RmsNorm;
import dev.athanor.engine.autodiff.Rotary;
import dev.athanor.engine.autodiff.RowAxis;
import dev.athanor.engine.autodiff.Tape;
import dev.athanor.engine.autodiff.TokenEmbedding;
import dev.athanor.engine.autodiff.Value;
import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/** Records a transformer on a tape that reads one batch of packed sequences in place: {@link TransformerPass} for training. */
final class TransformerRecorder {
    private final TransformerSpec spec;
    private final Tuning tuning;
    private final Tape tape;
    private final RowAxis axis;
    private final TokenBatch batch;
    private final Tensor positions;
    private final Map<TransformerSpec.Rotary, RotaryTables> rotary = new HashMap<>();

    /**
     * @param axis of tokens
     * @param positions INT32 (T) that is as long as the axis and holds the batch's positions at every replay
     */
    TransformerRecorder(
            TransformerSpec spec, Tuning tuning, Tape tape, RowAxis axis, TokenBatch batch, Tensor positions) {
        this.spec = spec;
        this.tuning = tuning;
        this.tape = tape;
        this.axis = axis;
        this.batch = batch;
        this.positions = positions;
    }

    /** Hidden states of every token (T,W). */
    Value hidden() {
        TransformerSpec.Embedding e = spec.embedding();
        Value x = TokenEmbedding.apply(
                tape,
                axis,
                new TokenEmbedding.Tables(
                        WeightShapes.TOKENS,
                        e.scale(),
                        e.positions() > 0 ? WeightShapes.POSITIONS : null,
                        e.positionOffset(),
                        e.types() > 0 ? WeightShapes.TYPES : null),
                batch);
        if (e.norm() != null) {
            x = norm(WeightShapes.EMBEDDING_NORM, e.norm(), x);
        }
        for (int i = 0; i < spec.blocks().size(); i++) {
            int number = i;
            Value input = x;
            x = tuning.checkpoints() ? tape.checkpoint(() -> block(number, input)) : block(i, x);
        }
        return spec.norm() == null ? x : norm(WeightShapes.NORM, spec.norm(), x);
    }

    /** Logits over the vocabulary (T,V). */
    Value logits(Value hidden) {
        return switch (spec.head()) {
            case NONE -> throw new IllegalStateException("Cannot record logits: the model is an encoder without head");
            case TIED -> Linear.tied(hidden, tape.parameter(WeightShapes.TOKENS));
            case OWN -> Linear.apply(hidden, tape.parameter(WeightShapes.HEAD), null, Activation.IDENTITY);
        };
    }

    private Value block(int i, Value x) {
        TransformerSpec.Block block = spec.blocks().get(i);
        String name = WeightShapes.block(i);
        return switch (block.placement()) {
            case AFTER -> {
                Value h = norm(name + "attention.norm", block.norm(), attend(i, x, x));
                yield norm(name + "feed.norm", block.norm(), feed(i, h, h));
            }
            case BEFORE -> {
                Value h = attend(i, norm(name + "attention.norm", block.norm(), x), x);
                yield feed(i, norm(name + "feed.norm", block.norm(), h), h);
            }
            case AROUND -> {
                Value a = attend(i, norm(name + "attention.norm", block.norm(), x), null);
                Value h = Add.apply(x, norm(name + "attention.after", block.norm(), a));
                Value f = feed(i, norm(name + "feed.norm", block.norm(), h), null);
                yield Add.apply(h, norm(name + "feed.after", block.norm(), f));
            }
        };
    }

    /** Self-attention of {@code x}, and {@code residual} added unless it is null. */
    private Value attend(int i, Value x, Value residual) {
        TransformerSpec.Attention attention = spec.blocks().get(i).attention();
        String name = WeightShapes.block(i) + "attention.";
        Value product =
                linear(TransformerParameters.projection(i), x, attention.inputBias(), Activation.IDENTITY, null);
        if (attention.norm() != null) {
            product = HeadNorm.apply(
                    attention.shape(),
                    product,
                    tape.parameter(name + "query.norm.gain"),
                    tape.parameter(name + "key.norm.gain"),
                    attention.norm().epsilon());
        }
        if (attention.rotary() != null) {
            RotaryTables tables = rotary.computeIfAbsent(attention.rotary(), RotaryTables::new);
            tables.reach(Math.min(axis.capacity(), spec.maxTokens()));
            int heads = attention.shape().heads() + attention.shape().keyHeads();
            product =
                    Rotary.apply(product, heads, attention.shape().headWidth(), positions, tables.cos(), tables.sin());
        }
        Value attended = Attention.apply(attention.shape(), product, batch);
        return linear(name + "output", attended, attention.outputBias(), Activation.IDENTITY, residual);
    }

    private Value feed(int i, Value x, Value residual) {
        TransformerSpec.FeedForward feed = spec.blocks().get(i).feedForward();
        String name = WeightShapes.block(i) + "feed.";
        Value inner;
        if (feed.gated()) {
            Value gate = linear(name + "gate", x, feed.bias(), feed.activation(), null);
            inner = Multiply.apply(gate, linear(name + "input", x, feed.bias(), Activation.IDENTITY, null));
        } else {
            inner = linear(name + "input", x, feed.bias(), feed.activation(), null);
        }
        return linear(name + "output", inner, feed.bias(), Activation.IDENTITY, residual);
    }

    private Value linear(String name, Value x, boolean bias, Activation activation, Value residual) {
        Value weight = tape.parameter(name + ".weight");
        Value b = bias ? tape.parameter(name + ".bias") : null;
        if (!tuning.adapters()) {
            return residual == null ? Linear.apply(x, weight, b, activation) : Linear.add(x, weight, b, residual);
        }
        Value y =
                residual == null ? Linear.apply(x, weight, b, Activation.IDENTITY) : Linear.add(x, weight, b, residual);
        Value low = Linear.apply(
                x, tape.parameter(TransformerParameters.down(name + ".weight")), null, Activation.IDENTITY);
        Value sum = Linear.add(low, tape.parameter(TransformerParameters.up(name + ".weight")), null, y);
        return Activate.apply(activation, sum);
    }

    private Value norm(String name, TransformerSpec.Norm norm, Value x) {
        Value gain = tape.parameter(name + ".gain");
        return norm.kind() == TransformerSpec.Norm.Kind.LAYER
                ? LayerNorm.apply(x, gain, tape.parameter(name + ".shift"), norm.epsilon())
                : RmsNorm.apply(x, gain, norm.epsilon());
    }
}
