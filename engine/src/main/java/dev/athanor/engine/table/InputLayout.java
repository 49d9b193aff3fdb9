package dev.athanor.engine.table;

import java.util.List;

/**
 * What an encoder produces and a network reads, per row.
 *
 * @param denseWidth D, number of dense features: standardised numbers, missing-value flags, one-hot categories, vectors
 * @param image the image every row carries, or null
 * @param bags hashed-feature bags, one per text or high-cardinality column
 */
public record InputLayout(int denseWidth, ImageShape image, List<BagShape> bags) {
    public InputLayout {
        bags = List.copyOf(bags);
    }

    /** Bytes of one row; bags, which grow with what they hold, are not counted. */
    public long rowBytes() {
        return (long) Float.BYTES * (denseWidth + (image == null ? 0L : image.size()) + 1);
    }

    /**
     * How many rows of this layout to hold at once.
     *
     * @param most rows that are wanted
     * @param bytes what they may take together; one row may take more
     * @param more bytes that each row takes besides {@link #rowBytes}
     */
    public int rowsWithin(int most, long bytes, long more) {
        return (int) Math.max(1, Math.min(most, bytes / (rowBytes() + more)));
    }

    /**
     * A channels-last image.
     *
     * @param height H, pixels
     * @param width W, pixels
     * @param channels C: 1 grey, 3 colour
     */
    public record ImageShape(int height, int width, int channels) {
        public int size() {
            return height * width * channels;
        }
    }

    /**
     * A bag of hashed features.
     *
     * @param column the column it comes from
     * @param buckets V, rows of its embedding table
     */
    public record BagShape(String column, int buckets) {}
}
