package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.I;
import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.kernels.RowScale;
import dev.athanor.engine.tensor.Bfloat16;
import dev.athanor.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Rows of low precision in vectors.
 *
 * <p>Four vectors of a row become one vector of words, each with a byte of every vector (two vectors for 16 bits): that
 * is their order in memory, and no vector has to be narrowed.
 */
final class VectorRows {
    /** Added to a number below 2²², it leaves the nearest whole number in the lowest bits. */
    private static final float ROUND = 0x1.8p23f;

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private VectorRows() {}

    /** Vectors whose elements share words. */
    private static int perWord(Precision precision) {
        return precision == Precision.INT8 ? 4 : 2;
    }

    static int length(Precision precision, int k) {
        int group = perWord(precision) * LANES;
        return (k + group - 1) / group * group;
    }

    static int position(Precision precision, int p) {
        int perWord = perWord(precision);
        int inGroup = p % (perWord * LANES);
        int lane = inGroup % LANES;
        int part = inGroup / LANES;
        return p - inGroup + lane * perWord + (ORDER == ByteOrder.LITTLE_ENDIAN ? part : perWord - 1 - part);
    }

    static void quantize(Tensor a, int first, int rows, ByteBuffer to, float[] scales, int[] zeros) {
        int k = a.dim(1);
        int length = length(Precision.INT8, k);
        float[] tail = Panels.local().left(4 * LANES);
        for (int r = 0; r < rows; r++) {
            int at = a.offset() + (first + r) * a.stride(0);
            quantize(a.floats(), at, k, to, r * length, tail, r, scales, zeros);
        }
    }

    private static void quantize(
            float[] a, int at, int k, ByteBuffer to, int start, float[] tail, int r, float[] scales, int[] zeros) {
        int whole = k - k % (4 * LANES);
        IntVector above = IntVector.zero(I);
        IntVector below = IntVector.zero(I);
        // as whole numbers, floats above zero are in order, and not a number is above all
        for (int p = 0; p < whole; p += 2 * LANES) {
            IntVector x = FloatVector.fromArray(S, a, at + p).reinterpretAsInts();
            IntVector y = FloatVector.fromArray(S, a, at + p + LANES).reinterpretAsInts();
            above = above.max(x).max(y);
            below = below.max(x.lanewise(VectorOperators.XOR, Integer.MIN_VALUE))
                    .max(y.lanewise(VectorOperators.XOR, Integer.MIN_VALUE));
        }
        int most = above.reduceLanes(VectorOperators.MAX);
        int least = below.reduceLanes(VectorOperators.MAX);
        for (int p = whole; p < k; p++) {
            int bits = Float.floatToRawIntBits(a[at + p]);
            most = Math.max(most, bits);
            least = Math.max(least, bits ^ Integer.MIN_VALUE);
        }
        float under = Float.intBitsToFloat(least);
        float scale = RowScale.scale(under, Float.intBitsToFloat(most));
        int zero = RowScale.zero(under, scale);
        float inverse = RowScale.inverse(scale);
        scales[r] = scale;
        zeros[r] = zero;
        words(a, at, whole, inverse, ROUND + zero, to, start);
        if (whole < k) {
            System.arraycopy(a, at + whole, tail, 0, k - whole);
            Arrays.fill(tail, k - whole, 4 * LANES, 0f);
            words(tail, 0, 4 * LANES, inverse, ROUND + zero, to, start + whole);
        }
    }

    private static void words(float[] a, int at, int count, float inverse, float shift, ByteBuffer to, int start) {
        FloatVector inverses = FloatVector.broadcast(S, inverse);
        FloatVector shifts = FloatVector.broadcast(S, shift);
        for (int p = 0; p < count; p += 4 * LANES) {
            IntVector q0 = nearest(FloatVector.fromArray(S, a, at + p), inverses, shifts);
            IntVector q1 = nearest(FloatVector.fromArray(S, a, at + p + LANES), inverses, shifts);
            IntVector q2 = nearest(FloatVector.fromArray(S, a, at + p + 2 * LANES), inverses, shifts);
            IntVector q3 = nearest(FloatVector.fromArray(S, a, at + p + 3 * LANES), inverses, shifts);
            IntVector low = q0.lanewise(VectorOperators.AND, 0xff)
                    .or(q1.lanewise(VectorOperators.AND, 0xff).lanewise(VectorOperators.LSHL, 8));
            IntVector high = q2.lanewise(VectorOperators.AND, 0xff)
                    .lanewise(VectorOperators.LSHL, 16)
                    .or(q3.lanewise(VectorOperators.LSHL, 24));
            low.or(high).intoByteBuffer(to, start + p, ORDER);
        }
    }

    private static IntVector nearest(FloatVector x, FloatVector inverse, FloatVector shift) {
        return x.fma(inverse, shift).reinterpretAsInts();
    }

    static void round(Tensor a, int first, int rows, ByteBuffer to) {
        int k = a.dim(1);
        int length = length(Precision.BFLOAT16, k);
        int whole = k - k % (2 * LANES);
        for (int r = 0; r < rows; r++) {
            int at = a.offset() + (first + r) * a.stride(0);
            round(a.floats(), at, whole, to, 2 * r * length);
            for (int p = whole; p < length; p++) {
                short bits = p < k ? Bfloat16.bits(a.floats()[at + p]) : 0;
                int place = 2 * (r * length + position(Precision.BFLOAT16, p));
                to.order(ORDER).putShort(place, bits);
            }
        }
    }

    private static void round(float[] a, int at, int count, ByteBuffer to, int start) {
        for (int p = 0; p < count; p += 2 * LANES) {
            IntVector low = upper(FloatVector.fromArray(S, a, at + p)).lanewise(VectorOperators.LSHR, 16);
            IntVector high =
                    upper(FloatVector.fromArray(S, a, at + p + LANES)).lanewise(VectorOperators.AND, 0xffff0000);
            low.or(high).intoByteBuffer(to, start + 2 * p, ORDER);
        }
    }

    /** Rounded to the upper half; the lower one is of no meaning. Any NaN becomes the usual one, which survives it. */
    private static IntVector upper(FloatVector x) {
        IntVector bits = x.blend(Float.NaN, x.compare(VectorOperators.NE, x)).reinterpretAsInts();
        IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).lanewise(VectorOperators.AND, 1);
        return bits.add(odd).add(0x7fff);
    }

    static void finish(
            ByteBuffer sums,
            float[] scales,
            int[] zeros,
            float[] columnScales,
            int[] columnSums,
            Tensor c,
            int first,
            int rows,
            Epilogue epilogue) {
        int n = c.dim(1);
        Tensor bias = epilogue.bias();
        Tensor residual = epilogue.residual();
        float[] out = c.floats();
        for (int r = 0; r < rows; r++) {
            int at = c.offset() + (first + r) * n;
            scaled(sums, r * n * Integer.BYTES, scales[r], zeros[r], columnScales, columnSums, out, at, n);
            end(bias, residual, first + r, out, at, n, epilogue.activation());
        }
    }

    private static void scaled(
            ByteBuffer sums,
            int from,
            float scale,
            int zero,
            float[] scales,
            int[] columnSums,
            float[] c,
            int at,
            int n) {
        int j = 0;
        for (; j <= n - LANES; j += LANES) {
            IntVector sum = IntVector.fromByteBuffer(I, sums, from + j * Integer.BYTES, ORDER);
            IntVector shifted = sum.sub(IntVector.fromArray(I, columnSums, j).mul(zero));
            FloatVector number = (FloatVector) shifted.convert(VectorOperators.I2F, 0);
            number.mul(FloatVector.fromArray(S, scales, j).mul(scale)).intoArray(c, at + j);
        }
        for (; j < n; j++) {
            int sum = sums.order(ORDER).getInt(from + j * Integer.BYTES) - zero * columnSums[j];
            c[at + j] = sum * (scales[j] * scale);
        }
    }

    static void finish(ByteBuffer sums, Tensor c, int first, int rows, Epilogue epilogue) {
        int n = c.dim(1);
        float[] out = c.floats();
        for (int r = 0; r < rows; r++) {
            int at = c.offset() + (first + r) * n;
            copy(sums, r * n * Float.BYTES, out, at, n);
            end(epilogue.bias(), epilogue.residual(), first + r, out, at, n, epilogue.activation());
        }
    }

    private static void copy(ByteBuffer sums, int from, float[] c, int at, int n) {
        int j = 0;
        for (; j <= n - LANES; j += LANES) {
            IntVector.fromByteBuffer(I, sums, from + j * Float.BYTES, ORDER)
                    .reinterpretAsFloats()
                    .intoArray(c, at + j);
        }
        for (; j < n; j++) {
            c[at + j] = sums.order(ORDER).getFloat(from + j * Float.BYTES);
        }
    }

    /** Bias, residual and activation of one row. */
    private static void end(Tensor bias, Tensor residual, int row, float[] c, int at, int n, Activation activation) {
        if (bias != null) {
            VectorArithmetic.axpy(1, bias.floats(), bias.offset(), c, at, n);
        }
        if (residual != null) {
            VectorArithmetic.axpy(1, residual.floats(), residual.offset() + row * n, c, at, n);
        }
        if (activation != Activation.IDENTITY) {
            VectorElementwise.activate(activation, c, at, c, at, n);
        }
    }
}
