package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.MR;
import static dev.athanor.engine.kernels.vector.Lanes.S;
import static dev.athanor.engine.kernels.vector.Lanes.STRIDE;

import dev.athanor.engine.kernels.Convolution;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The windows of a batch of images as the left operand of a product: the matrix (B·OH·OW, KH·KW·C) that is never built.
 *
 * <p>A panel is packed straight from the images; with channels last, each row of a window is one run of memory. The
 * transposed matrix serves the gradient of the filters. Reused by its thread.
 */
final class Windows implements Left {
    private float[] images;
    private int offset;
    private int height;
    private int width;
    private int channels;
    private int kernelHeight;
    private int stride;
    private int padTop;
    private int padLeft;
    private int outHeight;
    private int outWidth;
    /** Elements of one row of a window: KW·C. */
    private int run;

    private boolean transposed;
    private float[] window;

    /** The windows of a convolution's images. */
    Windows of(Convolution s, float[] x, int at, boolean asTransposed, Panels panels) {
        images = x;
        offset = at;
        height = s.height();
        width = s.width();
        channels = s.channels();
        kernelHeight = s.kernelHeight();
        stride = s.stride();
        padTop = s.padding();
        padLeft = s.padding();
        outHeight = s.outHeight();
        outWidth = s.outWidth();
        run = s.kernelWidth() * channels;
        transposed = asTransposed;
        window = panels.window(s.windowSize() + 2 * LANES);
        return this;
    }

    /**
     * The windows of a result's gradient that each pixel of the image contributed to, for a convolution of stride 1:
     * their product with the filters turned round is the image's gradient.
     */
    Windows ofGradient(Convolution s, float[] dy, int at) {
        images = dy;
        offset = at;
        height = s.outHeight();
        width = s.outWidth();
        channels = s.filters();
        kernelHeight = s.kernelHeight();
        stride = 1;
        padTop = s.kernelHeight() - 1 - s.padding();
        padLeft = s.kernelWidth() - 1 - s.padding();
        outHeight = s.height();
        outWidth = s.width();
        run = s.kernelWidth() * channels;
        transposed = false;
        return this;
    }

    @Override
    public boolean byColumns() {
        return transposed;
    }

    @Override
    public void pack(float[] to, int i0, int rows, int p0, int steps) {
        if (transposed) {
            packTransposed(to, i0, rows, p0, steps);
            return;
        }
        int perImage = outHeight * outWidth;
        int image = i0 / perImage;
        int oh = i0 % perImage / outWidth;
        int ow = i0 % outWidth;
        for (int i = 0; i < rows; i++) {
            window(image, oh, ow, p0, p0 + steps, to, i * STRIDE);
            if (++ow == outWidth) {
                ow = 0;
                if (++oh == outHeight) {
                    oh = 0;
                    image++;
                }
            }
        }
    }

    private void packTransposed(float[] to, int i0, int rows, int p0, int steps) {
        int perImage = outHeight * outWidth;
        int image = p0 / perImage;
        int oh = p0 % perImage / outWidth;
        int ow = p0 % outWidth;
        for (int p = 0; p < steps; p++) {
            window(image, oh, ow, i0, i0 + rows, window, 0);
            for (int i = 0; i < rows; i += MR) {
                // whole vectors: what is too much is overwritten by the next step, or lies in the panel's slack
                for (int r = 0; r < MR; r += LANES) {
                    FloatVector.fromArray(S, window, i + r).intoArray(to, i * STRIDE + p * MR + r);
                }
            }
            if (++ow == outWidth) {
                ow = 0;
                if (++oh == outHeight) {
                    oh = 0;
                    image++;
                }
            }
        }
    }

    /** Copies elements {@code from … to} of one window to {@code out[at …]}; up to a vector more may be overwritten. */
    private void window(int image, int oh, int ow, int from, int to, float[] out, int at) {
        int left = (ow * stride - padLeft) * channels;
        int rowLength = width * channels;
        for (int kh = from / run; kh < kernelHeight && kh * run < to; kh++) {
            int first = Math.max(from - kh * run, 0);
            int end = Math.min(to - kh * run, run);
            int h = oh * stride - padTop + kh;
            int start = at + kh * run - from;
            if (h < 0 || h >= height) {
                Arrays.fill(out, start + first, start + end, 0f);
                continue;
            }
            int inside = Math.min(Math.max(first, -left), end);
            int outside = Math.max(Math.min(end, rowLength - left), inside);
            for (int q = first; q < inside; q++) {
                out[start + q] = 0f;
            }
            copy(
                    images,
                    offset + (image * height + h) * rowLength + left + inside,
                    out,
                    start + inside,
                    outside - inside);
            for (int q = outside; q < end; q++) {
                out[start + q] = 0f;
            }
        }
    }

    /** Copies whole vectors where the source has room: the elements after the run are written later. */
    private static void copy(float[] from, int at, float[] to, int start, int count) {
        int p = 0;
        int whole = Math.min(count, from.length - LANES - at + 1);
        for (; p < whole; p += LANES) {
            FloatVector.fromArray(S, from, at + p).intoArray(to, start + p);
        }
        for (; p < count; p++) {
            to[start + p] = from[at + p];
        }
    }

    /** Adds the gradients of an image's windows, (OH·OW, KH·KW·C), to the image's gradient: the reverse of packing. */
    static void scatter(Convolution s, float[] windows, float[] dx, int dxo) {
        int run = s.kernelWidth() * s.channels();
        int rowLength = s.width() * s.channels();
        int at = 0;
        for (int oh = 0; oh < s.outHeight(); oh++) {
            for (int ow = 0; ow < s.outWidth(); ow++) {
                int left = (ow * s.stride() - s.padding()) * s.channels();
                int first = Math.max(0, -left);
                int end = Math.min(run, rowLength - left);
                for (int kh = 0; kh < s.kernelHeight(); kh++) {
                    int h = oh * s.stride() - s.padding() + kh;
                    if (h >= 0 && h < s.height() && first < end) {
                        VectorArithmetic.axpy(
                                1, windows, at + first, dx, dxo + h * rowLength + left + first, end - first);
                    }
                    at += run;
                }
            }
        }
    }
}
