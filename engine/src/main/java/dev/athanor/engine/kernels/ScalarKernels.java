package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.Tensor;

/**
 * The specification of {@link Kernels}: plain loops that compute in double and are never optimised.
 *
 * <p>Every other provider must equal it within rounding. It serves FLOAT32 and FLOAT64 alike (gradient checks run in
 * FLOAT64), and is the provider of last resort where nothing faster works.
 */
public final class ScalarKernels implements Kernels {
    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public String description() {
        return "scalar (plain loops)";
    }

    @Override
    public void matmul(Tensor a, Tensor b, Tensor c, boolean accumulate, Epilogue epilogue) {
        Shapes.matmul(a, b, c, accumulate, epilogue);
        ScalarMatrix.matmul(a, b, c, accumulate, epilogue);
    }

    @Override
    public PackedMatrix pack(Tensor b, Precision precision) {
        return switch (precision) {
            case FLOAT32 -> ScalarMatrix.pack(b);
            case BFLOAT16 -> ScalarLowPrecision.Bfloat16Weights.of(b);
            case INT8 -> new ScalarLowPrecision.Int8Weights(Int8Matrix.of(b));
        };
    }

    @Override
    public BlockMatrix pack(BlockWeights weights) {
        return new ScalarBlocks(weights, 0, weights.rows());
    }

    @Override
    public void matmul(Tensor a, PackedMatrix b, Tensor c, Epilogue epilogue) {
        Shapes.matmul(a, b, c, epilogue);
        if (b instanceof ScalarLowPrecision.Int8Weights weights) {
            ScalarLowPrecision.matmul(a, weights.matrix(), c, epilogue);
        } else if (b instanceof ScalarLowPrecision.Bfloat16Weights weights) {
            ScalarLowPrecision.matmul(a, weights, c, epilogue);
        } else if (b instanceof ScalarBlocks weights) {
            ScalarBlocks.matmul(a, weights, c, epilogue);
        } else {
            ScalarMatrix.matmul(a, own(b), c, epilogue);
        }
    }

    private static ScalarMatrix.Packed own(PackedMatrix b) {
        if (b instanceof ScalarMatrix.Packed packed) {
            return packed;
        }
        throw new IllegalArgumentException("Cannot use packed matrix: it was packed by another provider ("
                + b.getClass().getSimpleName() + ")");
    }

    @Override
    public void convolve(Convolution shape, Tensor x, Tensor w, Tensor y, Epilogue epilogue) {
        convolve(shape, x, pack(w), y, epilogue);
    }

    @Override
    public void convolve(Convolution shape, Tensor x, PackedMatrix w, Tensor y, Epilogue epilogue) {
        Shapes.convolution(shape, x, w.rows(), w.columns(), y);
        Shapes.convolution(shape, x, y, epilogue);
        ScalarMatrix.convolve(shape, x, own(w), y, epilogue);
    }

    @Override
    public void convolveBackwardInput(Convolution shape, Tensor dy, Tensor w, Tensor dx) {
        Shapes.convolution(shape, dx, w.dim(0), w.dim(1), dy);
        ScalarMatrix.convolveBackwardInput(shape, dy, w, dx);
    }

    @Override
    public void convolveBackwardFilter(Convolution shape, Tensor x, Tensor dy, Tensor dw) {
        Shapes.convolution(shape, x, dw.dim(0), dw.dim(1), dy);
        ScalarMatrix.convolveBackwardFilter(shape, x, dy, dw);
    }

    @Override
    public void maxPool(Convolution shape, Tensor x, Tensor y, Tensor argmax) {
        Shapes.pooling(shape, x, y, argmax);
        ScalarMatrix.maxPool(shape, x, y, argmax);
    }

    @Override
    public void maxPoolBackward(Convolution shape, Tensor dy, Tensor argmax, Tensor dx) {
        Shapes.pooling(shape, dx, dy, argmax);
        ScalarMatrix.maxPoolBackward(shape, dy, argmax, dx);
    }

    @Override
    public void activate(Activation f, Tensor x, Tensor y) {
        Shapes.same("activate", x, y, null);
        ScalarElementwise.activate(f, x, y);
    }

    @Override
    public void activateBackward(Activation f, Tensor x, Tensor y, Tensor dy, Tensor dx) {
        Shapes.same("differentiate activation", dy, dx, f.differentiatesInput() ? x : y);
        ScalarElementwise.activateBackward(f, x, y, dy, dx);
    }

    @Override
    public void add(Tensor a, Tensor b, Tensor out) {
        Shapes.broadcast("add", a, b, out);
        ScalarElementwise.combine(false, a, b, out);
    }

    @Override
    public void multiply(Tensor a, Tensor b, Tensor out) {
        Shapes.broadcast("multiply", a, b, out);
        ScalarElementwise.combine(true, a, b, out);
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        Shapes.copy(from, to);
        ScalarElementwise.copy(from, to);
    }

    @Override
    public void axpy(double alpha, Tensor x, Tensor y) {
        Shapes.same("add scaled", x, y, null);
        ScalarElementwise.axpy(alpha, x, y);
    }

    @Override
    public void fill(Tensor x, double value) {
        Shapes.contiguous("fill", x);
        ScalarElementwise.fill(x, value);
    }

    @Override
    public void dropout(Tensor x, double rate, long seed, long step, Tensor mask, Tensor y) {
        Shapes.same("drop out", x, mask, y);
        ScalarElementwise.dropout(x, new RandomMask(rate, seed, step), mask, y);
    }

    @Override
    public void sumRows(Tensor x, Tensor out) {
        Shapes.matrixAndVector("sum rows", x, out, Shapes.columns(x));
        ScalarElementwise.sumRows(x, out);
    }

    @Override
    public double sumOfSquares(Tensor x) {
        Shapes.contiguous("sum squares", x);
        return ScalarElementwise.sumOfSquares(x);
    }

    @Override
    public double sum(Tensor x) {
        Shapes.contiguous("sum", x);
        return ScalarElementwise.sum(x);
    }

    @Override
    public void softmax(Tensor x, Tensor y) {
        Shapes.same("take softmax", x, y, null);
        ScalarNorms.softmax(x, y);
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd) {
        Shapes.norm("normalise layer", x, gamma, beta, y, mean, rstd, Shapes.rows(x));
        ScalarNorms.layerNorm(x, gamma, beta, epsilon, y, mean, rstd);
    }

    @Override
    public void layerNormBackward(
            Tensor x, Tensor gamma, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dgamma, Tensor dbeta) {
        Shapes.norm("differentiate layer norm", x, dgamma, dbeta, dy, mean, rstd, Shapes.rows(x));
        Shapes.norm("differentiate layer norm", x, gamma, null, dx, mean, rstd, Shapes.rows(x));
        ScalarNorms.layerNormBackward(x, gamma, mean, rstd, dy, dx, dgamma, dbeta);
    }

    @Override
    public void batchNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd) {
        Shapes.norm("normalise batch", x, gamma, beta, y, mean, rstd, Shapes.columns(x));
        ScalarNorms.batchNorm(x, gamma, beta, epsilon, y, mean, rstd);
    }

    @Override
    public void batchNormBackward(
            Tensor x, Tensor gamma, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dgamma, Tensor dbeta) {
        Shapes.norm("differentiate batch norm", x, dgamma, dbeta, dy, mean, rstd, Shapes.columns(x));
        Shapes.norm("differentiate batch norm", x, gamma, null, dx, mean, rstd, Shapes.columns(x));
        ScalarNorms.batchNormBackward(x, gamma, mean, rstd, dy, dx, dgamma, dbeta);
    }

    @Override
    public void rmsNorm(Tensor x, Tensor gamma, double epsilon, Tensor y, Tensor rstd) {
        Shapes.norm("normalise by root mean square", x, gamma, null, y, null, rstd, Shapes.rows(x));
        ScalarNorms.rmsNorm(x, gamma, epsilon, y, rstd);
    }

    @Override
    public void rmsNormBackward(Tensor x, Tensor gamma, Tensor rstd, Tensor dy, Tensor dx, Tensor dgamma) {
        Shapes.norm("differentiate root mean square norm", x, gamma, dgamma, dy, null, rstd, Shapes.rows(x));
        Shapes.same("differentiate root mean square norm", x, dx, null);
        ScalarNorms.rmsNormBackward(x, gamma, rstd, dy, dx, dgamma);
    }

    @Override
    public void attention(
            AttentionShape shape,
            int sequences,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor queryStarts,
            Tensor keyStarts,
            Tensor y,
            Tensor logSumExp) {
        Shapes.attention(shape, sequences, q, k, v, queryStarts, keyStarts, y, logSumExp);
        ScalarAttention.forward(shape, sequences, q, k, v, queryStarts, keyStarts, y, logSumExp);
    }

    @Override
    public void attentionBackward(
            AttentionShape shape,
            int sequences,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor queryStarts,
            Tensor keyStarts,
            Tensor y,
            Tensor logSumExp,
            Tensor dy,
            Tensor dq,
            Tensor dk,
            Tensor dv) {
        Shapes.attention(shape, sequences, q, k, v, queryStarts, keyStarts, y, logSumExp);
        Shapes.attention(shape, sequences, dq, dk, dv, queryStarts, keyStarts, dy, logSumExp);
        ScalarAttention.backward(shape, sequences, q, k, v, queryStarts, keyStarts, dy, dq, dk, dv);
    }

    @Override
    public void rotary(Tensor x, int heads, Tensor positions, Tensor cos, Tensor sin, boolean backward) {
        Shapes.rotary(x, heads, positions, cos, sin);
        ScalarAttention.rotate(x, heads, positions, cos, sin, backward);
    }

    @Override
    public void embeddingBag(Tensor table, Tensor indices, Tensor weights, Tensor offsets, Tensor y) {
        Shapes.embedding(table, indices, weights, offsets, y);
        ScalarLearning.embeddingBag(table, indices, weights, offsets, y);
    }

    @Override
    public void embeddingBagBackward(Tensor slots, Tensor weights, Tensor offsets, Tensor dy, Tensor rows) {
        Shapes.embedding(rows, slots, weights, offsets, dy);
        ScalarLearning.embeddingBagBackward(slots, weights, offsets, dy, rows);
    }

    @Override
    public double crossEntropy(
            Tensor logits, Tensor labels, Tensor rowWeights, double smoothing, double scale, Tensor dlogits) {
        Shapes.same("take cross-entropy", logits, logits, dlogits);
        return ScalarLearning.crossEntropy(logits, labels, rowWeights, smoothing, scale, dlogits);
    }

    @Override
    public double elementLoss(
            ElementLoss loss, Tensor predictions, Tensor targets, Tensor rowWeights, double scale, Tensor gradient) {
        Shapes.same("take loss", predictions, targets, gradient);
        return ScalarLearning.elementLoss(loss, predictions, targets, rowWeights, scale, gradient);
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
        Shapes.same("step", parameter, gradient, firstMoment);
        Shapes.same("step", parameter, secondMoment, null);
        ScalarLearning.adamW(
                parameter,
                gradient,
                firstMoment,
                secondMoment,
                0,
                0,
                parameter.size(),
                learningRate,
                beta1,
                beta2,
                epsilon,
                weightDecay,
                step,
                gradientScale);
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
        Shapes.same("step", parameter, gradient, velocity);
        ScalarLearning.sgd(
                parameter,
                gradient,
                velocity,
                0,
                0,
                parameter.size(),
                learningRate,
                momentum,
                weightDecay,
                gradientScale);
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
        Shapes.rows(parameter, rows, gradientRows, firstMoment, secondMoment);
        int d = parameter.dim(1);
        for (int s = 0; s < rows.count(); s++) {
            ScalarLearning.adamW(
                    parameter,
                    gradientRows,
                    firstMoment,
                    secondMoment,
                    rows.row(s) * d,
                    s * d,
                    d,
                    learningRate,
                    beta1,
                    beta2,
                    epsilon,
                    weightDecay,
                    step,
                    gradientScale);
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
        Shapes.rows(parameter, rows, gradientRows, velocity, null);
        int d = parameter.dim(1);
        for (int s = 0; s < rows.count(); s++) {
            ScalarLearning.sgd(
                    parameter,
                    gradientRows,
                    velocity,
                    rows.row(s) * d,
                    s * d,
                    d,
                    learningRate,
                    momentum,
                    weightDecay,
                    gradientScale);
        }
    }
}
