package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.ElementLoss;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/** Squared, Huber or binary cross-entropy loss of predictions, each with a target. */
public final class ElementwiseLoss extends Loss {
    private final ElementLoss kind;
    private final Value predictions;
    private final Tensor flatPredictions;
    private final Tensor flatGradient;
    private final Tensor flatTargets;
    private final Tensor targets;
    private final Tensor rowWeights;

    private ElementwiseLoss(ElementLoss kind, Value predictions, Tensor targets, Tensor rowWeights) {
        super(predictions);
        this.kind = kind;
        this.predictions = predictions;
        this.targets = targets;
        this.rowWeights = rowWeights;
        this.flatPredictions = predictions.tensor().reshape(-1);
        this.flatTargets = targets.reshape(-1);
        this.flatGradient = predictions.needsGradient() ? predictions.gradient().reshape(-1) : null;
    }

    /**
     * Records the loss.
     *
     * @param predictions (B,1) or (B), or without row weights (B,N)
     * @param targets as many as predictions
     * @param rowWeights (B), or null for ones
     */
    public static Loss apply(ElementLoss kind, Value predictions, Tensor targets, Tensor rowWeights) {
        if ((predictions.width() != 1 && rowWeights != null)
                || predictions.tensor().size() != targets.size()) {
            throw new IllegalArgumentException("Cannot record " + kind + " loss of " + predictions.tensor()
                    + " against " + targets + ": one target per prediction is needed, and one prediction per row where"
                    + " rows have weights");
        }
        return predictions.tape().record(new ElementwiseLoss(kind, predictions, targets, rowWeights));
    }

    @Override
    void setRows(int rows) {
        int n = rows * predictions.width();
        flatPredictions.setRows(n);
        flatTargets.setRows(n);
        if (flatGradient != null) {
            flatGradient.setRows(n);
        }
        targets.setRows(rows);
        if (rowWeights != null) {
            rowWeights.setRows(rows);
        }
    }

    @Override
    void forward(Kernels kernels) {
        setValue(kernels.elementLoss(kind, flatPredictions, flatTargets, rowWeights, 1.0, flatGradient));
    }

    @Override
    void backward(Kernels kernels) {
        if (predictions.needsGradient() && predictions.claimGradient()) {
            throw new IllegalStateException("Cannot start backward: the predictions already have a gradient");
        }
    }
}
