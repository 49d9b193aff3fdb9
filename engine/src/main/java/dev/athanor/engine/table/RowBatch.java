package dev.athanor.engine.table;

import java.util.List;

/**
 * Raw feature values of some rows, column by column, as read from a table; what serving and training both encode.
 *
 * <p>Belongs to one thread; filled, encoded, cleared and filled again without allocating. Labels travel beside the
 * features when training or evaluating.
 */
public final class RowBatch {
    private final List<ColumnSpec> specs;
    private final FeatureColumn[] columns;
    private final FeatureColumn label;
    private final int capacity;

    /** A batch of features only. */
    public RowBatch(List<ColumnSpec> features, int capacity) {
        this(features, null, capacity);
    }

    /**
     * @param features feature columns, in the order of the signature
     * @param label the label column (NUMBER or STRING), or null
     * @param capacity rows that the reader means to put in; more are allowed and grow the buffers
     */
    public RowBatch(List<ColumnSpec> features, ColumnSpec label, int capacity) {
        this.specs = List.copyOf(features);
        this.capacity = capacity;
        this.columns = new FeatureColumn[specs.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = column(specs.get(i).kind(), capacity);
        }
        this.label = label == null ? null : column(label.kind(), capacity);
    }

    private static FeatureColumn column(ColumnKind kind, int capacity) {
        return switch (kind) {
            case NUMBER -> new FeatureColumn.Numbers(capacity);
            case STRING, IMAGE_FILE -> new FeatureColumn.Bytes(capacity);
            case VECTOR -> new FeatureColumn.Vectors(capacity, 1);
        };
    }

    /** Feature columns, in the order of the signature. */
    public List<ColumnSpec> features() {
        return specs;
    }

    public int capacity() {
        return capacity;
    }

    /** Rows held: all columns have this many values when a row is complete. */
    public int rows() {
        return columns.length > 0 ? columns[0].rows() : label == null ? 0 : label.rows();
    }

    public FeatureColumn column(int i) {
        return columns[i];
    }

    public FeatureColumn.Numbers numbers(int i) {
        return (FeatureColumn.Numbers) columns[i];
    }

    public FeatureColumn.Bytes bytes(int i) {
        return (FeatureColumn.Bytes) columns[i];
    }

    public FeatureColumn.Vectors vectors(int i) {
        return (FeatureColumn.Vectors) columns[i];
    }

    /** The label column, or null. */
    public FeatureColumn label() {
        return label;
    }

    public void clear() {
        for (FeatureColumn column : columns) {
            column.clear();
        }
        if (label != null) {
            label.clear();
        }
    }
}
