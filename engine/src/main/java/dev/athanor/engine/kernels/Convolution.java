package dev.athanor.engine.kernels;

/**
 * Shape of a two-dimensional convolution or pooling over channels-last images.
 *
 * <p>Images are (B,H,W,C), filters (KH,KW,C,F) as one (KH·KW·C, F) matrix, results (B,OH,OW,F) with
 * {@code OH = (H + 2·padding - KH) / stride + 1}.
 *
 * @param height H, pixels
 * @param width W, pixels
 * @param channels C, of the input
 * @param kernelHeight KH, pixels
 * @param kernelWidth KW, pixels
 * @param filters F, channels of the result (equal to {@code channels} for pooling)
 * @param stride step between windows, pixels, the same in both directions
 * @param padding zeros on every side, pixels
 */
public record Convolution(
        int height, int width, int channels, int kernelHeight, int kernelWidth, int filters, int stride, int padding) {

    public Convolution {
        if (height < 1
                || width < 1
                || channels < 1
                || kernelHeight < 1
                || kernelWidth < 1
                || filters < 1
                || stride < 1
                || padding < 0
                || height + 2 * padding < kernelHeight
                || width + 2 * padding < kernelWidth) {
            throw new IllegalArgumentException("Cannot convolve: the window " + kernelHeight + "x" + kernelWidth
                    + " with stride " + stride + " and padding " + padding + " does not fit an image of " + height + "x"
                    + width + "x" + channels + " for " + filters + " filters");
        }
    }

    /** OH, rows of the result. */
    public int outHeight() {
        return (height + 2 * padding - kernelHeight) / stride + 1;
    }

    /** OW, columns of the result. */
    public int outWidth() {
        return (width + 2 * padding - kernelWidth) / stride + 1;
    }

    /** KH·KW·C, inputs of one window. */
    public int windowSize() {
        return kernelHeight * kernelWidth * channels;
    }
}
