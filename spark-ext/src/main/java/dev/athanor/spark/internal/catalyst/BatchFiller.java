package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.FeatureColumn;
import dev.athanor.engine.table.RowBatch;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Appends rows to a {@link RowBatch}; knows how many bytes of text, vectors and images the batch holds. One thread. */
final class BatchFiller {
    private final ColumnReader[] readers;
    private final int[] ordinals;
    private final boolean hasLabel;

    /**
     * @param features what the batch holds
     * @param label its label, or null
     * @param types type of each feature in the rows, then of the label
     * @param ordinals place of each feature in the rows, then of the label
     */
    BatchFiller(List<ColumnSpec> features, ColumnSpec label, List<DataType> types, int[] ordinals) {
        this.readers = new ColumnReader[types.size()];
        this.ordinals = ordinals.clone();
        this.hasLabel = label != null;
        for (int i = 0; i < readers.length; i++) {
            ColumnKind kind = i < features.size() ? features.get(i).kind() : label.kind();
            readers[i] = ColumnReader.of(types.get(i), kind);
        }
    }

    void append(SpecializedGetters row, RowBatch to) {
        for (int i = 0; i < readers.length; i++) {
            readers[i].append(row, ordinals[i], column(to, i));
        }
    }

    /** Appends row {@code rowId} of a columnar batch; {@code row} is that row as the batch gives it. */
    void append(ColumnarBatch batch, int rowId, SpecializedGetters row, RowBatch to) {
        for (int i = 0; i < readers.length; i++) {
            readers[i].append(batch.column(ordinals[i]), rowId, row, ordinals[i], column(to, i));
        }
    }

    private FeatureColumn column(RowBatch batch, int i) {
        return hasLabel && i == readers.length - 1 ? batch.label() : batch.column(i);
    }

    /** Bytes of values of varying length that the batch holds. */
    static long bytes(RowBatch batch) {
        int last = batch.rows() - 1;
        long bytes = 0;
        for (int i = 0; last >= 0 && i < batch.features().size(); i++) {
            if (batch.column(i) instanceof FeatureColumn.Bytes column) {
                bytes += column.end(last);
            } else if (batch.column(i) instanceof FeatureColumn.Vectors column) {
                bytes += (long) column.end(last) * Float.BYTES;
            }
        }
        return bytes;
    }
}
