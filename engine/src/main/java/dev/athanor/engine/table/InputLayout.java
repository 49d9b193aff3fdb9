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
