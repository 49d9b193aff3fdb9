package dev.athanor.engine.transformer;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A transformer ready to run: weights packed once, shared by every thread. Immutable.
 *
 * <pre>{@code
 * PreparedTransformer model = TransformerFolder.open(Path.of("minilm")).prepare(kernels);
 * try (TransformerPass pass = model.pass()) {
 *     Tensor hidden = pass.forward(batch);
 * }
 * }</pre>
 */
public final class PreparedTransformer {
    private final TransformerSpec spec;
    private final Kernels kernels;
    private final Precision precision;
    private final TokenTable tokens;
    private final Tensor positions;
    private final Tensor types;
    private final PreparedBlock.Gain embeddingNorm;
    private final List<PreparedBlock> blocks = new ArrayList<>();
    private final PreparedBlock.Gain norm;
    private final PackedMatrix head;

    PreparedTransformer(TransformerSpec spec, TransformerWeights weights, Kernels kernels, Precision precision) {
        this.spec = spec;
        this.kernels = kernels;
        this.precision = precision;
        this.tokens = weights.tokens();
        this.positions = weights.find(WeightShapes.POSITIONS);
        this.types = weights.find(WeightShapes.TYPES);
        this.embeddingNorm = PreparedBlock.gain(WeightShapes.EMBEDDING_NORM, weights);
        for (int i = 0; i < spec.blocks().size(); i++) {
            blocks.add(new PreparedBlock(spec.blocks().get(i), WeightShapes.block(i), weights, kernels, precision));
        }
        this.norm = PreparedBlock.gain(WeightShapes.NORM, weights);
        this.head = switch (spec.head()) {
            case NONE -> null;
            case TIED -> weights.packTokens(kernels, precision);
            case OWN -> weights.pack(WeightShapes.HEAD, kernels, precision);
        };
    }

    public TransformerSpec spec() {
        return spec;
    }

    /** The kernels it was packed for and runs with. */
    public Kernels kernels() {
        return kernels;
    }

    /** How the matrices are packed; tables, gains and biases are FLOAT32. */
    public Precision precision() {
        return precision;
    }

    /** Bytes of weights in memory. */
    public long bytes() {
        long bytes = blocks.stream().mapToLong(PreparedBlock::bytes).sum();
        bytes += head == null ? 0 : head.bytes();
        bytes += tokens.bytes();
        for (Tensor table : new Tensor[] {positions, types}) {
            bytes += table == null ? 0 : (long) table.size() * Float.BYTES;
        }
        return bytes;
    }

    /** Memory of one thread to run batches. */
    public TransformerPass pass() {
        return new TransformerPass(this);
    }

    TokenTable tokens() {
        return tokens;
    }

    /** Learned positions, or null. */
    Tensor positions() {
        return positions;
    }

    /** Token types, or null. */
    Tensor types() {
        return types;
    }

    PreparedBlock.Gain embeddingNorm() {
        return embeddingNorm;
    }

    List<PreparedBlock> blocks() {
        return blocks;
    }

    PreparedBlock.Gain norm() {
        return norm;
    }

    /** Hidden states to logits, or null for an encoder. */
    PackedMatrix head() {
        return head;
    }
}
