package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.ElementLoss;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/** Squared, Huber or binary cross-entropy loss of one prediction per row. */
public final class ElementwiseLoss extends Loss {
    private final ElementLoss kind;
    private final Value predictions;
    private final Tensor flatPredictions;
    private final Tensor flatGradient;
    private final Tensor targets;
    private final Tensor rowWeights;

    private ElementwiseLoss(ElementLoss kind, Value predictions, Tensor targets, Tensor rowWeights) {
        super(predictions);
        this.kind = kind;
        this.predictions = predictions;
        this.targets = targets;
        this.rowWeights = rowWeights;
        this.flatPredictions = predictions.tensor().reshape(-1);
        this.flatGradient = predictions.needsGradient() ? predictions.gradient().reshape(-1) : null;
    }

    /**
     * Records the loss.
     *
     * @param predictions (B,1) or (B)
     * @param targets (B)
     * @param rowWeights (B), or null for ones
     */
    public static Loss apply(ElementLoss kind, Value predictions, Tensor targets, Tensor rowWeights) {
        if (predictions.width() != 1) {
            throw new IllegalArgumentException("Cannot record " + kind + " loss of " + predictions.tensor()
                    + ": one prediction per row is needed");
        }
        return predictions.tape().record(new ElementwiseLoss(kind, predictions, targets, rowWeights));
    }

    @Override
    void setRows(int rows) {
        flatPredictions.setRows(rows);
        if (flatGradient != null) {
            flatGradient.setRows(rows);
        }
        targets.setRows(rows);
        if (rowWeights != null) {
            rowWeights.setRows(rows);
        }
    }

    @Override
    void forward(Kernels kernels) {
        setValue(kernels.elementLoss(kind, flatPredictions, targets, rowWeights, 1.0, flatGradient));
    }

    @Override
    void backward(Kernels kernels) {
        if (predictions.needsGradient() && predictions.claimGradient()) {
            throw new IllegalStateException("Cannot start backward: the predictions already have a gradient");
        }
    }
}
