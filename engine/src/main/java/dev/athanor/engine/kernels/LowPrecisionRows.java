package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.Bfloat16;
import dev.athanor.engine.tensor.Tensor;
import java.nio.ByteBuffer;

/**
 * What surrounds a product that another library computes in low precision: rows on their way out of the heap, rounded,
 * and sums on their way back, scaled.
 *
 * <p>Elements of a row lie in an order of the implementation's own, padded to {@link #length}; a library that permutes
 * and pads its weights' rows alike computes the same sums. Safe for use by many threads at once on different buffers.
 */
public interface LowPrecisionRows {
    /** Elements of a rounded row of {@code k} elements: {@code k} rounded up. */
    int length(Precision precision, int k);

    /** Where element {@code p} of a row lies. */
    int position(Precision precision, int p);

    /**
     * Quantises rows as {@link RowScale} says.
     *
     * @param a (M,K), rows contiguous
     * @param first row
     * @param to direct, receives {@code rows · length} unsigned bytes; padding may hold anything
     * @param scales receives the scale of each row
     * @param zeros receives the zero of each row
     */
    void quantize(Tensor a, int first, int rows, ByteBuffer to, float[] scales, int[] zeros);

    /**
     * Rounds rows to {@link Bfloat16}.
     *
     * @param a (M,K), rows contiguous
     * @param to direct, receives {@code rows · length} numbers of 16 bits; padding is zero
     */
    void round(Tensor a, int first, int rows, ByteBuffer to);

    /**
     * {@code c = epilogue((sums - zero · columnSum) · scale · columnScale)} for some rows of a result.
     *
     * @param sums direct, whole numbers of 32 bits (rows,N)
     * @param c (M,N), contiguous
     */
    void finish(
            ByteBuffer sums,
            float[] scales,
            int[] zeros,
            float[] columnScales,
            int[] columnSums,
            Tensor c,
            int first,
            int rows,
            Epilogue epilogue);

    /**
     * {@code c = epilogue(sums)} for some rows of a result.
     *
     * @param sums direct, FLOAT32 (rows,N)
     * @param c (M,N), contiguous
     */
    void finish(ByteBuffer sums, Tensor c, int first, int rows, Epilogue epilogue);
}
