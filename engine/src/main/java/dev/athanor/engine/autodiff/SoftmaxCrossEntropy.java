package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/** Softmax cross-entropy of integer labels, with label smoothing (arXiv:1512.00567, section 7) and row weights. */
public final class SoftmaxCrossEntropy extends Loss {
    private final Value logits;
    private final Tensor labels;
    private final Tensor rowWeights;
    private final double smoothing;

    private SoftmaxCrossEntropy(Value logits, Tensor labels, Tensor rowWeights, double smoothing) {
        super(logits);
        this.logits = logits;
        this.labels = labels;
        this.rowWeights = rowWeights;
        this.smoothing = smoothing;
    }

    /**
     * Records the loss.
     *
     * @param logits (B,C)
     * @param labels INT32 (B)
     * @param rowWeights (B), or null for ones
     * @param smoothing share of the target spread evenly over all classes, in [0,1)
     */
    public static Loss apply(Value logits, Tensor labels, Tensor rowWeights, double smoothing) {
        return logits.tape().record(new SoftmaxCrossEntropy(logits, labels, rowWeights, smoothing));
    }

    @Override
    void setRows(int rows) {
        labels.setRows(rows);
        if (rowWeights != null) {
            rowWeights.setRows(rows);
        }
    }

    @Override
    void forward(Kernels kernels) {
        setValue(kernels.crossEntropy(logits.tensor(), labels, rowWeights, smoothing, 1.0, logits.gradient()));
    }

    @Override
    void backward(Kernels kernels) {
        if (logits.needsGradient() && logits.claimGradient()) {
            throw new IllegalStateException("Cannot start backward: the logits already have a gradient");
        }
    }
}
