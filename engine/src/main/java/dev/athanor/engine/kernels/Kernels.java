package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.Tensor;

/**
 * The primitives a network is composed of.
 *
 * <p>{@link ScalarKernels} is the specification: plain loops, never optimised; every other provider equals it within a
 * tolerance that scales with length and type. All providers accept FLOAT32; FLOAT64 serves gradient checks and may run
 * in plain loops. Unless a parameter says "any strides", tensors are contiguous. Results never overlap inputs unless a
 * method says "in place". Nothing is allocated per call apart from what a provider keeps per thread for its panels.
 *
 * <p>Instances are immutable and safe for use by many threads at once on different tensors.
 *
 * <p>"Adds to" means {@code out += …}: gradients of a value used twice accumulate.
 */
public interface Kernels {
    /** Provider name: {@code scalar}, {@code vector}. */
    String name();

    /** Name, width and processor in one line, for {@code EXPLAIN}: {@code vector (512 bit)}. */
    String description();

    /**
     * Floating-point operations a second that one thread can do at most, in FLOAT32: measured now, for some tenths of a
     * second, by multiply-adds that read no memory. NaN from a provider that cannot tell.
     */
    default double peak() {
        return Double.NaN;
    }

    // ---- matrix products -------------------------------------------------------------------------------------------

    /**
     * {@code c = epilogue(a · b)}, or {@code c += a · b} when {@code accumulate} (then the epilogue must be NONE).
     *
     * @param a (M,K), any strides, so that a transposed view is a transposed operand
     * @param b (K,N), any strides
     * @param c (M,N), contiguous
     */
    void matmul(Tensor a, Tensor b, Tensor c, boolean accumulate, Epilogue epilogue);

    /**
     * Packs the right-hand side of many products once.
     *
     * @param b (K,N), any strides
     */
    default PackedMatrix pack(Tensor b) {
        return pack(b, Precision.FLOAT32);
    }

    /**
     * Packs the right-hand side of many products once, in some precision; products with it follow the arithmetic that
     * {@link ScalarKernels} spells out, or a more exact one: a provider without instructions for it keeps the weights
     * small, expands them as it goes, and leaves the rows as they are.
     *
     * @param b (K,N), any strides
     */
    PackedMatrix pack(Tensor b, Precision precision);

    /**
     * Packs weights of a file as they are encoded; products with them follow the weights that {@link BlockEncoding}
     * spells out, times rows that are not rounded.
     *
     * @param weights (N,K), read once and not kept by providers that have a layout of their own
     * @return (K,N)
     */
    BlockMatrix pack(BlockWeights weights);

    /**
     * {@code c = epilogue(a · b)} with b packed before.
     *
     * @param a (M,K), rows contiguous
     * @param c (M,N), contiguous
     */
    void matmul(Tensor a, PackedMatrix b, Tensor c, Epilogue epilogue);

    // ---- convolution and pooling -----------------------------------------------------------------------------------

    /**
     * {@code y = epilogue(x ⋆ w)}; the epilogue's bias is per filter.
     *
     * @param x (B,H,W,C)
     * @param w (KH·KW·C, F)
     * @param y (B,OH,OW,F)
     */
    void convolve(Convolution shape, Tensor x, Tensor w, Tensor y, Epilogue epilogue);

    /** As {@link #convolve(Convolution, Tensor, Tensor, Tensor, Epilogue)} with filters packed before. */
    void convolve(Convolution shape, Tensor x, PackedMatrix w, Tensor y, Epilogue epilogue);

    /**
     * Adds to {@code dx} the gradient of a convolution with respect to its image.
     *
     * @param dy (B,OH,OW,F)
     * @param w (KH·KW·C, F)
     * @param dx (B,H,W,C)
     */
    void convolveBackwardInput(Convolution shape, Tensor dy, Tensor w, Tensor dx);

    /**
     * Adds to {@code dw} the gradient of a convolution with respect to its filters.
     *
     * @param x (B,H,W,C)
     * @param dy (B,OH,OW,F)
     * @param dw (KH·KW·C, F)
     */
    void convolveBackwardFilter(Convolution shape, Tensor x, Tensor dy, Tensor dw);

    /**
     * Maximum over each window; ties go to the first. Padding never wins.
     *
     * @param x (B,H,W,C)
     * @param y (B,OH,OW,C)
     * @param argmax INT32 (B,OH,OW,C): index of the winner within its image, for the backward pass
     */
    void maxPool(Convolution shape, Tensor x, Tensor y, Tensor argmax);

    /** Adds {@code dy} to {@code dx} at the winners' places. */
    void maxPoolBackward(Convolution shape, Tensor dy, Tensor argmax, Tensor dx);

    // ---- elementwise -----------------------------------------------------------------------------------------------

    /** {@code y = f(x)}; in place allowed. */
    void activate(Activation f, Tensor x, Tensor y);

    /**
     * {@code dx += dy · f'(x)}, or {@code dx = …} in place when {@code dx == dy}.
     *
     * @param x input of f; may be null unless {@link Activation#differentiatesInput}
     * @param y result of f
     */
    void activateBackward(Activation f, Tensor x, Tensor y, Tensor dy, Tensor dx);

    /**
     * {@code out = a + b}, broadcast; in place allowed when shapes agree.
     *
     * @param a any strides, the shape of {@code out} (use {@link Tensor#expand})
     * @param b any strides, the shape of {@code out}
     */
    void add(Tensor a, Tensor b, Tensor out);

    /** {@code out = a · b} elementwise; operands as in {@link #add}. */
    void multiply(Tensor a, Tensor b, Tensor out);

    /**
     * {@code to = from}: joins inputs side by side through slices, or brings a view into row-major order.
     *
     * @param from any strides
     * @param to any strides, the shape of {@code from}
     */
    void copy(Tensor from, Tensor to);

    /** {@code y += alpha · x}, both contiguous and of one size. */
    void axpy(double alpha, Tensor x, Tensor y);

    /** {@code x = value}. */
    void fill(Tensor x, double value);

    /**
     * Inverted dropout: {@code y = x · mask / (1 - rate)} with a mask that depends only on seed, step and position.
     *
     * @param mask (same size as x), FLOAT32: receives 0 or 1/(1-rate), for the backward pass (a {@link #multiply})
     */
    void dropout(Tensor x, double rate, long seed, long step, Tensor mask, Tensor y);

    // ---- reductions ------------------------------------------------------------------------------------------------

    /**
     * Adds column sums: {@code out[n] += Σ_m x[m,n]}, the gradient of a bias.
     *
     * @param x (M,N)
     * @param out (N)
     */
    void sumRows(Tensor x, Tensor out);

    /** Sum of squares of all elements, accumulated in double: the gradient norm before its root. */
    double sumOfSquares(Tensor x);

    /** Sum of all elements, accumulated in double. */
    double sum(Tensor x);

    /**
     * Softmax along the last axis, in place allowed.
     *
     * @param x (M,N)
     */
    void softmax(Tensor x, Tensor y);

    // ---- normalisation ---------------------------------------------------------------------------------------------

    /**
     * Layer normalisation over the last axis, arXiv:1607.06450.
     *
     * @param x (M,N)
     * @param gamma (N)
     * @param beta (N)
     * @param mean (M) receives the mean of each row
     * @param rstd (M) receives {@code 1/√(variance + epsilon)} of each row
     */
    void layerNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd);

    /** Adds the three gradients of {@link #layerNorm}. */
    void layerNormBackward(
            Tensor x, Tensor gamma, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dgamma, Tensor dbeta);

    /**
     * Batch normalisation in training: statistics over rows, arXiv:1502.03167.
     *
     * @param x (M,N), channels last
     * @param mean (N) receives the batch mean
     * @param rstd (N) receives {@code 1/√(biased variance + epsilon)}
     */
    void batchNorm(Tensor x, Tensor gamma, Tensor beta, double epsilon, Tensor y, Tensor mean, Tensor rstd);

    /** Adds the three gradients of {@link #batchNorm}. */
    void batchNormBackward(
            Tensor x, Tensor gamma, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dgamma, Tensor dbeta);

    /**
     * Root-mean-square normalisation over the last axis, arXiv:1910.07467: {@code y = x · rstd · gamma}.
     *
     * @param x (M,N)
     * @param gamma (N)
     * @param rstd (M) receives {@code 1/√(mean of squares + epsilon)} of each row
     */
    void rmsNorm(Tensor x, Tensor gamma, double epsilon, Tensor y, Tensor rstd);

    /** Adds the two gradients of {@link #rmsNorm}. */
    void rmsNormBackward(Tensor x, Tensor gamma, Tensor rstd, Tensor dy, Tensor dx, Tensor dgamma);

    // ---- attention -------------------------------------------------------------------------------------------------

    /**
     * {@code y = softmax(scale · q·kᵀ) · v} per head and sequence, in tiles with an online softmax, arXiv:2205.14135:
     * scores are never held whole, memory does not grow with the square of the length.
     *
     * <p>Matrices are (rows, width) with contiguous rows at any row stride, so that q, k and v may be slices of one product.
     *
     * @param sequences B
     * @param q queries (T,H·D)
     * @param k keys (S,G·D)
     * @param v values (S,G·D)
     * @param queryStarts INT32, at least B+1 long, ascending: queries of sequence b are rows {@code queryStarts[b]} to
     *     {@code queryStarts[b+1]}, exclusive
     * @param keyStarts INT32, at least B+1 long: its keys and values, at least as many as queries
     * @param y (T,H·D), receives
     * @param logSumExp (T,H) receives the log of the sum of exponentials of scores, for the backward pass; or null
     */
    void attention(
            AttentionShape shape,
            int sequences,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor queryStarts,
            Tensor keyStarts,
            Tensor y,
            Tensor logSumExp);

    /**
     * Adds the three gradients of {@link #attention}, recomputing the scores tile by tile.
     *
     * @param y result of the forward pass (T,H·D)
     * @param logSumExp of the forward pass (T,H)
     * @param dy (T,H·D)
     * @param dq (T,H·D)
     * @param dk (S,G·D)
     * @param dv (S,G·D)
     */
    void attentionBackward(
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
            Tensor dv);

    /**
     * Rotary positions in place, arXiv:2104.09864, in the layout of Llama and GPT-NeoX: component d of a head turns with
     * component {@code R/2 + d}, for the first R components of each head.
     *
     * @param x (T, heads·D), contiguous rows at any row stride
     * @param positions INT32 (T)
     * @param cos (P,R/2), by position
     * @param sin (P,R/2), by position
     * @param backward whether to turn back, which is the gradient
     */
    void rotary(Tensor x, int heads, Tensor positions, Tensor cos, Tensor sin, boolean backward);

    // ---- lookups ---------------------------------------------------------------------------------------------------

    /**
     * Weighted sum of table rows per bag: {@code y[b] = Σ_{i=offsets[b]}^{offsets[b+1]-1} weights[i] · table[indices[i]]}.
     *
     * @param table (V,D)
     * @param indices INT32, at least {@code offsets[B]} long, each in [0,V)
     * @param weights FLOAT32, as long as indices
     * @param offsets INT32 (B+1), ascending
     * @param y (B,D)
     */
    void embeddingBag(Tensor table, Tensor indices, Tensor weights, Tensor offsets, Tensor y);

    /**
     * Adds the gradient of {@link #embeddingBag} to a compacted gradient: {@code rows[slots[i]] += weights[i] · dy[b]}.
     *
     * @param slots INT32, as long as indices: the row of {@code rows} that collects each index, see
     *     {@link SparseRows}
     * @param rows (S,D): one row per distinct index of the batch
     */
    void embeddingBagBackward(Tensor slots, Tensor weights, Tensor offsets, Tensor dy, Tensor rows);

    // ---- losses: value summed over rows, gradient of the weighted mean ----------------------------------------------

    /**
     * Softmax cross-entropy of integer labels, with label smoothing.
     *
     * @param logits (B,C)
     * @param labels INT32 (B)
     * @param rowWeights (B) or null for ones
     * @param dlogits (B,C) receives (not adds) {@code scale · weight_b · (softmax - target)}; null to skip
     * @return Σ_b weight_b · loss_b, in nats
     */
    double crossEntropy(
            Tensor logits, Tensor labels, Tensor rowWeights, double smoothing, double scale, Tensor dlogits);

    /**
     * Elementwise regression and binary losses.
     *
     * @param loss which
     * @param predictions (B)
     * @param targets (B)
     * @param rowWeights (B) or null for ones
     * @param gradient (B) receives (not adds) {@code scale · weight_b · dloss/dprediction}; null to skip
     * @return Σ_b weight_b · loss_b
     */
    double elementLoss(
            ElementLoss loss, Tensor predictions, Tensor targets, Tensor rowWeights, double scale, Tensor gradient);

    // ---- optimizer steps -------------------------------------------------------------------------------------------

    /**
     * One AdamW step, arXiv:1711.05101, in place on all four tensors' common size.
     *
     * @param step 1 for the first step: bias correction uses {@code 1 - β^step}
     * @param gradientScale multiplies the gradient first: gradient clipping costs no pass of its own
     */
    void adamW(
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
            double gradientScale);

    /** One step of SGD with momentum: {@code v = μ·v + g + λ·p; p -= lr·v}, in place. */
    void sgd(
            Tensor parameter,
            Tensor gradient,
            Tensor velocity,
            double learningRate,
            double momentum,
            double weightDecay,
            double gradientScale);

    /**
     * One {@link #adamW} step on the rows of a table that a batch touched; the others, moments included, stay as they
     * are, so that a step costs what the batch costs.
     *
     * @param parameter (V,D)
     * @param rows which row of the table each gradient row belongs to
     * @param gradientRows (S,D) or more rows: row s is the gradient of table row {@code rows.row(s)}
     * @param firstMoment (V,D)
     * @param secondMoment (V,D)
     */
    void adamWRows(
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
            double gradientScale);

    /** One {@link #sgd} step on the rows of a table that a batch touched; tensors as in {@link #adamWRows}. */
    void sgdRows(
            Tensor parameter,
            SparseRows rows,
            Tensor gradientRows,
            Tensor velocity,
            double learningRate,
            double momentum,
            double weightDecay,
            double gradientScale);
}
