package dev.athanor.engine.kernels.vector;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.ScalarKernels;
import dev.athanor.engine.kernels.Shapes;
import dev.athanor.engine.kernels.SparseRows;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;

/** The optimizer steps of {@link VectorKernels}. */
abstract class VectorSteps implements Kernels {
    final ScalarKernels scalar = new ScalarKernels();

    static boolean isFloat(Tensor x) {
        return x.dtype() == DType.FLOAT32;
    }

    @Override
    public void adamW(
            Tensor parameter,
            Tensor gradient,
            Tensor firstMoment,
            Tensor secondMoment,
            double learningRate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            long step,
            double gradientScale) {
        if (!isFloat(parameter)) {
            scalar.adamW(
                    parameter,
                    gradient,
                    firstMoment,
                    secondMoment,
                    learningRate,
                    beta1,
                    beta2,
                    epsilon,
                    weightDecay,
                    step,
                    gradientScale);
            return;
        }
        Shapes.same("step", parameter, gradient, firstMoment);
        Shapes.same("step", parameter, secondMoment, null);
        VectorLearning.adamW(
                parameter.floats(),
                parameter.offset(),
                gradient.floats(),
                gradient.offset(),
                firstMoment.floats(),
                firstMoment.offset(),
                secondMoment.floats(),
                secondMoment.offset(),
                parameter.size(),
                (float) (1 - learningRate * weightDecay),
                (float) (learningRate / (1 - Math.pow(beta1, (double) step))),
                (float) beta1,
                (float) (1 - beta1),
                (float) beta2,
                (float) (1 - beta2),
                (float) (1 / Math.sqrt(1 - Math.pow(beta2, (double) step))),
                (float) epsilon,
                (float) gradientScale);
    }

    @Override
    public void sgd(
            Tensor parameter,
            Tensor gradient,
            Tensor velocity,
            double learningRate,
            double momentum,
            double weightDecay,
            double gradientScale) {
        if (!isFloat(parameter)) {
            scalar.sgd(parameter, gradient, velocity, learningRate, momentum, weightDecay, gradientScale);
            return;
        }
        Shapes.same("step", parameter, gradient, velocity);
        VectorLearning.sgd(
                parameter.floats(),
                parameter.offset(),
                gradient.floats(),
                gradient.offset(),
                velocity.floats(),
                velocity.offset(),
                parameter.size(),
                (float) learningRate,
                (float) momentum,
                (float) weightDecay,
                (float) gradientScale);
    }

    @Override
    public void adamWRows(
            Tensor parameter,
            SparseRows rows,
            Tensor gradientRows,
            Tensor firstMoment,
            Tensor secondMoment,
            double learningRate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            long step,
            double gradientScale) {
        if (!isFloat(parameter)) {
            scalar.adamWRows(
                    parameter,
                    rows,
                    gradientRows,
                    firstMoment,
                    secondMoment,
                    learningRate,
                    beta1,
                    beta2,
                    epsilon,
                    weightDecay,
                    step,
                    gradientScale);
            return;
        }
        Shapes.rows(parameter, rows, gradientRows, firstMoment, secondMoment);
        int d = parameter.dim(1);
        float keep = (float) (1 - learningRate * weightDecay);
        float rate = (float) (learningRate / (1 - Math.pow(beta1, (double) step)));
        float root = (float) (1 / Math.sqrt(1 - Math.pow(beta2, (double) step)));
        for (int s = 0; s < rows.count(); s++) {
            int at = rows.row(s) * d;
            VectorLearning.adamW(
                    parameter.floats(),
                    parameter.offset() + at,
                    gradientRows.floats(),
                    gradientRows.offset() + s * d,
                    firstMoment.floats(),
                    firstMoment.offset() + at,
                    secondMoment.floats(),
                    secondMoment.offset() + at,
                    d,
                    keep,
                    rate,
                    (float) beta1,
                    (float) (1 - beta1),
                    (float) beta2,
                    (float) (1 - beta2),
                    root,
                    (float) epsilon,
                    (float) gradientScale);
        }
    }

    @Override
    public void sgdRows(
            Tensor parameter,
            SparseRows rows,
            Tensor gradientRows,
            Tensor velocity,
            double learningRate,
            double momentum,
            double weightDecay,
            double gradientScale) {
        if (!isFloat(parameter)) {
            scalar.sgdRows(parameter, rows, gradientRows, velocity, learningRate, momentum, weightDecay, gradientScale);
            return;
        }
        Shapes.rows(parameter, rows, gradientRows, velocity, null);
        int d = parameter.dim(1);
        for (int s = 0; s < rows.count(); s++) {
            int at = rows.row(s) * d;
            VectorLearning.sgd(
                    parameter.floats(),
                    parameter.offset() + at,
                    gradientRows.floats(),
                    gradientRows.offset() + s * d,
                    velocity.floats(),
                    velocity.offset() + at,
                    d,
                    (float) learningRate,
                    (float) momentum,
                    (float) weightDecay,
                    (float) gradientScale);
        }
    }
}
