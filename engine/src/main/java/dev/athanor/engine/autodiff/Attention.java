package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.AttentionShape;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/** Scaled dot-product attention within sequences that lie back to back, arXiv:1706.03762. */
public final class Attention extends Op {
    private final AttentionShape shape;
    private final Value product;
    private final SequenceInput sequences;
    private final Value output;
    private final Tensor logSumExp;
    private final Tensor[] parts;
    private final Tensor[] gradients;

    private Attention(AttentionShape shape, Value product, SequenceInput sequences) {
        super(product);
        this.shape = shape;
        this.product = product;
        this.sequences = sequences;
        this.output = result(shape.queryWidth());
        this.logSumExp = tape().allocate(product.tensor().dim(0), shape.heads());
        this.parts = parts(product.tensor());
        this.gradients = product.needsGradient() ? parts(product.gradient()) : new Tensor[0];
    }

    private Tensor[] parts(Tensor t) {
        int keys = shape.queryWidth();
        int values = keys + shape.keyWidth();
        return new Tensor[] {
            t.slice(1, 0, keys), t.slice(1, keys, values), t.slice(1, values, values + shape.keyWidth())
        };
    }

    /**
     * Records attention of every sequence to itself.
     *
     * @param product queries, keys and values side by side (T,(H+2·G)·D)
     * @return (T,H·D)
     */
    public static Value apply(AttentionShape shape, Value product, SequenceInput sequences) {
        Tensor t = product.tensor();
        if (t.rank() != 2 || t.dim(1) != shape.queryWidth() + 2 * shape.keyWidth()) {
            throw new IllegalArgumentException("Cannot record attention over " + t + ": " + shape + " needs rows of "
                    + (shape.queryWidth() + 2 * shape.keyWidth()) + " numbers, queries, keys and values");
        }
        return product.tape().record(new Attention(shape, product, sequences)).output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void setRows(int rows) {
        for (Tensor part : parts) {
            part.setRows(rows);
        }
        for (Tensor gradient : gradients) {
            gradient.setRows(rows);
        }
        logSumExp.setRows(rows);
    }

    @Override
    void forward(Kernels kernels) {
        Tensor starts = sequences.starts();
        kernels.attention(
                shape, sequences.sequences(), parts[0], parts[1], parts[2], starts, starts, output.tensor(), logSumExp);
    }

    @Override
    void backward(Kernels kernels) {
        if (!product.needsGradient()) {
            return;
        }
        product.accumulateGradient(kernels);
        Tensor starts = sequences.starts();
        kernels.attentionBackward(
                shape,
                sequences.sequences(),
                parts[0],
                parts[1],
                parts[2],
                starts,
                starts,
                output.tensor(),
                logSumExp,
                output.gradient(),
                gradients[0],
                gradients[1],
                gradients[2]);
    }
}
