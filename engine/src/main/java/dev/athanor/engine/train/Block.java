package dev.athanor.engine.train;

import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import java.util.Arrays;

/** Some encoded rows side by side. Filled once, then read by many threads; refilled only by the reader that owns it. */
final class Block {
    final float[] dense;
    final float[] image;
    final int[] labels;
    final float[] targets;
    final float[] weights;
    final int[][] bagOffsets;
    final int[][] bagIndices;
    final float[][] bagWeights;
    int rows;

    Block(InputLayout layout, int capacity) {
        this.dense = new float[capacity * layout.denseWidth()];
        this.image =
                new float[layout.image() == null ? 0 : capacity * layout.image().size()];
        this.labels = new int[capacity];
        this.targets = new float[capacity];
        this.weights = new float[capacity];
        int bags = layout.bags().size();
        this.bagOffsets = new int[bags][capacity + 1];
        this.bagIndices = new int[bags][bags == 0 ? 0 : capacity * 8];
        this.bagWeights = new float[bags][bags == 0 ? 0 : capacity * 8];
    }

    /** Rows it can hold. */
    int capacity() {
        return labels.length;
    }

    /** Heap it takes, in bytes. */
    long bytes() {
        long values = (long) dense.length + image.length + 3L * labels.length;
        for (int b = 0; b < bagOffsets.length; b++) {
            values += bagOffsets[b].length + 2L * bagIndices[b].length;
        }
        return values * Float.BYTES;
    }

    /** Appends one row. */
    void add(EncodedBatch from, int row) {
        int to = rows++;
        if (dense.length > 0) {
            int d = dense.length / capacity();
            System.arraycopy(from.dense().floats(), from.dense().offset() + row * d, dense, to * d, d);
        }
        if (image.length > 0) {
            int size = image.length / capacity();
            System.arraycopy(from.image().floats(), from.image().offset() + row * size, image, to * size, size);
        }
        for (int b = 0; b < bagOffsets.length; b++) {
            EncodedBatch.Bag bag = from.bag(b);
            int start = bag.offsets().ints()[row];
            int n = bag.offsets().ints()[row + 1] - start;
            int at = bagOffsets[b][to];
            ensureBag(b, at + n);
            System.arraycopy(bag.indices().ints(), start, bagIndices[b], at, n);
            System.arraycopy(bag.weights().floats(), start, bagWeights[b], at, n);
            bagOffsets[b][to + 1] = at + n;
        }
        labels[to] = from.labels().ints()[from.labels().offset() + row];
        targets[to] = from.targets().floats()[from.targets().offset() + row];
        weights[to] = from.weights().floats()[from.weights().offset() + row];
    }

    /** Makes room for {@code n} features in a bag. */
    void ensureBag(int b, int n) {
        if (bagIndices[b].length < n) {
            int more = Math.max(n, bagIndices[b].length * 2);
            bagIndices[b] = Arrays.copyOf(bagIndices[b], more);
            bagWeights[b] = Arrays.copyOf(bagWeights[b], more);
        }
    }

    /** Copies one row behind those that {@code to} holds; its image only when {@code withImage}. */
    void copyRow(int row, EncodedBatch to, int toRow, boolean withImage) {
        if (dense.length > 0) {
            int d = dense.length / capacity();
            System.arraycopy(dense, row * d, to.dense().floats(), to.dense().offset() + toRow * d, d);
        }
        if (withImage && image.length > 0) {
            int size = image.length / capacity();
            System.arraycopy(image, row * size, to.image().floats(), to.image().offset() + toRow * size, size);
        }
        for (int b = 0; b < bagOffsets.length; b++) {
            EncodedBatch.Bag bag = to.bag(b);
            for (int i = bagOffsets[b][row]; i < bagOffsets[b][row + 1]; i++) {
                bag.add(bagIndices[b][i], bagWeights[b][i]);
            }
            bag.endRow();
        }
        to.labels().ints()[to.labels().offset() + toRow] = labels[row];
        to.targets().floats()[to.targets().offset() + toRow] = targets[row];
        to.weights().floats()[to.weights().offset() + toRow] = weights[row];
    }
}
