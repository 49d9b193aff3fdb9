package dev.athanor.engine.nn;

import dev.athanor.engine.autodiff.Loss;
import dev.athanor.engine.autodiff.Value;
import dev.athanor.engine.tensor.Tensor;

/** What is made small: records the loss of a network's result. */
public interface Objective {
    /**
     * @param result (B,outputs)
     * @param labels INT32 (B)
     * @param targets (B)
     * @param weights (B), of rows
     */
    Loss record(Value result, Tensor labels, Tensor targets, Tensor weights);
}
