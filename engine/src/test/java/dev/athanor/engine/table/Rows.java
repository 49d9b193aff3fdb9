package dev.athanor.engine.table;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Builds row batches from plain Java values, for tests. */
public final class Rows {
    private Rows() {}

    public static ColumnSpec number(String name) {
        return new ColumnSpec(name, ColumnKind.NUMBER, "double");
    }

    public static ColumnSpec whole(String name) {
        return new ColumnSpec(name, ColumnKind.NUMBER, "int");
    }

    public static ColumnSpec string(String name) {
        return new ColumnSpec(name, ColumnKind.STRING, "string");
    }

    public static ColumnSpec vector(String name) {
        return new ColumnSpec(name, ColumnKind.VECTOR, "array<float>");
    }

    public static ColumnSpec image(String name) {
        return new ColumnSpec(name, ColumnKind.IMAGE_FILE, "binary");
    }

    /** A batch of rows, each a list of feature values and, when {@code label} is given, the label's value at its end. */
    public static RowBatch batch(List<ColumnSpec> features, ColumnSpec label, Object[]... rows) {
        RowBatch batch = new RowBatch(features, label, Math.max(1, rows.length));
        for (Object[] row : rows) {
            add(batch, row);
        }
        return batch;
    }

    public static void add(RowBatch batch, Object... row) {
        for (int i = 0; i < batch.features().size(); i++) {
            append(batch.column(i), row[i]);
        }
        if (batch.label() != null) {
            append(batch.label(), row[row.length - 1]);
        }
    }

    private static void append(FeatureColumn column, Object value) {
        if (value == null) {
            column.appendNull();
        } else if (column instanceof FeatureColumn.Numbers numbers) {
            numbers.append(value instanceof Boolean b ? (b ? 1 : 0) : ((Number) value).doubleValue());
        } else if (column instanceof FeatureColumn.Vectors vectors) {
            float[] data = (float[]) value;
            vectors.append(data, 0, data.length);
        } else {
            byte[] data = value instanceof byte[] b ? b : ((String) value).getBytes(StandardCharsets.UTF_8);
            ((FeatureColumn.Bytes) column).append(data, 0, data.length);
        }
    }

    public static TableProfile profile(List<ColumnSpec> features, ColumnSpec label, Object[]... rows) {
        TableProfiler profiler = new TableProfiler(features, label);
        profiler.accept(batch(features, label, rows));
        return profiler.profile();
    }

    public static Object[] row(Object... values) {
        return values;
    }
}
