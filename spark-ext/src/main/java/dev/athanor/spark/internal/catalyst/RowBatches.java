package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.RowSource;
import dev.athanor.spark.platform.Failures;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SQLExecutionRDD;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * Reads the partitions of a Dataset as {@link RowBatch}es, without making {@link Row} objects; a scan that yields column
 * vectors is read from the vectors.
 */
public final class RowBatches {
    /** A batch ends early when its texts, vectors and images reach this many bytes. */
    static final long MAX_BATCH_BYTES = 32L << 20;

    /** Vectors of unknown length are read 48 rows at a time: 86 MB of 150,000 floats, and little slower of short ones. */
    private static final long UNKNOWN_NUMBERS = 2048;

    private RowBatches() {}

    /**
     * Applies {@code function} to each partition.
     *
     * @param data rows; columns are found by the names of the specs
     * @param features feature columns, in the order of the batches
     * @param label label column, or null
     * @param capacity most rows that one {@link RowSource#next} yields, whatever the capacity of the batch
     * @throws AthanorException when a column is missing or its type is not of the spec's family
     */
    public static <T> JavaRDD<T> mapPartitions(
            Dataset<Row> data,
            List<ColumnSpec> features,
            ColumnSpec label,
            int capacity,
            RowBatchFunction<T> function) {
        return mapPartitions(data, features, label, capacity, UNKNOWN_NUMBERS, function);
    }

    /**
     * As above, where the length of the vectors is known.
     *
     * @param rowNumbers numbers in the vectors of one row, which decide how many rows a scan reads at a time
     */
    public static <T> JavaRDD<T> mapPartitions(
            Dataset<Row> data,
            List<ColumnSpec> features,
            ColumnSpec label,
            int capacity,
            long rowNumbers,
            RowBatchFunction<T> function) {
        List<ColumnSpec> specs = new ArrayList<>(features);
        if (label != null) {
            specs.add(label);
        }
        StructType schema = data.schema();
        List<DataType> types = new ArrayList<>();
        List<Column> columns = new ArrayList<>();
        for (ColumnSpec spec : specs) {
            StructField field = ColumnSpecs.find(schema, spec.name());
            ColumnSpecs.requireSameFamily("Cannot read column '" + spec.name() + "'", spec, field.dataType());
            types.add(field.dataType());
            columns.add(data.col("`" + field.name().replace("`", "``") + "`"));
        }
        QueryExecution query = ((org.apache.spark.sql.classic.Dataset<Row>) data.select(columns.toArray(Column[]::new)))
                .queryExecution();
        List<ColumnSpec> featureList = List.copyOf(features);
        Reader<T> reader = new Reader<>(featureList, label, List.copyOf(types), capacity, function);
        if (features.stream().anyMatch(spec -> spec.kind() == ColumnKind.VECTOR)) {
            ScanRows.fit(query.executedPlan(), rowNumbers);
        }
        SparkPlan columnar = columnarChild(query.executedPlan());
        if (columnar != null) {
            // The RDD carries the session's SQL settings to the executors, as a row RDD from toRdd does.
            @SuppressWarnings({"unchecked", "rawtypes"})
            RDD<Object> batches = (RDD) new SQLExecutionRDD(
                    (RDD) columnar.executeColumnar(),
                    query.sparkSession().sessionState().conf());
            return batches.toJavaRDD().mapPartitions(it -> reader.apply(new ColumnarRows(it, reader)));
        }
        return query.toRdd().toJavaRDD().mapPartitions(it -> reader.apply(new PlainRows(it, reader)));
    }

    /** The plan below a last step that only turns column vectors into rows, or null. */
    private static SparkPlan columnarChild(SparkPlan plan) {
        SparkPlan top = plan instanceof WholeStageCodegenExec stage ? stage.child() : plan;
        if (top instanceof ColumnarToRowExec toRow) {
            return toRow.child() instanceof InputAdapter adapter ? adapter.child() : toRow.child();
        }
        return null;
    }

    private record Reader<T>(
            List<ColumnSpec> features,
            ColumnSpec label,
            List<DataType> types,
            int capacity,
            RowBatchFunction<T> function)
            implements java.io.Serializable {

        Iterator<T> apply(RowSource rows) throws Exception {
            try {
                return function.apply(rows, TaskContext.get());
            } catch (Exception | OutOfMemoryError e) {
                if (Failures.isHeapFull(e)) {
                    // Thrown on, even as a cause, it would end the process, and with it the user's session.
                    throw Failures.heapFull("Cannot read rows", null);
                }
                throw e;
            }
        }

        BatchFiller filler() {
            return new BatchFiller(
                    features, label, types, IntStream.range(0, types.size()).toArray());
        }

        boolean full(RowBatch batch) {
            return batch.rows() >= Math.min(capacity, batch.capacity()) || BatchFiller.bytes(batch) >= MAX_BATCH_BYTES;
        }
    }

    private static final class PlainRows implements RowSource {
        private final Iterator<InternalRow> rows;
        private final Reader<?> reader;
        private final BatchFiller filler;

        PlainRows(Iterator<InternalRow> rows, Reader<?> reader) {
            this.rows = rows;
            this.reader = reader;
            this.filler = reader.filler();
        }

        @Override
        public boolean next(RowBatch into) {
            into.clear();
            while (!reader.full(into) && rows.hasNext()) {
                filler.append(rows.next(), into);
            }
            return into.rows() > 0;
        }
    }

    private static final class ColumnarRows implements RowSource {
        private final Iterator<Object> batches;
        private final Reader<?> reader;
        private final BatchFiller filler;
        private ColumnarBatch batch;
        private int rowId;

        ColumnarRows(Iterator<Object> batches, Reader<?> reader) {
            this.batches = batches;
            this.reader = reader;
            this.filler = reader.filler();
        }

        @Override
        public boolean next(RowBatch into) {
            into.clear();
            while (!reader.full(into) && advance()) {
                filler.append(batch, rowId, batch.getRow(rowId), into);
                rowId++;
            }
            return into.rows() > 0;
        }

        /** Whether a row is there; asks for the next batch only when this one is used up, for it may be overwritten. */
        private boolean advance() {
            while (batch == null || rowId >= batch.numRows()) {
                if (!batches.hasNext()) {
                    return false;
                }
                batch = (ColumnarBatch) batches.next();
                rowId = 0;
            }
            return true;
        }
    }
}
