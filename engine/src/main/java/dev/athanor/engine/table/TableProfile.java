package dev.athanor.engine.table;

import java.util.List;

/**
 * What one pass over the training rows learnt: enough to plan the encoding and to choose a network.
 *
 * @param features the feature columns, in the order of the signature
 * @param label the label column
 * @param columns one profile per feature column, over the rows that have a label
 * @param labels profile of the label column
 */
public record TableProfile(
        List<ColumnSpec> features, ColumnSpec label, List<ColumnProfile> columns, LabelProfile labels) {
    public TableProfile {
        features = List.copyOf(features);
        columns = List.copyOf(columns);
    }

    /** Rows with a label. */
    public long rows() {
        return labels.rows() - labels.nulls();
    }
}
