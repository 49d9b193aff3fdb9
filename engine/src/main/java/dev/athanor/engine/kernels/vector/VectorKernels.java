package dev.athanor.engine.kernels.vector;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.AttentionShape;
import dev.athanor.engine.kernels.BlockMatrix;
import dev.athanor.engine.kernels.BlockWeights;
import dev.athanor.engine.kernels.Convolution;
import dev.athanor.engine.kernels.ElementLoss;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.LowPrecisionRows;
import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.kernels.ScalarKernels;
import dev.athanor.engine.kernels.Shapes;
import dev.athanor.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * {@link Kernels} in the widest vectors the processor has, for FLOAT32; other types go to {@link ScalarKernels}.
 *
 * <p>Each thread keeps its own panels (see {@link Panels}); in the steady state no call allocates.
 */
final class VectorKernels extends VectorSteps implements LowPrecisionRows {

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public String description() {
        return "vector (" + Lanes.S.vectorBitSize() + " bit)";
    }

    @Override
    public double peak() {
        return FmaPeak.measure();
    }

    private static boolean isSame(Tensor a, Tensor b) {
        return a.offset() == b.offset() && a.sharesStorage(b);
    }

    @Override
    public void matmul(Tensor a, Tensor b, Tensor c, boolean accumulate, Epilogue epilogue) {
        if (!isFloat(a)) {
            scalar.matmul(a, b, c, accumulate, epilogue);
            return;
        }
        Shapes.matmul(a, b, c, accumulate, epilogue);
        Panels panels = Panels.local();
        StridedLeft left = panels.strided.of(a);
        Gemm.run(panels, left, a.dim(0), panels.operand.of(b), c.floats(), c.offset(), accumulate, epilogue);
    }

    @Override
    public PackedMatrix pack(Tensor b, Precision precision) {
        if (!isFloat(b)) {
            return scalar.pack(b, precision);
        }
        return precision == Precision.FLOAT32 ? new PackedPanels(b) : new WordPanels(b, precision);
    }

    @Override
    public BlockMatrix pack(BlockWeights weights) {
        return new BlockPanels(weights);
    }

    @Override
    public void matmul(Tensor a, PackedMatrix b, Tensor c, Epilogue epilogue) {
        if (isFloat(a) && b instanceof CompactPanels small) {
            Shapes.matmul(a, b, c, epilogue);
            Panels panels = Panels.local();
            if (b instanceof BlockPanels blocks && a.dim(0) <= BlockRows.ROWS_LIMIT) {
                BlockRows.run(panels, a, blocks, c.floats(), c.offset(), epilogue);
            } else {
                StridedLeft left = panels.strided.of(a);
                Gemm.run(panels, left, a.dim(0), small, c.floats(), c.offset(), epilogue);
            }
            return;
        }
        if (!isFloat(a) || !(b instanceof PackedPanels panelsOfB)) {
            scalar.matmul(a, b, c, epilogue);
            return;
        }
        Shapes.matmul(a, b, c, epilogue);
        Panels panels = Panels.local();
        StridedLeft left = panels.strided.of(a);
        Gemm.run(panels, left, a.dim(0), panelsOfB, c.floats(), c.offset(), false, epilogue);
    }

    @Override
    public void convolve(Convolution shape, Tensor x, Tensor w, Tensor y, Epilogue epilogue) {
        if (!isFloat(x)) {
            scalar.convolve(shape, x, w, y, epilogue);
            return;
        }
        Shapes.convolution(shape, x, w.dim(0), w.dim(1), y);
        Shapes.convolution(shape, x, y, epilogue);
        VectorConvolution.forward(shape, x, w, y, epilogue);
    }

    @Override
    public void convolve(Convolution shape, Tensor x, PackedMatrix w, Tensor y, Epilogue epilogue) {
        if (!isFloat(x) || !(w instanceof PackedPanels filters)) {
            scalar.convolve(shape, x, w, y, epilogue);
            return;
        }
        Shapes.convolution(shape, x, w.rows(), w.columns(), y);
        Shapes.convolution(shape, x, y, epilogue);
        VectorConvolution.forward(shape, x, filters, y, epilogue);
    }

    @Override
    public void convolveBackwardInput(Convolution shape, Tensor dy, Tensor w, Tensor dx) {
        if (!isFloat(dy)) {
            scalar.convolveBackwardInput(shape, dy, w, dx);
            return;
        }
        Shapes.convolution(shape, dx, w.dim(0), w.dim(1), dy);
        VectorConvolution.backwardInput(shape, dy, w, dx);
    }

    @Override
    public void convolveBackwardFilter(Convolution shape, Tensor x, Tensor dy, Tensor dw) {
        if (!isFloat(dy)) {
            scalar.convolveBackwardFilter(shape, x, dy, dw);
            return;
        }
        Shapes.convolution(shape, x, dw.dim(0), dw.dim(1), dy);
        Shapes.contiguous("add gradient of filters", dw);
        VectorConvolution.backwardFilter(shape, x, dy, dw);
    }

    @Override
    public void maxPool(Convolution shape, Tensor x, Tensor y, Tensor argmax) {
        if (!isFloat(x)) {
            scalar.maxPool(shape, x, y, argmax);
            return;
        }
        Shapes.pooling(shape, x, y, argmax);
        VectorPooling.forward(shape, x, y, argmax);
    }

    @Override
    public void maxPoolBackward(Convolution shape, Tensor dy, Tensor argmax, Tensor dx) {
        if (!isFloat(dy)) {
            scalar.maxPoolBackward(shape, dy, argmax, dx);
            return;
        }
        Shapes.pooling(shape, dx, dy, argmax);
        VectorPooling.backward(shape, dy, argmax, dx);
    }

    @Override
    public void activate(Activation f, Tensor x, Tensor y) {
        if (!isFloat(x)) {
            scalar.activate(f, x, y);
            return;
        }
        Shapes.same("activate", x, y, null);
        VectorElementwise.activate(f, x.floats(), x.offset(), y.floats(), y.offset(), x.size());
    }

    @Override
    public void activateBackward(Activation f, Tensor x, Tensor y, Tensor dy, Tensor dx) {
        if (!isFloat(dy)) {
            scalar.activateBackward(f, x, y, dy, dx);
            return;
        }
        Tensor source = f.differentiatesInput() ? x : y;
        Shapes.same("differentiate activation", dy, dx, source);
        VectorElementwise.backward(
                f,
                !isSame(dx, dy),
                source.floats(),
                source.offset(),
                dy.floats(),
                dy.offset(),
                dx.floats(),
                dx.offset(),
                dy.size());
    }

    @Override
    public void add(Tensor a, Tensor b, Tensor out) {
        if (!isFloat(a) || out.rank() == 0) {
            scalar.add(a, b, out);
            return;
        }
        Shapes.broadcast("add", a, b, out);
        VectorArithmetic.combine(false, a, b, out);
    }

    @Override
    public void multiply(Tensor a, Tensor b, Tensor out) {
        if (!isFloat(a) || out.rank() == 0) {
            scalar.multiply(a, b, out);
            return;
        }
        Shapes.broadcast("multiply", a, b, out);
        VectorArithmetic.combine(true, a, b, out);
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        if (!isFloat(from)) {
            scalar.copy(from, to);
            return;
        }
        Shapes.copy(from, to);
        VectorArithmetic.copy(from, to);
    }

    @Override
    public void axpy(double alpha, Tensor x, Tensor y) {
        if (!isFloat(x)) {
            scalar.axpy(alpha, x, y);
            return;
        }
        Shapes.same("add scaled", x, y, null);
        VectorArithmetic.axpy((float) alpha, x.floats(), x.offset(), y.floats(), y.offset(), x.size());
    }

    @Override
    public void fill(Tensor x, double value) {
        if (!isFloat(x)) {
            scalar.fill(x, value);
            return;
        }
        Shapes.contiguous("fill", x);
        Arrays.fill(x.floats(), x.offset(), x.offset() + x.size(), (float) value);
    }

    @Override
    public void dropout(Tensor x, double rate, long seed, long step, Tensor mask, Tensor y) {
        if (!isFloat(x)) {
            scalar.dropout(x, rate, seed, step, mask, y);
            return;
        }
        Shapes.same("drop out", x, mask, y);
        VectorElementwise.dropout(x, rate, seed, step, mask, y);
    }

    @Override
    public void sumRows(Tensor x, Tensor out) {
        if (!isFloat(x)) {
            scalar.sumRows(x, out);
            return;
        }
        int n = Shapes.columns(x);
        Shapes.matrixAndVector("sum rows", x, out, n);
        VectorArithmetic.sumRows(x.floats(), x.offset(), Shapes.rows(x), n, out.floats(), out.offset());
    }

    @Override
    public double sumOfSquares(Tensor x) {
        if (!isFloat(x)) {
            return scalar.sumOfSquares(x);
        }
        Shapes.contiguous("sum squares", x);
        return VectorArithmetic.sumOfSquares(x.floats(), x.offset(), x.size());
    }

    @Override
    public double sum(Tensor x) {
        if (!isFloat(x)) {
            return scalar.sum(x);
        }
        Shapes.contiguous("sum", x);
        return VectorArithmetic.sum(x.floats(), x.offset(), x.size());
    }

    @Override
    public void softmax(Tensor x, Tensor y) {
        if (!isFloat(x)) {
            scalar.softmax(x, y);
            return;
        }
        Shapes.same("take softmax", x, y, null);
        VectorNorms.softmax(x.floats(), x.offset(), y.floats(), y.offset(), Shapes.rows(x), Shapes.columns(x));
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd) {
        if (!isFloat(x)) {
            scalar.layerNorm(x, gamma, beta, epsilon, y, mean, rstd);
            return;
        }
        int m = Shapes.rows(x);
        Shapes.norm("normalise layer", x, gamma, beta, y, mean, rstd, m);
        VectorNorms.layerNorm(
                x.floats(),
                x.offset(),
                gamma.floats(),
                gamma.offset(),
                beta.floats(),
                beta.offset(),
                epsilon,
                y.floats(),
                y.offset(),
                mean.floats(),
                mean.offset(),
                rstd.floats(),
                rstd.offset(),
                m,
                Shapes.columns(x));
    }

    @Override
    public void layerNormBackward(
            Tensor x, Tensor gamma, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dgamma, Tensor dbeta) {
        if (!isFloat(x)) {
            scalar.layerNormBackward(x, gamma, mean, rstd, dy, dx, dgamma, dbeta);
            return;
        }
        int m = Shapes.rows(x);
        int n = Shapes.columns(x);
        Shapes.norm("differentiate layer norm", x, dgamma, dbeta, dy, mean, rstd, m);
        Shapes.norm("differentiate layer norm", x, gamma, null, dx, mean, rstd, m);
        Panels panels = Panels.local();
        for (int i = 0; i < m; i++) {
            VectorNorms.layerNormBackwardRow(
                    panels,
                    x.floats(),
                    x.offset() + i * n,
                    gamma.floats(),
                    gamma.offset(),
                    mean.floats()[mean.offset() + i],
                    rstd.floats()[rstd.offset() + i],
                    dy.floats(),
                    dy.offset() + i * n,
                    dx.floats(),
                    dx.offset() + i * n,
                    dgamma.floats(),
                    dgamma.offset(),
                    dbeta.floats(),
                    dbeta.offset(),
                    n);
        }
    }

    @Override
    public void batchNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd) {
        if (!isFloat(x)) {
            scalar.batchNorm(x, gamma, beta, epsilon, y, mean, rstd);
            return;
        }
        Shapes.norm("normalise batch", x, gamma, beta, y, mean, rstd, Shapes.columns(x));
        VectorBatchNorm.forward(x, gamma, beta, epsilon, y, mean, rstd);
    }

    @Override
    public void batchNormBackward(
            Tensor x, Tensor gamma, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dgamma, Tensor dbeta) {
        if (!isFloat(x)) {
            scalar.batchNormBackward(x, gamma, mean, rstd, dy, dx, dgamma, dbeta);
            return;
        }
        Shapes.norm("differentiate batch norm", x, dgamma, dbeta, dy, mean, rstd, Shapes.columns(x));
        Shapes.norm("differentiate batch norm", x, gamma, null, dx, mean, rstd, Shapes.columns(x));
        VectorBatchNorm.backward(x, gamma, mean, rstd, dy, dx, dgamma, dbeta);
    }

    @Override
    public void rmsNorm(Tensor x, Tensor gamma, double epsilon, Tensor y, Tensor rstd) {
        if (!isFloat(x)) {
            scalar.rmsNorm(x, gamma, epsilon, y, rstd);
            return;
        }
        int m = Shapes.rows(x);
        Shapes.norm("normalise by root mean square", x, gamma, null, y, null, rstd, m);
        VectorNorms.rmsNorm(x, gamma, epsilon, y, rstd, m, Shapes.columns(x));
    }

    @Override
    public void rmsNormBackward(Tensor x, Tensor gamma, Tensor rstd, Tensor dy, Tensor dx, Tensor dgamma) {
        if (!isFloat(x)) {
            scalar.rmsNormBackward(x, gamma, rstd, dy, dx, dgamma);
            return;
        }
        int m = Shapes.rows(x);
        int n = Shapes.columns(x);
        Shapes.norm("differentiate root mean square norm", x, gamma, dgamma, dy, null, rstd, m);
        Shapes.same("differentiate root mean square norm", x, dx, null);
        Panels panels = Panels.local();
        for (int i = 0; i < m; i++) {
            VectorNorms.rmsNormBackwardRow(
                    panels.pad0,
                    x.floats(),
                    x.offset() + i * n,
                    gamma.floats(),
                    gamma.offset(),
                    rstd.floats()[rstd.offset() + i],
                    dy.floats(),
                    dy.offset() + i * n,
                    dx.floats(),
                    dx.offset() + i * n,
                    dgamma.floats(),
                    dgamma.offset(),
                    n);
        }
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
        if (!isFloat(q) || !AttentionScratch.fits(shape.headWidth())) {
            scalar.attention(shape, sequences, q, k, v, queryStarts, keyStarts, y, logSumExp);
            return;
        }
        Shapes.attention(shape, sequences, q, k, v, queryStarts, keyStarts, y, logSumExp);
        VectorAttention.forward(shape, sequences, q, k, v, queryStarts, keyStarts, y, logSumExp);
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
        if (!isFloat(q) || !AttentionScratch.fits(shape.headWidth())) {
            scalar.attentionBackward(shape, sequences, q, k, v, queryStarts, keyStarts, y, logSumExp, dy, dq, dk, dv);
            return;
        }
        Shapes.attention(shape, sequences, q, k, v, queryStarts, keyStarts, y, logSumExp);
        Shapes.attention(shape, sequences, dq, dk, dv, queryStarts, keyStarts, dy, logSumExp);
        if (VectorAttentionBackward.isFinite(q)
                && VectorAttentionBackward.isFinite(k)
                && VectorAttentionBackward.isFinite(v)
                && VectorAttentionBackward.isFinite(dy)) {
            VectorAttentionBackward.run(
                    shape, sequences, q, k, v, queryStarts, keyStarts, y, logSumExp, dy, dq, dk, dv);
        } else { // plain loops leave out weights of zero, so that what is no number stays where it is
            scalar.attentionBackward(shape, sequences, q, k, v, queryStarts, keyStarts, y, logSumExp, dy, dq, dk, dv);
        }
    }

    @Override
    public void rotary(Tensor x, int heads, Tensor positions, Tensor cos, Tensor sin, boolean backward) {
        if (!isFloat(x)) {
            scalar.rotary(x, heads, positions, cos, sin, backward);
            return;
        }
        Shapes.rotary(x, heads, positions, cos, sin);
        int half = cos.dim(1);
        for (int t = 0; t < x.dim(0); t++) {
            int turn = positions.ints()[positions.offset() + t] * half;
            VectorNorms.rotateRow(
                    x.floats(),
                    x.offset() + t * x.stride(0),
                    heads,
                    x.dim(1) / heads,
                    cos.floats(),
                    cos.offset() + turn,
                    sin.floats(),
                    sin.offset() + turn,
                    half,
                    backward ? -1 : 1);
        }
    }

    @Override
    public void embeddingBag(Tensor table, Tensor indices, Tensor weights, Tensor offsets, Tensor y) {
        if (!isFloat(table)) {
            scalar.embeddingBag(table, indices, weights, offsets, y);
            return;
        }
        Shapes.embedding(table, indices, weights, offsets, y);
        VectorLearning.embeddingBag(table, indices, weights, offsets, y);
    }

    @Override
    public void embeddingBagBackward(Tensor slots, Tensor weights, Tensor offsets, Tensor dy, Tensor rows) {
        if (!isFloat(dy)) {
            scalar.embeddingBagBackward(slots, weights, offsets, dy, rows);
            return;
        }
        Shapes.embedding(rows, slots, weights, offsets, dy);
        VectorLearning.embeddingBagBackward(slots, weights, offsets, dy, rows);
    }

    @Override
    public double crossEntropy(
            Tensor logits, Tensor labels, Tensor rowWeights, double smoothing, double scale, Tensor dlogits) {
        if (!isFloat(logits)) {
            return scalar.crossEntropy(logits, labels, rowWeights, smoothing, scale, dlogits);
        }
        Shapes.same("take cross-entropy", logits, logits, dlogits);
        return VectorLearning.crossEntropy(logits, labels, rowWeights, smoothing, scale, dlogits);
    }

    /** One value per row is too little for vectors. */
    @Override
    public double elementLoss(
            ElementLoss loss, Tensor predictions, Tensor targets, Tensor rowWeights, double scale, Tensor gradient) {
        return scalar.elementLoss(loss, predictions, targets, rowWeights, scale, gradient);
    }

    @Override
    public int length(Precision precision, int k) {
        return VectorRows.length(precision, k);
    }

    @Override
    public int position(Precision precision, int p) {
        return VectorRows.position(precision, p);
    }

    @Override
    public void quantize(Tensor a, int first, int rows, ByteBuffer to, float[] scales, int[] zeros) {
        VectorRows.quantize(a, first, rows, to, scales, zeros);
    }

    @Override
    public void round(Tensor a, int first, int rows, ByteBuffer to) {
        VectorRows.round(a, first, rows, to);
    }

    @Override
    public void finish(
            ByteBuffer sums,
            float[] scales,
            int[] zeros,
            float[] columnScales,
            int[] columnSums,
            Tensor c,
            int first,
            int rows,
            Epilogue epilogue) {
        VectorRows.finish(sums, scales, zeros, columnScales, columnSums, c, first, rows, epilogue);
    }

    @Override
    public void finish(ByteBuffer sums, Tensor c, int first, int rows, Epilogue epilogue) {
        VectorRows.finish(sums, c, first, rows, epilogue);
    }
}
