package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.MR;
import static dev.athanor.engine.kernels.vector.Lanes.NR;

/**
 * The working memory of one thread: packed panels, a register tile's image, and padded vectors for the ends of arrays.
 *
 * <p>Grows to the largest product seen and then allocates nothing. The end of an array that does not fill a vector is
 * copied into a padded vector, computed there, and copied back: masked loads and stores are slow before JDK 18.
 */
final class Panels {
    private static final ThreadLocal<Panels> LOCAL = ThreadLocal.withInitial(Panels::new);

    /** Panels of the left operand. */
    float[] left = new float[0];

    /** Panels of the right operand. */
    float[] right = new float[0];

    /** Results of a register tile on their way out. */
    final float[] tile = new float[MR * NR];

    /** Padded ends. */
    final float[] pad0 = new float[NR];

    final float[] pad1 = new float[NR];
    final float[] pad2 = new float[NR];
    final float[] pad3 = new float[NR];

    /** Elements of a chunk, a multiple of every vector's length. */
    static final int CHUNK = 512;

    /** Intermediate values of a function, chunk by chunk. */
    final float[] chunk0 = new float[CHUNK];

    final float[] chunk1 = new float[CHUNK];

    /** Geometry of the convolution in progress. */
    final Windows windows = new Windows();

    final StridedLeft strided = new StridedLeft();
    final Right operand = new Right();
    final AttentionScratch attention = new AttentionScratch();
    final AttentionGradientScratch attentionGradient = new AttentionGradientScratch();

    /** Which steps of the left operand are not zero. */
    final ZeroSteps zeros = new ZeroSteps();

    /** Filters turned round, or gradients of windows, in the backward pass of a convolution. */
    float[] filters = new float[0];

    /** One window, on its way into panels. */
    float[] window = new float[0];

    /** Position within a strided tensor. */
    final int[] position = new int[16];

    static Panels local() {
        return LOCAL.get();
    }

    float[] left(int size) {
        if (left.length < size) {
            left = new float[size];
        }
        return left;
    }

    float[] right(int size) {
        if (right.length < size) {
            right = new float[size];
        }
        return right;
    }

    float[] filters(int size) {
        if (filters.length < size) {
            filters = new float[size];
        }
        return filters;
    }

    float[] window(int size) {
        if (window.length < size) {
            window = new float[size];
        }
        return window;
    }

    /** Copies {@code count < LANES} values into a padded vector, filling the rest with {@code rest}. */
    static float[] pad(float[] to, float[] from, int at, int count, float rest) {
        System.arraycopy(from, at, to, 0, count);
        for (int i = count; i < LANES; i++) {
            to[i] = rest;
        }
        return to;
    }
}
