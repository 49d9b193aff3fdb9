package dev.athanor.engine.table;

import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * Rows in the form a network reads. Filled by an encoder or read back from a spill file; reused, one thread.
 *
 * <p>All tensors have {@link #capacity()} leading rows allocated and {@link #rows()} in use.
 */
public final class EncodedBatch {
    private final InputLayout layout;
    private final int capacity;
    private final Tensor dense;
    private final Tensor image;
    private final Bag[] bags;
    private final Tensor labels;
    private final Tensor targets;
    private final Tensor weights;
    private final String[] errors;
    private final boolean[] truncated;
    private int rows;

    public EncodedBatch(InputLayout layout, int capacity) {
        this.layout = layout;
        this.capacity = capacity;
        this.dense = layout.denseWidth() == 0 ? null : Tensor.zeros(DType.FLOAT32, capacity, layout.denseWidth());
        InputLayout.ImageShape shape = layout.image();
        this.image = shape == null
                ? null
                : Tensor.zeros(DType.FLOAT32, capacity, shape.height(), shape.width(), shape.channels());
        this.bags = new Bag[layout.bags().size()];
        for (int i = 0; i < bags.length; i++) {
            bags[i] = new Bag(capacity);
        }
        this.labels = Tensor.zeros(DType.INT32, capacity);
        this.targets = Tensor.zeros(DType.FLOAT32, capacity);
        this.weights = Tensor.zeros(DType.FLOAT32, capacity);
        this.errors = new String[capacity];
        this.truncated = new boolean[capacity];
    }

    public InputLayout layout() {
        return layout;
    }

    public int capacity() {
        return capacity;
    }

    public int rows() {
        return rows;
    }

    /** Sets the number of rows in use on every tensor. */
    public void setRows(int rows) {
        this.rows = rows;
        if (dense != null) {
            dense.setRows(rows);
        }
        if (image != null) {
            image.setRows(rows);
        }
        labels.setRows(rows);
        targets.setRows(rows);
        weights.setRows(rows);
    }

    /** (B,D), or null when the layout has no dense feature. */
    public Tensor dense() {
        return dense;
    }

    /** (B,H,W,C), or null when the layout has no image. */
    public Tensor image() {
        return image;
    }

    public Bag bag(int i) {
        return bags[i];
    }

    /** INT32 (B): class index, for classification. */
    public Tensor labels() {
        return labels;
    }

    /** (B): standardised target, for regression. */
    public Tensor targets() {
        return targets;
    }

    /** (B): weight of each row in the loss; 0 leaves it out. */
    public Tensor weights() {
        return weights;
    }

    /** Why a row could not be encoded, or null: such a row has zero features and its prediction is an error value. */
    public String error(int row) {
        return errors[row];
    }

    public void setError(int row, String error) {
        errors[row] = error;
    }

    /** Whether the texts of a row were longer than the network takes, and were cut. */
    public boolean isTruncated(int row) {
        return truncated[row];
    }

    public void setTruncated(int row) {
        truncated[row] = true;
    }

    /** Empties the batch for the next rows. */
    public void clear() {
        setRows(0);
        Arrays.fill(errors, null);
        Arrays.fill(truncated, false);
        for (Bag bag : bags) {
            bag.clear();
        }
    }

    /** Hashed features of one column: a list of (index, weight) per row, back to back. Grows; reused. */
    public static final class Bag {
        private Tensor indices = Tensor.zeros(DType.INT32, 4096);
        private Tensor weights = Tensor.zeros(DType.FLOAT32, 4096);
        private final Tensor offsets;
        private int size;
        private int rows;

        Bag(int capacity) {
            offsets = Tensor.zeros(DType.INT32, capacity + 1);
        }

        /** Adds a feature to the row being filled. */
        public void add(int index, float weight) {
            if (size == indices.size()) {
                Tensor moreIndices = Tensor.zeros(DType.INT32, size * 2);
                Tensor moreWeights = Tensor.zeros(DType.FLOAT32, size * 2);
                System.arraycopy(indices.ints(), 0, moreIndices.ints(), 0, size);
                System.arraycopy(weights.floats(), 0, moreWeights.floats(), 0, size);
                indices = moreIndices;
                weights = moreWeights;
            }
            indices.ints()[size] = index;
            weights.floats()[size++] = weight;
        }

        /** Ends the row being filled; a row without features is an empty bag. */
        public void endRow() {
            offsets.ints()[++rows] = size;
        }

        public void clear() {
            size = 0;
            rows = 0;
        }

        /** Features held, over all rows. */
        public int size() {
            return size;
        }

        /** INT32, at least {@link #size()} long; replaced when the bag grows, so read it per batch. */
        public Tensor indices() {
            return indices;
        }

        /** FLOAT32, as long as {@link #indices()}. */
        public Tensor weights() {
            return weights;
        }

        /** INT32 (capacity+1): where each row starts; row b ends where row b+1 starts. */
        public Tensor offsets() {
            return offsets;
        }
    }
}
