package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.Tensor;

/** Kernels that do as others do, for providers that do a few things themselves. */
public abstract class ForwardingKernels implements Kernels {
    private final Kernels others;

    protected ForwardingKernels(Kernels others) {
        this.others = others;
    }

    /** Those that do the work. */
    protected final Kernels others() {
        return others;
    }

    @Override
    public double peak() {
        return others.peak();
    }

    @Override
    public void matmul(Tensor a, Tensor b, Tensor c, boolean accumulate, Epilogue epilogue) {
        others.matmul(a, b, c, accumulate, epilogue);
    }

    @Override
    public PackedMatrix pack(Tensor b, Precision precision) {
        return others.pack(b, precision);
    }

    @Override
    public BlockMatrix pack(BlockWeights weights) {
        return others.pack(weights);
    }

    @Override
    public void matmul(Tensor a, PackedMatrix b, Tensor c, Epilogue epilogue) {
        others.matmul(a, b, c, epilogue);
    }

    @Override
    public void convolve(Convolution shape, Tensor x, Tensor w, Tensor y, Epilogue epilogue) {
        others.convolve(shape, x, w, y, epilogue);
    }

    @Override
    public void convolve(Convolution shape, Tensor x, PackedMatrix w, Tensor y, Epilogue epilogue) {
        others.convolve(shape, x, w, y, epilogue);
    }

    @Override
    public void convolveBackwardInput(Convolution shape, Tensor dy, Tensor w, Tensor dx) {
        others.convolveBackwardInput(shape, dy, w, dx);
    }

    @Override
    public void convolveBackwardFilter(Convolution shape, Tensor x, Tensor dy, Tensor dw) {
        others.convolveBackwardFilter(shape, x, dy, dw);
    }

    @Override
    public void maxPool(Convolution shape, Tensor x, Tensor y, Tensor argmax) {
        others.maxPool(shape, x, y, argmax);
    }

    @Override
    public void maxPoolBackward(Convolution shape, Tensor dy, Tensor argmax, Tensor dx) {
        others.maxPoolBackward(shape, dy, argmax, dx);
    }

    @Override
    public void activate(Activation f, Tensor x, Tensor y) {
        others.activate(f, x, y);
    }

    @Override
    public void activateBackward(Activation f, Tensor x, Tensor y, Tensor dy, Tensor dx) {
        others.activateBackward(f, x, y, dy, dx);
    }

    @Override
    public void add(Tensor a, Tensor b, Tensor out) {
        others.add(a, b, out);
    }

    @Override
    public void multiply(Tensor a, Tensor b, Tensor out) {
        others.multiply(a, b, out);
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        others.copy(from, to);
    }

    @Override
    public void axpy(double alpha, Tensor x, Tensor y) {
        others.axpy(alpha, x, y);
    }

    @Override
    public void fill(Tensor x, double value) {
        others.fill(x, value);
    }

    @Override
    public void dropout(Tensor x, double rate, long seed, long step, Tensor mask, Tensor y) {
        others.dropout(x, rate, seed, step, mask, y);
    }

    @Override
    public void sumRows(Tensor x, Tensor out) {
        others.sumRows(x, out);
    }

    @Override
    public double sumOfSquares(Tensor x) {
        return others.sumOfSquares(x);
    }

    @Override
    public double sum(Tensor x) {
        return others.sum(x);
    }

    @Override
    public void softmax(Tensor x, Tensor y) {
        others.softmax(x, y);
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd) {
        others.layerNorm(x, gamma, beta, epsilon, y, mean, rstd);
    }

    @Override
    public void layerNormBackward(
            Tensor x, Tensor gamma, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dgamma, Tensor dbeta) {
        others.layerNormBackward(x, gamma, mean, rstd, dy, dx, dgamma, dbeta);
    }

    @Override
    public void batchNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd) {
        others.batchNorm(x, gamma, beta, epsilon, y, mean, rstd);
    }

    @Override
    public void batchNormBackward(
            Tensor x, Tensor gamma, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dgamma, Tensor dbeta) {
        others.batchNormBackward(x, gamma, mean, rstd, dy, dx, dgamma, dbeta);
    }

    @Override
    public void rmsNorm(Tensor x, Tensor gamma, double epsilon, Tensor y, Tensor rstd) {
        others.rmsNorm(x, gamma, epsilon, y, rstd);
    }

    @Override
    public void rmsNormBackward(Tensor x, Tensor gamma, Tensor rstd, Tensor dy, Tensor dx, Tensor dgamma) {
        others.rmsNormBackward(x, gamma, rstd, dy, dx, dgamma);
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
        others.attention(shape, sequences, q, k, v, queryStarts, keyStarts, y, logSumExp);
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
        others.attentionBackward(shape, sequences, q, k, v, queryStarts, keyStarts, y, logSumExp, dy, dq, dk, dv);
    }

    @Override
    public void rotary(Tensor x, int heads, Tensor positions, Tensor cos, Tensor sin, boolean backward) {
        others.rotary(x, heads, positions, cos, sin, backward);
    }

    @Override
    public void embeddingBag(Tensor table, Tensor indices, Tensor weights, Tensor offsets, Tensor y) {
        others.embeddingBag(table, indices, weights, offsets, y);
    }

    @Override
    public void embeddingBagBackward(Tensor slots, Tensor weights, Tensor offsets, Tensor dy, Tensor rows) {
        others.embeddingBagBackward(slots, weights, offsets, dy, rows);
    }

    @Override
    public double crossEntropy(
            Tensor logits, Tensor labels, Tensor rowWeights, double smoothing, double scale, Tensor dlogits) {
        return others.crossEntropy(logits, labels, rowWeights, smoothing, scale, dlogits);
    }

    @Override
    public double elementLoss(
            ElementLoss loss, Tensor predictions, Tensor targets, Tensor rowWeights, double scale, Tensor gradient) {
        return others.elementLoss(loss, predictions, targets, rowWeights, scale, gradient);
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
        others.adamW(
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
        others.sgd(parameter, gradient, velocity, learningRate, momentum, weightDecay, gradientScale);
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
        others.adamWRows(
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
        others.sgdRows(parameter, rows, gradientRows, velocity, learningRate, momentum, weightDecay, gradientScale);
    }
}
