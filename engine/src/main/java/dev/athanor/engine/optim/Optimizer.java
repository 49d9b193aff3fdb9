package dev.athanor.engine.optim;

import dev.athanor.engine.autodiff.SparseGradient;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;
import java.util.Map;

/**
 * Changes parameters along their gradients, and keeps the moments it needs for that.
 *
 * <p>Dense parameters are stepped in ranges of the flat memory, so that workers share a step; ranges and table rows of
 * different workers must not overlap. Nothing is allocated per step.
 */
public interface Optimizer {
    /**
     * Prepares the steps of one range of the dense parameters.
     *
     * @param gradient (P), laid out as the parameters: read at every step
     * @param from first element
     * @param to element after the last
     */
    DenseStep dense(Tensor gradient, int from, int to);

    /**
     * Steps the rows of a table that were touched.
     *
     * @param table index into {@link dev.athanor.engine.autodiff.ParameterSet#tables()}
     */
    void rows(Kernels kernels, int table, SparseGradient gradient, StepSize size);

    /** The moments by name, shared, for checkpoints. */
    Map<String, Tensor> state();

    /** Steps one range. */
    interface DenseStep {
        void apply(Kernels kernels, StepSize size);
    }

    /** How far a step goes: set once per step, read by every range. */
    final class StepSize {
        private double learningRate;
        private double gradientScale;
        private long step;

        /**
         * @param learningRate of this step
         * @param gradientScale multiplies gradients: one over the weight of the rows, times what clipping leaves
         * @param step from 1
         */
        public void set(double learningRate, double gradientScale, long step) {
            this.learningRate = learningRate;
            this.gradientScale = gradientScale;
            this.step = step;
        }

        public double learningRate() {
            return learningRate;
        }

        public double gradientScale() {
            return gradientScale;
        }

        public long step() {
            return step;
        }
    }
}
